/** {@code tailrace history}: the histories that a log went through. */
package io.tailrace.tools.history;

/** {@code tailrace info}: what is in a data directory. */
package io.tailrace.tools.info;

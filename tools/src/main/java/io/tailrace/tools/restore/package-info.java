/** {@code tailrace restore} and {@code tailrace snapshots}. */
package io.tailrace.tools.restore;

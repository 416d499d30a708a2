/** What {@code tailrace status} and {@code tailrace top} show of running nodes. */
package io.tailrace.tools.status;

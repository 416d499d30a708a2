/** What {@code tailrace dump} does: finds the logs, reads them without disturbing their node, prints or verifies them. */
package io.tailrace.tools.dump;

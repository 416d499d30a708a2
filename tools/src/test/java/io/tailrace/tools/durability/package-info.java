/** What crashes, power losses and bad bytes do to a node, and what brings it back. */
package io.tailrace.tools.durability;

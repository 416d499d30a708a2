/** What {@code tailrace size} computes: memory and disk of a node that is yet to be. */
package io.tailrace.tools.size;

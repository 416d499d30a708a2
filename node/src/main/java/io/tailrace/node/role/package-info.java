/** What the node is, a primary or a replica of whom: in memory, on the disk, and on the shards that take each change over. */
package io.tailrace.node.role;

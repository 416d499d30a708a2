/**
 * Off-heap memory of one shard's collections: pages of 4 KiB, size-classed blobs, B+ trees with counts over the pages, and
 * views that freeze a tree in O(1) while it continues to be written.
 *
 * <p>Knows nothing of keys, types or the log. One {@link io.tailrace.node.arena.Arena} belongs to one store; all of it is
 * used by the shard's reactor thread (or, while a store is being filled, by the thread that fills it), but for trees that
 * are read through an open {@link io.tailrace.node.arena.TreeView}, which any one thread may do.
 */
package io.tailrace.node.arena;

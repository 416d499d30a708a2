/**
 * The snapshot file: one shard's entries with their versions, as one stream of checksummed chunks.
 *
 * <p>The same bytes are the node's durable snapshot and what is shipped to a replica. {@link
 * io.tailrace.snapshot.SnapshotWriter} writes them, {@link io.tailrace.snapshot.SnapshotParser} takes them in pieces of any
 * size, {@link io.tailrace.snapshot.SnapshotReader} takes them from a file, {@link io.tailrace.snapshot.SnapshotReceiver}
 * keeps what a primary sends, {@link io.tailrace.snapshot.SnapshotLoader} follows that, and {@link io.tailrace.snapshot.SnapshotFiles} knows a directory of them. The
 * format is specified in {@code snapshot/README.md}. No class here starts a thread or reads a clock.
 */
package io.tailrace.snapshot;

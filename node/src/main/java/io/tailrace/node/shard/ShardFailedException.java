package io.tailrace.node.shard;

import io.tailrace.wire.record.QueueIndex;

/** A write failed between log and store, or between two generations of the data: the shard must stop and be rebuilt. The cause is a fault of disk or library. */
public final class ShardFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param problem what can't be repaired while the node runs */
    public ShardFailedException(int shard, String problem) {
        super("shard " + shard + " failed: " + problem);
    }

    ShardFailedException(int shard, long index, Throwable cause) {
        super("shard " + shard + " failed while writing record " + QueueIndex.toString(index) + ": " + cause, cause);
    }
}

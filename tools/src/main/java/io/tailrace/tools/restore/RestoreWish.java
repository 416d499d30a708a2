package io.tailrace.tools.restore;

import io.tailrace.node.backlog.LogCheck;
import io.tailrace.node.repair.RestorePoint;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;

/**
 * The point that an operator wants a node's data back at.
 *
 * @param point of each shard, or of the one
 * @param shard whose record the point is, or null where it is each shard's: others go up to the time of that record
 */
public record RestoreWish(RestorePoint point, Integer shard) {
    /** A time, or the end. */
    public static RestoreWish ofAll(RestorePoint point) {
        return new RestoreWish(point, null);
    }

    /** The point of another shard than the one whose record it is. */
    RestorePoint forOthers(ShardDirectory ofShard) throws IOException {
        long index = point.index();
        LogCheck log = LogCheck.of(ofShard.queue(), QueueIndex.of(QueueIndex.segment(index), 0), point.limit());
        if (log.lastIndex() != index) {
            throw new IOException("shard " + shard + " has no record " + QueueIndex.toString(index) + " in "
                    + ofShard.queue() + ", where its log ends at " + QueueIndex.toString(log.lastIndex()));
        }
        return RestorePoint.time(log.lastMicros());
    }
}

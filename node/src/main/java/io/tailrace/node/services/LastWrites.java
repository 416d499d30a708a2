package io.tailrace.node.services;

import io.tailrace.wire.record.QueueIndex;
import java.util.Arrays;

/** The last write of one connection on each shard. Owned by the connection's thread. */
public final class LastWrites {
    private final long[] indexes;
    private final String[] histories;

    public LastWrites(int shards) {
        indexes = new long[shards];
        histories = new String[shards];
        Arrays.fill(indexes, QueueIndex.NONE);
    }

    /** @param history that was written when the write was logged; an index means nothing without it */
    public void wrote(int shard, long index, String history) {
        indexes[shard] = index;
        histories[shard] = history;
    }

    /** Takes over those of another. */
    public void takeFrom(LastWrites newer) {
        for (int shard = 0; shard < indexes.length; shard++) {
            if (newer.histories[shard] != null) {
                wrote(shard, newer.indexes[shard], newer.histories[shard]);
            }
        }
    }

    /** On each shard, as they are now. */
    public WritePosition[] positions() {
        WritePosition[] positions = new WritePosition[indexes.length];
        for (int shard = 0; shard < positions.length; shard++) {
            positions[shard] = new WritePosition(histories[shard], indexes[shard]);
        }
        return positions;
    }
}

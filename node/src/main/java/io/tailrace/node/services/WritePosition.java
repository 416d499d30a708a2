package io.tailrace.node.services;

import io.tailrace.node.shard.History;
import io.tailrace.wire.record.QueueIndex;

/**
 * Where a write is on one shard. Immutable.
 *
 * @param history that was written when it was logged, 40 hex digits, or null where there was none
 * @param index of its record, or {@link QueueIndex#NONE}
 */
public record WritePosition(String history, long index) {
    public static final WritePosition NOWHERE = new WritePosition(null, QueueIndex.NONE);

    public boolean isNowhere() {
        return index == QueueIndex.NONE;
    }

    /** Whether a log with this list of histories goes, or may go, through the write. */
    public boolean isIn(History lineage) {
        return isNowhere() || index <= lineage.endOf(history);
    }
}

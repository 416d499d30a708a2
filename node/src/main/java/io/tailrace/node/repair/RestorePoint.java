package io.tailrace.node.repair;

import io.tailrace.node.backlog.LogCheck;
import io.tailrace.wire.record.QueueIndex;

/**
 * The record up to and with which a shard is restored.
 *
 * @param limit says which records come after it, or null for none
 * @param index of the record, or {@link QueueIndex#NONE} where only the limit tells
 * @param isSnapshotEnd whether it is where the snapshot ends
 */
public record RestorePoint(LogCheck.Limit limit, long index, boolean isSnapshotEnd) {

    /** The last record that there is. */
    public static RestorePoint logEnd() {
        return new RestorePoint((index, micros) -> false, QueueIndex.NONE, false);
    }

    /** Where the snapshot ends. */
    public static RestorePoint snapshotEnd() {
        return new RestorePoint(null, QueueIndex.NONE, true);
    }

    /** One record. */
    public static RestorePoint index(long last) {
        return new RestorePoint((index, micros) -> index > last, last, false);
    }

    /** The last record before the first one that was committed after a time; the last one there is, if none was. */
    public static RestorePoint time(long lastMicros) {
        return new RestorePoint((index, micros) -> micros > lastMicros, QueueIndex.NONE, false);
    }
}

package io.tailrace.node.backlog;

import io.tailrace.wire.record.QueueIndex;

/**
 * What a {@link BacklogInspector} found missing between two records.
 *
 * @param lastRead index of the record before the gap
 * @param previous index of the record that the segment after the gap says it continues
 * @param next index of the record after the gap
 * @param isRetention whether everything before {@code next} is gone, as retention leaves it; otherwise the log is damaged
 */
public record LogGap(long lastRead, long previous, long next, boolean isRetention) {
    /** One line for the operator. */
    public String text() {
        String found = "after record " + QueueIndex.toString(lastRead) + " comes " + QueueIndex.toString(next);
        if (isRetention) {
            return found + ": what was between, up to " + QueueIndex.toString(previous) + ", was deleted by retention";
        }
        return found + ", which continues " + QueueIndex.toString(previous);
    }
}

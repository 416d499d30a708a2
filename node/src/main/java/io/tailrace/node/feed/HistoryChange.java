package io.tailrace.node.feed;

import io.tailrace.wire.record.QueueIndex;

/**
 * From here on, the log is of another history.
 *
 * @param kind what that means to what was read before
 * @param before the history that was read up to now
 * @param now the history of the next record, or null when it is not known yet
 * @param readUpTo index of the last record that was read
 * @param common index of the last record that was read and still counts, or {@link QueueIndex#NONE} when none is known to
 */
public record HistoryChange(Kind kind, String before, String now, long readUpTo, long common) {
    /** What becomes of the records that were read. */
    public enum Kind {
        /** All of them count: another node was promoted, or this one, and continues after the last of them. */
        CONTINUED,
        /** Those after {@link HistoryChange#common} were rolled back; what comes next follows that one. */
        ROLLED_BACK,
        /** The data is another: nothing that was read is known to count. What comes next is the oldest record there is. */
        REPLACED
    }

    /** One line for the operator. */
    public String text() {
        String from = "history " + before + ", read up to " + QueueIndex.toString(readUpTo) + ", ";
        return switch (kind) {
            case CONTINUED -> from + "is continued by history " + now;
            case ROLLED_BACK ->
                from + "was rolled back to " + QueueIndex.toString(common)
                        + (now == null || now.equals(before) ? "" : ", where history " + now + " goes on");
            case REPLACED -> from + "is not in this log, which starts again" + (now == null ? "" : " with " + now);
        };
    }
}

package io.tailrace.node.feed;

/**
 * Where one reader with a slot is in a shard's log, as the node knows it. Immutable.
 *
 * @param name of the slot
 * @param state what it means to the log
 * @param index of the last record that the reader has confirmed, or -1
 * @param behindRecords how many records there are after it, or -1 when this log does not have it
 * @param heldSeconds for which its place is still kept when it is away, -1 while it reads, 0 when it is kept no longer
 */
public record FeedPlace(String name, State state, long index, long behindRecords, long heldSeconds) {
    /** What a slot means to the log. */
    public enum State {
        /** Its reader was heard from in the last seconds: the log is kept. */
        READING,
        /** Its reader is away: the log is kept for the reconnect window. */
        AWAY,
        /** Its reader was away for longer: the log is kept no more. */
        LAPSED,
        /** The disk had no room: the log is kept no more. */
        DROPPED;

        /** As INFO has it. */
        public String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}

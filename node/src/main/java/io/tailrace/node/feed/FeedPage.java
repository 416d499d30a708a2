package io.tailrace.node.feed;

import java.util.List;

/**
 * Some of what a feed delivers, in order, copied out of the log. Immutable.
 *
 * @param entries changes, gaps and changes of history
 */
public record FeedPage(List<Entry> entries) {
    static final FeedPage EMPTY = new FeedPage(List.of());

    /**
     * One of them; what it is not is null.
     *
     * @param token after the change
     * @param commitMicros of the change
     * @param effects how many commands there are
     * @param payload those commands as RESP arrays, back to back, as they are in the log; not to be changed
     */
    public record Entry(
            String token, long commitMicros, int effects, byte[] payload, FeedGap gap, HistoryChange historyChange) {
        static Entry of(FeedGap gap) {
            return new Entry(null, 0, 0, null, gap, null);
        }

        static Entry of(HistoryChange change) {
            return new Entry(null, 0, 0, null, null, change);
        }
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }
}

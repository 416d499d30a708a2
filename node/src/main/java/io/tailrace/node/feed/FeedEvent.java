package io.tailrace.node.feed;

/** The result of {@link ChangeFeed#poll}. */
public enum FeedEvent {
    /** There is nothing new now. */
    NOTHING,
    /** The next change: {@link ChangeFeed#change}. */
    CHANGE,
    /** Records are missing before the next change: {@link ChangeFeed#gap}. */
    GAP,
    /** The log has gone another way, or continues under another primary: {@link ChangeFeed#historyChange}. */
    HISTORY
}

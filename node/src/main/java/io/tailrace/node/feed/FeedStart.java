package io.tailrace.node.feed;

/**
 * Where a feed starts. Immutable.
 *
 * @param kind what the others mean
 * @param value an index, or a commit time in microseconds since the epoch
 * @param position what was read before
 */
public record FeedStart(Kind kind, long value, FeedPosition position) {
    /** The ways to say it. */
    public enum Kind {
        OLDEST,
        INDEX,
        TIME,
        NOW,
        AFTER
    }

    /** With the oldest record there is. */
    public static FeedStart oldest() {
        return new FeedStart(Kind.OLDEST, 0, null);
    }

    /** With the record of this index; with a gap before it when that is gone. */
    public static FeedStart index(long index) {
        return new FeedStart(Kind.INDEX, index, null);
    }

    /** With the first record committed at or after this time. */
    public static FeedStart time(long epochMicros) {
        return new FeedStart(Kind.TIME, epochMicros, null);
    }

    /** With what is written from now on. */
    public static FeedStart now() {
        return new FeedStart(Kind.NOW, 0, null);
    }

    /** With the record after the last one that was read. */
    public static FeedStart after(FeedPosition position) {
        return new FeedStart(Kind.AFTER, 0, position);
    }
}

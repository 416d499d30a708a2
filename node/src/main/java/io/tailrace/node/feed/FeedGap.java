package io.tailrace.node.feed;

import io.tailrace.wire.record.QueueIndex;

/**
 * Records that were deleted before they were read.
 *
 * @param after index of the last record that was read, or {@link QueueIndex#NONE} when that is before the first of all
 * @param lastMissing index of the last record that is missing
 * @param next index of the record with which the log begins now
 */
public record FeedGap(long after, long lastMissing, long next) {
    /** One line for the operator. */
    public String text() {
        return "the records after " + QueueIndex.toString(after) + " up to " + QueueIndex.toString(lastMissing)
                + " are gone, the log continues at " + QueueIndex.toString(next);
    }
}

package io.tailrace.node.feed;

/**
 * The content of a slot's file. Immutable.
 *
 * @param name of the slot
 * @param sequence rises with each write of the file
 * @param position confirmed, or null when nothing was
 * @param seenMs when its reader wrote it last, epoch milliseconds
 * @param registeredMs when it was made, epoch milliseconds
 */
public record SlotState(String name, long sequence, FeedPosition position, long seenMs, long registeredMs) {
    SlotState confirmed(FeedPosition now, long epochMs) {
        return new SlotState(name, sequence + 1, now, epochMs, registeredMs);
    }
}

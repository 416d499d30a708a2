package io.tailrace.node.store;

import java.util.Arrays;

/**
 * When the first key of each map segment may expire: 8 bytes a segment instead of an entry a key. Owned by the reactor.
 *
 * <p>A value is a lower bound: overwriting or deleting a key leaves it, so a visit may find nothing due; it then sets the
 * bound again. Two levels, so that asking "is anything due" looks at one word for each {@value #BLOCK} segments.
 */
final class ExpiryIndex {
    private static final int BLOCK = 64;
    static final long NEVER = DueSegments.NEVER;

    private final long[] earliest;
    private final long[] earliestOfBlock;
    private int cursor;

    ExpiryIndex(int segments) {
        earliest = new long[segments];
        earliestOfBlock = new long[(segments + BLOCK - 1) / BLOCK];
        clear();
    }

    void clear() {
        Arrays.fill(earliest, NEVER);
        Arrays.fill(earliestOfBlock, NEVER);
    }

    /** Nothing in a segment expires any more. */
    void clear(int segment) {
        if (earliest[segment] != NEVER) {
            set(segment, NEVER);
        }
    }

    void note(int segment, long expireAtEpochMs) {
        if (expireAtEpochMs < earliest[segment]) {
            earliest[segment] = expireAtEpochMs;
            int block = segment / BLOCK;
            earliestOfBlock[block] = Math.min(earliestOfBlock[block], expireAtEpochMs);
        }
    }

    /** Replaces a segment's bound after it was visited. */
    void set(int segment, long earliestEpochMs) {
        earliest[segment] = earliestEpochMs;
        int block = segment / BLOCK;
        int from = block * BLOCK;
        int to = Math.min(from + BLOCK, earliest.length);
        long least = NEVER;
        for (int i = from; i < to; i++) {
            least = Math.min(least, earliest[i]);
        }
        earliestOfBlock[block] = least;
    }

    /** The segment with the earliest bound, or -1 when nothing expires. */
    int soonest() {
        int block = 0;
        for (int i = 1; i < earliestOfBlock.length; i++) {
            if (earliestOfBlock[i] < earliestOfBlock[block]) {
                block = i;
            }
        }
        return earliestOfBlock[block] == NEVER ? -1 : dueInBlock(block, earliestOfBlock[block]);
    }

    /** The earliest bound of all segments but one, which may be -1. */
    long earliestBut(int segment) {
        int without = segment / BLOCK;
        long least = NEVER;
        for (int block = 0; block < earliestOfBlock.length; block++) {
            if (block != without || segment < 0) {
                least = Math.min(least, earliestOfBlock[block]);
            }
        }
        for (int i = without * BLOCK; i < Math.min((without + 1) * BLOCK, earliest.length); i++) {
            if (i != segment) {
                least = Math.min(least, earliest[i]);
            }
        }
        return least;
    }

    long earliest(int segment) {
        return earliest[segment];
    }

    /** The next segment with something due at {@code nowEpochMs}, going round, or -1. */
    int nextDue(long nowEpochMs) {
        for (int tried = 0; tried < earliestOfBlock.length; tried++) {
            int block = (cursor + tried) % earliestOfBlock.length;
            if (earliestOfBlock[block] <= nowEpochMs) {
                cursor = block;
                return dueInBlock(block, nowEpochMs);
            }
        }
        return -1;
    }

    private int dueInBlock(int block, long nowEpochMs) {
        int to = Math.min((block + 1) * BLOCK, earliest.length);
        for (int i = block * BLOCK; i < to; i++) {
            if (earliest[i] <= nowEpochMs) {
                return i;
            }
        }
        throw new IllegalStateException("block " + block + " is due but none of its segments");
    }
}

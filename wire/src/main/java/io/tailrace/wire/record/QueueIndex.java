package io.tailrace.wire.record;

/**
 * The index of a record: its segment's number in the upper 32 bits, its sequence within the segment in the lower.
 *
 * <p>The same number on every node. Consecutive within a segment; it jumps at a roll.
 */
public final class QueueIndex {
    /** What stands for "no index". */
    public static final long NONE = -1;

    private static final int SEQUENCE_BITS = 32;

    private QueueIndex() {}

    public static int segment(long index) {
        return (int) (index >>> SEQUENCE_BITS);
    }

    /** Unsigned in the format; below 2^31 in practice as a segment holds fewer records. */
    public static long sequence(long index) {
        return index & 0xffff_ffffL;
    }

    /** The index of a record by its segment's number and its place in that. */
    public static long of(int segment, long sequence) {
        assert segment >= 0 && sequence >= 0 && sequence <= 0xffff_ffffL : segment + ":" + sequence;
        return (long) segment << SEQUENCE_BITS | sequence;
    }

    /** Whether {@code next} may come right after {@code index}: next in its segment, or first of a later one. */
    public static boolean follows(long next, long index) {
        return next == index + 1 || sequence(next) == 0 && segment(next) > segment(index);
    }

    /** {@code segment:sequence} in decimal, or {@code -} for {@link #NONE}. */
    public static String toString(long index) {
        return index == NONE ? "-" : segment(index) + ":" + sequence(index);
    }
}

package io.tailrace.wire.memory;

import java.util.Arrays;

/** Where an input is cut into pieces, as a network would: the same for the same input, other for another. */
public final class Cuts {
    private static final int[] LENGTHS = {1, 1, 2, 3, 7, 16, 17, 64, 250, 1400};

    private long state;

    public Cuts(byte[] input) {
        state = Arrays.hashCode(input) * 0x9E3779B97F4A7C15L + input.length;
    }

    /** How many bytes come next, at least 1 and at most those that are left. */
    public int next(int left) {
        state ^= state << 13;
        state ^= state >>> 7;
        state ^= state << 17;
        return Math.min(left, LENGTHS[(int) Long.remainderUnsigned(state, LENGTHS.length)]);
    }
}

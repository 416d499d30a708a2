package io.tailrace.node.lua;

/** Redis' drand48: the same numbers on every machine after the same seed. Not seeded again for each script, as of Redis 7. */
public final class LuaRandom {
    static final int MAX = Integer.MAX_VALUE;

    private static final long MULTIPLIER = 0x5DEECE66DL;
    private static final long ADDEND = 0xB;
    private static final long MASK = (1L << 48) - 1;
    private static final long LOW = 0x330E;

    private long state = 0x1234ABCD330EL;

    LuaRandom() {}

    /** As math.randomseed. */
    public void seed(int seed) {
        state = ((seed & 0xffffffffL) << 16) + LOW;
    }

    int next() {
        state = state * MULTIPLIER + ADDEND & MASK;
        return (int) (state >>> 17);
    }
}

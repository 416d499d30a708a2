package io.tailrace.node.value;

/**
 * Scores as the unsigned keys of a tree, in the same order. 0 and -0 are one key, as they are one score when members are put in
 * order; which of them it is the members' own tree knows. Stateless.
 */
final class ScoreKey {
    /** Of 0 and of -0. */
    static final long ZERO = Long.MIN_VALUE;

    private ScoreKey() {}

    static long of(double score) {
        long bits = Double.doubleToRawLongBits(score + 0.0);
        return bits ^ (bits >> Long.SIZE - 1 | Long.MIN_VALUE);
    }

    static double score(long key) {
        return Double.longBitsToDouble(key ^ (~key >> Long.SIZE - 1 | Long.MIN_VALUE));
    }
}

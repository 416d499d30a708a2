package io.tailrace.node.config;

/** What a reactor does when a turn of its duty cycle found no work. */
public enum IdleMode {
    /** Spins for a short while after the last work, then blocks in the selector. */
    HYBRID,
    /** Never gives the processor back; for dedicated cores. */
    SPIN,
    /** Blocks in the selector at once; the most frugal. */
    BLOCK
}

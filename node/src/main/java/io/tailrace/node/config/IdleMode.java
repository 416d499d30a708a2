package io.tailrace.node.config;

/** How a reactor waits after a duty cycle without work. */
public enum IdleMode {
    /** Spins for a short while after the last work, then blocks in the selector. */
    HYBRID,
    /** Never gives the processor back; for dedicated cores. */
    SPIN,
    /** Blocks in the selector at once; the most frugal. */
    BLOCK
}

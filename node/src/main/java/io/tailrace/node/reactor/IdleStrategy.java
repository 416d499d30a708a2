package io.tailrace.node.reactor;

import io.tailrace.node.config.IdleMode;

/**
 * What the reactor does when a cycle had no work: how long the next poll of the sockets may block.
 *
 * <p>Hybrid spins for {@value #SPIN_NANOS} ns after the last work, then blocks in the selector: a client that talks all
 * the time meets a spinning thread, an idle node costs no processor. Never parks: a socket can't wake a parked thread.
 */
final class IdleStrategy {
    /** {@link #blockNanos}: look at the sockets, don't wait. */
    static final long DO_NOT_BLOCK = -1;

    private static final long SPIN_NANOS = 50_000;
    private static final long MAX_BLOCK_NANOS = 100_000_000;

    private final IdleMode mode;
    private long lastWorkNanos;

    IdleStrategy(IdleMode mode) {
        this.mode = mode;
    }

    /**
     * @param nowNanos of a clock that is never set
     * @return how long the next poll may block, or {@link #DO_NOT_BLOCK}
     */
    long blockNanos(boolean hasWorked, long nowNanos) {
        if (hasWorked) {
            lastWorkNanos = nowNanos;
            return DO_NOT_BLOCK;
        }
        boolean spins = mode == IdleMode.SPIN || mode == IdleMode.HYBRID && nowNanos - lastWorkNanos < SPIN_NANOS;
        if (spins) {
            Thread.onSpinWait();
            return DO_NOT_BLOCK;
        }
        return MAX_BLOCK_NANOS;
    }
}

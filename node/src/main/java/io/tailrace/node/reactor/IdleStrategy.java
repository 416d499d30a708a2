package io.tailrace.node.reactor;

import io.tailrace.node.config.IdleMode;

/**
 * What the reactor does when a cycle had no work: how long the next poll of the sockets may block. Owned by the reactor's thread.
 *
 * <p>Hybrid spins for {@value #SPIN_NANOS} ns after the last work, then blocks in the selector: a client that talks all
 * the time meets a spinning thread, an idle node costs no processor. It does so only while that finds work three times in four: where it
 * doesn't, it takes the processor from others for nothing, and the kernel makes the thread wait for that later. Then it blocks at
 * once, and tries every {@value #TRIED_EVERY}th time whether that has changed. Never parks: a socket can't wake a parked thread.
 */
final class IdleStrategy {
    /** {@link #blockNanos}: look at the sockets, don't wait. */
    static final long DO_NOT_BLOCK = -1;

    static final long SPIN_NANOS = 50_000;
    static final long MAX_BLOCK_NANOS = 100_000_000;
    static final int TRIED_EVERY = 16;

    /** What spinning is worth: above 0 it continues. */
    private static final int MAX_WORTH = 16;

    private static final int FOUND = 1;
    private static final int FOUND_WHEN_TRIED = 4;
    private static final int NOT_FOUND = -3;

    private final IdleMode mode;
    private long lastWorkNanos;
    private int worth = MAX_WORTH;
    private int untried;
    private boolean isIdle;
    private boolean isSpinning;

    IdleStrategy(IdleMode mode) {
        this.mode = mode;
    }

    /**
     * @param nowNanos of a clock that is never set
     * @return how long the next poll may block, or {@link #DO_NOT_BLOCK}
     */
    long blockNanos(boolean hasWorked, long nowNanos) {
        if (hasWorked) {
            endSpin(true);
            isIdle = false;
            lastWorkNanos = nowNanos;
            return DO_NOT_BLOCK;
        }
        if (!isIdle) {
            isIdle = true;
            isSpinning = mode == IdleMode.SPIN || mode == IdleMode.HYBRID && isWorthIt();
        }
        if (isSpinning && (mode == IdleMode.SPIN || nowNanos - lastWorkNanos < SPIN_NANOS)) {
            Thread.onSpinWait();
            return DO_NOT_BLOCK;
        }
        endSpin(false);
        return MAX_BLOCK_NANOS;
    }

    private boolean isWorthIt() {
        if (worth > 0) {
            return true;
        }
        untried = (untried + 1) % TRIED_EVERY;
        return untried == 0;
    }

    private void endSpin(boolean hasFound) {
        if (isSpinning) {
            isSpinning = false;
            int change = !hasFound ? NOT_FOUND : worth == 0 ? FOUND_WHEN_TRIED : FOUND;
            worth = Math.max(0, Math.min(MAX_WORTH, worth + change));
        }
    }
}

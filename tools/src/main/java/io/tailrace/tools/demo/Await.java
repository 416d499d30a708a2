package io.tailrace.tools.demo;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for conditions of other processes, which can only be asked again and again. Any thread. */
public final class Await {
    private static final long ASK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** What is waited for; an {@link IOException} means not yet, as a node that starts refuses connections. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws IOException;
    }

    private Await() {}

    /**
     * Returns as soon as the condition holds.
     *
     * @param what ends the sentence "still waiting for"
     * @throws AwaitException when it did not hold in time, with the last exception as its cause
     */
    public static void until(String what, Duration limit, Condition condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        IOException last = null;
        do {
            try {
                if (condition.holds()) {
                    return;
                }
            } catch (IOException e) {
                last = e;
            }
            LockSupport.parkNanos(ASK_AGAIN_NANOS);
            if (Thread.currentThread().isInterrupted()) {
                throw new AwaitException("interrupted while waiting for " + what, last);
            }
        } while (System.nanoTime() - deadline < 0);
        throw new AwaitException("after " + limit.toSeconds() + " s still waiting for " + what, last);
    }
}

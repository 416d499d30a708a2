package io.tailrace.tools.feed;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** That a run is to end, and that it has: between the threads that run it and the one that stops it. Any thread. */
final class RunEnd {
    private static final long STOP_WITHIN_MS = 2_000;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch reached = new CountDownLatch(1);

    /** Asks for the end, and waits a little until the run has written what it had. */
    void stop() {
        ask();
        try {
            reached.await(STOP_WITHIN_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void ask() {
        asked.countDown();
    }

    boolean isAsked() {
        return asked.getCount() == 0;
    }

    /** Waits for it to be asked for; returns whether it is. */
    boolean awaitAsked(long timeoutMs) throws InterruptedException {
        return asked.await(timeoutMs, TimeUnit.MILLISECONDS);
    }

    /** The run has ended. */
    void reach() {
        reached.countDown();
    }
}

package io.tailrace.node;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The end of a node: initiated once, whatever asks for it, and awaited by others. Any thread.
 *
 * <pre>
 *  state    left by
 *  RUNNING  {@link #begin}, whose caller then ends the node
 *  ENDING   {@link #end}
 *  ENDED    -
 * </pre>
 */
final class Termination {
    private final AtomicBoolean hasBegun = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean isFailure;

    /** Whether the caller is the first to begin it, and has to {@link #end} it. */
    boolean begin() {
        return hasBegun.compareAndSet(false, true);
    }

    boolean hasBegun() {
        return hasBegun.get();
    }

    /** The node ends by a fault of its own. */
    void failed() {
        isFailure = true;
    }

    boolean isFailure() {
        return isFailure;
    }

    void end() {
        ended.countDown();
    }

    /** Returns at the end; whether it was no failure. */
    boolean await() throws InterruptedException {
        ended.await();
        return !isFailure;
    }

    /** Returns at the end, or when the thread is interrupted. */
    void awaitQuietly() {
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

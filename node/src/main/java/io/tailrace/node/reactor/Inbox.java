package io.tailrace.node.reactor;

import java.nio.channels.Selector;
import org.jctools.queues.MpscArrayQueue;

/**
 * What other threads hand to a reactor: tasks it runs in its duty cycle, in the order of each sender. Bounded.
 *
 * <p>A reactor about to block in its selector says so first and then looks once more, so a sender pays for a wake-up only
 * when it is needed.
 */
final class Inbox {
    private static final int CAPACITY = 64 << 10;
    private static final int MAX_PER_CYCLE = 256;

    private final MpscArrayQueue<Runnable> tasks = new MpscArrayQueue<>(CAPACITY);
    private final Selector selector;
    private volatile boolean isSleeping;

    Inbox(Selector selector) {
        this.selector = selector;
    }

    /** Any thread; false when the inbox is full: try again later, never wait for it on a reactor thread. */
    boolean offer(Runnable task) {
        if (!tasks.offer(task)) {
            return false;
        }
        if (isSleeping) {
            selector.wakeup();
        }
        return true;
    }

    /**
     * Runs some of the tasks, on the reactor thread; returns how many.
     *
     * @param afterEach run after each task
     */
    int drain(Runnable afterEach) {
        int count = 0;
        for (Runnable task = null; count < MAX_PER_CYCLE && (task = tasks.poll()) != null; count++) {
            task.run();
            afterEach.run();
        }
        return count;
    }

    /** Before blocking: whether it is fine to block. */
    boolean sleep() {
        isSleeping = true;
        if (tasks.isEmpty()) {
            return true;
        }
        isSleeping = false;
        return false;
    }

    void awake() {
        isSleeping = false;
    }
}

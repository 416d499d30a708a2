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

    /** As many tasks as are taken at once. */
    static final int BATCH = LookAhead.MAX;

    private final MpscArrayQueue<Runnable> tasks = new MpscArrayQueue<>(CAPACITY);
    private final Selector selector;
    private final Runnable[] batch = new Runnable[BATCH];
    private Ahead ahead = (tasks, count) -> {};
    private volatile boolean isSleeping;

    Inbox(Selector selector) {
        this.selector = selector;
    }

    /** @param newAhead sees the tasks before they are run */
    void ahead(Ahead newAhead) {
        ahead = newAhead;
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

    /** Sees several tasks that are run next. */
    @FunctionalInterface
    interface Ahead {
        void look(Runnable[] tasks, int count);
    }

    /**
     * Runs some of the tasks, on the reactor thread; returns how many.
     *
     * @param afterEach run after each task
     */
    int drain(Runnable afterEach) {
        int count = 0;
        int taken = BATCH;
        while (taken == BATCH && count < MAX_PER_CYCLE) {
            taken = take();
            if (taken > 1) {
                ahead.look(batch, taken);
            }
            for (int i = 0; i < taken; i++) {
                Runnable task = batch[i];
                batch[i] = null;
                task.run();
                afterEach.run();
            }
            count += taken;
        }
        return count;
    }

    private int take() {
        int count = 0;
        while (count < BATCH && (batch[count] = tasks.poll()) != null) {
            count++;
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

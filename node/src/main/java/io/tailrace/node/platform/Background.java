package io.tailrace.node.platform;

import java.util.concurrent.ScheduledExecutorService;

/**
 * Where a node's slow work is done, so that no reactor waits for it: threads of this process, or, when a whole node is driven
 * by one thread, steps that are taken when that thread likes. Any thread may call.
 */
public interface Background {
    /** Each work, and each executor, has a daemon thread to itself as long as it lasts. */
    Background THREADS = new Threads();

    /** Work in parts, done by one thread from the first to the last. */
    @FunctionalInterface
    interface Work {
        /** {@link #step}: there is more to do, at once. */
        long MORE = 0;

        /** {@link #step}: that was the last part. */
        long OVER = -1;

        /** Does a bounded part; returns {@link #OVER}, or after how many nanoseconds the next part may come. */
        long step();
    }

    /** Work that was started. */
    interface Task {
        /** Waits until it is over; an interrupt does not end that and is kept. */
        void await();

        /** Whether it is over; any thread. */
        boolean isOver();
    }

    /** Begins a work, on a thread of this name. */
    Task start(String name, Work work);

    /** Does something once, on a thread of this name. */
    default Task run(String name, Runnable once) {
        return start(name, () -> {
            once.run();
            return Work.OVER;
        });
    }

    /** One thread of this name for many tasks, in their order; what was to come later is dropped at its shutdown. */
    ScheduledExecutorService executor(String name);
}

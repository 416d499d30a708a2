package io.tailrace.node.platform;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.locks.LockSupport;

/** Slow work on daemon threads, one each. */
public final class Threads implements Background {
    private record Running(Thread thread) implements Task {
        @Override
        public boolean isOver() {
            return !thread.isAlive();
        }

        @Override
        public void await() {
            boolean isInterrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    isInterrupted = true;
                }
            }
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final Runnable onStart;

    /** Threads as they come. */
    Threads() {
        this(() -> {});
    }

    /** @param onStart what each thread does first of all */
    public Threads(Runnable onStart) {
        this.onStart = onStart;
    }

    private Thread daemon(String name, Runnable body) {
        Thread thread = new Thread(
                () -> {
                    onStart.run();
                    body.run();
                },
                name);
        thread.setDaemon(true);
        return thread;
    }

    private static void work(Work work) {
        for (long rest = work.step(); rest != Work.OVER; rest = work.step()) {
            if (rest > 0) {
                LockSupport.parkNanos(rest);
            }
        }
    }

    @Override
    public Task start(String name, Work work) {
        Thread thread = daemon(name, () -> work(work));
        thread.start();
        return new Running(thread);
    }

    @Override
    public ScheduledExecutorService executor(String name) {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> daemon(name, task));
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return executor;
    }
}

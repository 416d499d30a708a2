package io.tailrace.node.platform;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Slow work on daemon threads, one each. A thread whose work is over waits for the next: who begins a work with a new one waits until the
 * system lets it run, which a reactor must not.
 */
public final class Threads implements Background {
    private static final class Running implements Task {
        private final CountDownLatch over = new CountDownLatch(1);

        @Override
        public boolean isOver() {
            return over.getCount() == 0;
        }

        @Override
        public void await() {
            boolean isInterrupted = false;
            while (!isOver()) {
                try {
                    over.await();
                } catch (InterruptedException e) {
                    isInterrupted = true;
                }
            }
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Threads that stay, however long there is nothing to do. */
    private static final int KEPT = 1;

    private static final long OTHERS_STAY_MINUTES = 10;
    private static final String IDLE = "idle-helper";

    private final Runnable asHelper;
    private final ThreadPoolExecutor helpers;

    /** Threads as they come. */
    Threads() {
        this(() -> {});
    }

    /** @param asHelper puts a thread where helpers run: when it starts, and after a work, which may have put it elsewhere */
    public Threads(Runnable asHelper) {
        this.asHelper = asHelper;
        helpers = new ThreadPoolExecutor(
                KEPT,
                Integer.MAX_VALUE,
                OTHERS_STAY_MINUTES,
                TimeUnit.MINUTES,
                new SynchronousQueue<>(),
                body -> daemon(IDLE, body));
    }

    private Thread daemon(String name, Runnable body) {
        Thread thread = new Thread(
                () -> {
                    asHelper.run();
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
        Running running = new Running();
        helpers.execute(() -> {
            Thread.currentThread().setName(name);
            try {
                work(work);
            } finally {
                running.over.countDown();
                Thread.currentThread().setName(IDLE);
                asHelper.run();
            }
        });
        return running;
    }

    @Override
    public ScheduledExecutorService executor(String name) {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, body -> daemon(name, body));
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return executor;
    }
}

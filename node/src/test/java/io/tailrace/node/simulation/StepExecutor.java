package io.tailrace.node.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Delayed;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** An executor that does one task when it is told to, or all that wait when somebody waits for them. */
final class StepExecutor extends AbstractExecutorService implements ScheduledExecutorService {
    private final String name;
    private final LongSupplier micros;
    private final BooleanSupplier isKilled;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final List<Timer> timers = new ArrayList<>();
    private boolean isShutdown;

    private final class Timer extends FutureTask<Void> implements ScheduledFuture<Void> {
        private final Runnable task;
        private final long periodMicros;
        private long atMicros;

        Timer(Runnable task, long atMicros, long periodMicros) {
            super(task, null);
            this.task = task;
            this.atMicros = atMicros;
            this.periodMicros = periodMicros;
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            timers.remove(this);
            return super.cancel(mayInterrupt);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(atMicros - micros.getAsLong(), TimeUnit.MICROSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.MICROSECONDS), other.getDelay(TimeUnit.MICROSECONDS));
        }
    }

    StepExecutor(String name, LongSupplier micros, BooleanSupplier isKilled) {
        this.name = name;
        this.micros = micros;
        this.isKilled = isKilled;
    }

    String name() {
        return name;
    }

    boolean isRunnable() {
        return !isKilled.getAsBoolean() && (!tasks.isEmpty() || dueTimer() != null);
    }

    private Timer dueTimer() {
        if (timers.isEmpty()) {
            return null;
        }
        Timer first = Collections.min(timers);
        return first.atMicros <= micros.getAsLong() ? first : null;
    }

    void step() {
        Timer due = dueTimer();
        if (due == null) {
            tasks.remove().run();
            return;
        }
        timers.remove(due);
        due.task.run();
        if (due.periodMicros > 0 && !isShutdown) {
            due.atMicros = micros.getAsLong() + due.periodMicros;
            timers.add(due);
        }
    }

    /** After a kill: what waits may own memory, and can do nothing else any more. */
    void bury() {
        timers.clear();
        runAll();
    }

    private void runAll() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    @Override
    public void execute(Runnable task) {
        if (isShutdown) {
            throw new java.util.concurrent.RejectedExecutionException(name);
        }
        tasks.add(task);
    }

    /** Whoever keeps the answer is going to wait for it. */
    @Override
    public Future<?> submit(Runnable task) {
        execute(task);
        runAll();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        return add(task, unit.toMicros(delay), 0);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initial, long delay, TimeUnit unit) {
        return add(task, unit.toMicros(initial), unit.toMicros(delay));
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long initial, long period, TimeUnit unit) {
        return add(task, unit.toMicros(initial), unit.toMicros(period));
    }

    private Timer add(Runnable task, long delayMicros, long periodMicros) {
        Timer timer = new Timer(task, micros.getAsLong() + delayMicros, periodMicros);
        timers.add(timer);
        return timer;
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void shutdown() {
        isShutdown = true;
        timers.clear();
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown();
        List<Runnable> left = List.copyOf(tasks);
        tasks.clear();
        return left;
    }

    @Override
    public boolean isShutdown() {
        return isShutdown;
    }

    @Override
    public boolean isTerminated() {
        return isShutdown && tasks.isEmpty();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        runAll();
        return true;
    }
}

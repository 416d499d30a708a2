package io.tailrace.node.simulation;

import io.tailrace.node.platform.Background;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/**
 * The threads of one process, taken step by step by the one thread there is. Whoever waits for one takes its steps meanwhile.
 *
 * <p>When the process is killed nothing steps any more; what is under way is run to its end all the same, against a disk that
 * is gone, because it owns memory that only it can free.
 */
final class Steps implements Background {
    private final LongSupplier micros;
    private final List<Thread> shards = new ArrayList<>();
    private final List<Thread> others = new ArrayList<>();
    private final List<StepExecutor> executors = new ArrayList<>();
    private boolean isKilled;

    /** One of them. */
    final class Thread implements Task {
        private final String name;
        private final Work work;
        private long notBefore;
        private boolean isStepping;
        private boolean isOver;

        Thread(String name, Work work) {
            this.name = name;
            this.work = work;
        }

        String name() {
            return name;
        }

        @Override
        public boolean isOver() {
            return isOver;
        }

        boolean isRunnable() {
            return !isOver && !isStepping && micros.getAsLong() >= notBefore;
        }

        void step() {
            isStepping = true;
            long rest = Work.OVER;
            try {
                rest = work.step();
            } finally {
                isStepping = false;
                isOver = rest == Work.OVER;
                notBefore = micros.getAsLong() + rest / 1_000;
            }
        }

        @Override
        public void await() {
            while (!isOver && !isStepping) {
                try {
                    step();
                } catch (SimulatedCrash e) {
                    // the process is dead, and whoever waited finds that out by the next thing it wants of the world
                }
            }
        }
    }

    Steps(LongSupplier micros) {
        this.micros = micros;
    }

    @Override
    public Task start(String name, Work work) {
        Thread thread = new Thread(name, work);
        boolean isShard = name.startsWith("shard-");
        (isShard ? shards : others).add(thread);
        if (isShard) {
            // whoever starts it waits for its first step
            thread.step();
        }
        return thread;
    }

    @Override
    public ScheduledExecutorService executor(String name) {
        StepExecutor executor = new StepExecutor(name, micros, () -> isKilled);
        executors.add(executor);
        return executor;
    }

    /** The shards' duty cycles. */
    List<Thread> shards() {
        return shards;
    }

    /** Takes a step of the shard; false when its thread has ended. */
    boolean cycle(int shard) {
        Thread thread = shards.get(shard);
        if (thread.isRunnable()) {
            thread.step();
        }
        return !thread.isOver;
    }

    /** Lets the shard's thread end, for a test of the test. */
    void end(int shard) {
        shards.get(shard).isOver = true;
    }

    /** Whether every shard's thread lives. */
    boolean isAlive() {
        return shards.stream().noneMatch(thread -> thread.isOver);
    }

    /** What else could be done now, by name. */
    List<Runnable> runnable(List<String> names) {
        List<Runnable> steps = new ArrayList<>();
        others.removeIf(thread -> thread.isOver);
        for (Thread thread : others) {
            if (thread.isRunnable()) {
                names.add(thread.name());
                steps.add(thread::step);
            }
        }
        executors.removeIf(StepExecutor::isTerminated);
        for (StepExecutor executor : executors) {
            if (executor.isRunnable()) {
                names.add(executor.name());
                steps.add(executor::step);
            }
        }
        return steps;
    }

    /** The process is killed. */
    void kill() {
        isKilled = true;
    }

    /** After {@link #kill}: what is under way frees its memory. */
    void bury() {
        for (int i = 0; i < others.size(); i++) {
            others.get(i).await();
        }
        executors.forEach(StepExecutor::bury);
    }
}

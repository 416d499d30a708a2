package io.tailrace.node.store;

import io.tailrace.node.platform.Background;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ScheduledExecutorService;

/** Does slow work when it is told to, in the thread that tells it. */
public final class ManualBackground implements Background {
    private final Queue<Work> waiting = new ArrayDeque<>();

    @Override
    public Task start(String name, Work work) {
        waiting.add(work);
        return new Task() {
            @Override
            public void await() {}

            @Override
            public boolean isOver() {
                return !waiting.contains(work);
            }
        };
    }

    @Override
    public ScheduledExecutorService executor(String name) {
        throw new UnsupportedOperationException(name);
    }

    /** How many works wait. */
    public int waiting() {
        return waiting.size();
    }

    /** Does all of what waits. */
    public void runAll() {
        while (!waiting.isEmpty()) {
            Work work = waiting.remove();
            while (work.step() != Work.OVER) {
                // the next part
            }
        }
    }
}

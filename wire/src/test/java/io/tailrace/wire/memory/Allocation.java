package io.tailrace.wire.memory;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Counts what the current thread allocates on the heap. */
public final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {}

    /** Bytes allocated by running the action this many times, at the best of a few tries once it is warm. */
    public static long of(int times, Runnable action) {
        long best = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5; attempt++) {
            long before = allocated();
            for (int i = 0; i < times; i++) {
                action.run();
            }
            best = Math.min(best, allocated() - before);
        }
        return best;
    }

    private static long allocated() {
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}

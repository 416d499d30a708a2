package io.tailrace.node.cores;

import com.sun.jna.Function;
import com.sun.jna.Platform;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How Linux schedules a thread (sched(7)). Any process may choose between these two for its own threads; a thread inherits that of the one
 * that made it.
 */
enum SchedulingPolicy {
    /** SCHED_OTHER: one that wakes up may take the processor from the one that runs. */
    NORMAL(0),
    /**
     * SCHED_BATCH: the same share of a processor, but one that wakes up waits for its turn. A shard that gives its disk thread something to
     * do, and wakes it so, would lose the processor to it for milliseconds otherwise, wherever there is no free one.
     */
    BATCH(3);

    private static final Logger LOG = LoggerFactory.getLogger(SchedulingPolicy.class);
    private static final int CALLING_THREAD = 0;
    private static final AtomicBoolean IS_TOLD = new AtomicBoolean();

    private final int number;

    SchedulingPolicy(int number) {
        this.number = number;
    }

    /** Gives it to the calling thread, where the system has it; elsewhere threads stay as they are. */
    void apply() {
        if (!Platform.isLinux()) {
            return;
        }
        try {
            int[] noPriority = {0};
            Object[] arguments = {CALLING_THREAD, number, noPriority};
            if (Function.getFunction("c", "sched_setscheduler").invokeInt(arguments) != 0) {
                tell("the system refuses it");
            }
        } catch (LinkageError e) {
            tell(e.getMessage());
        }
    }

    private void tell(String problem) {
        if (!IS_TOLD.getAndSet(true)) {
            LOG.debug("threads are scheduled as the system does by itself: {}: {}", this, problem);
        }
    }
}

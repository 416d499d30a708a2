package io.tailrace.node.cores;

import com.sun.jna.Function;
import com.sun.jna.Platform;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How Linux schedules the calling thread (sched(7)), where it shares a processor. Any process may say so of its own threads; a thread
 * inherits it from the one that made it. Elsewhere, where the system refuses, and where the process was started with another policy
 * (chrt(1)), threads stay as they are.
 *
 * <pre>
 *  who      policy        slice     so
 *  shard    SCHED_OTHER   0.1 ms    it runs soon after it wakes up, and often, instead of 3 ms at a time (Linux 6.12)
 *  helper   SCHED_BATCH   3 ms      when it wakes up it waits for its turn: a shard that hands something over would lose its processor
 * </pre>
 *
 * <p>Both have the same share of a processor. The argument of sched_setattr(2):
 *
 * <pre>
 *  0            4             8            16          20              24               32             40           48
 *  | size u32   | policy u32  | flags u64  | nice i32  | priority u32  | slice, ns u64  | deadline u64 | period u64 |
 * </pre>
 */
final class Scheduling {
    private static final Logger LOG = LoggerFactory.getLogger(Scheduling.class);

    private static final int SCHED_OTHER = 0;
    private static final int SCHED_BATCH = 3;
    private static final long SHORT_SLICE_NANOS = 100_000;
    private static final long SYSTEMS_SLICE = 0;

    private static final long CALLING_THREAD = 0;
    private static final long NO_FLAGS = 0;
    private static final int LENGTH = 48;
    private static final int POLICY_OFFSET = 4;
    private static final int SLICE_OFFSET = 24;

    /** Of sched_setattr; that of sched_getattr is the next one. The C library has no functions for them before its version 2.41. */
    private static final Map<String, Long> SYSTEM_CALLS = Map.of("x86-64", 314L, "aarch64", 274L);

    private static final AtomicBoolean IS_TOLD = new AtomicBoolean();
    private static final boolean IS_LEFT_TO_US = isLeftToUs();

    private Scheduling() {}

    /** Of the thread that the process began with, which is not changed here. */
    private static boolean isLeftToUs() {
        Long systemCall = Platform.isLinux() ? SYSTEM_CALLS.get(Platform.ARCH) : null;
        try {
            ByteBuffer initial = systemCall == null
                    ? null
                    : attributes(systemCall, ProcessHandle.current().pid());
            return initial != null && initial.getInt(POLICY_OFFSET) == SCHED_OTHER;
        } catch (LinkageError e) {
            tell(e.getMessage());
            return false;
        }
    }

    private static ByteBuffer attributes(long systemCall, long thread) {
        byte[] attributes = new byte[LENGTH];
        Object[] arguments = {systemCall + 1, thread, attributes, (long) LENGTH, NO_FLAGS};
        boolean isDone = Function.getFunction("c", "syscall").invokeInt(arguments) == 0;
        return isDone ? ByteBuffer.wrap(attributes).order(ByteOrder.nativeOrder()) : null;
    }

    /** The calling thread is a shard's. */
    static void asShard() {
        apply(SCHED_OTHER, SHORT_SLICE_NANOS);
    }

    /** The calling thread helps the shards' threads, which don't wait for it. */
    static void asHelper() {
        apply(SCHED_BATCH, SYSTEMS_SLICE);
    }

    /** The calling thread is any other. */
    static void asOther() {
        apply(SCHED_OTHER, SYSTEMS_SLICE);
    }

    private static void apply(int policy, long sliceNanos) {
        if (!IS_LEFT_TO_US) {
            return;
        }
        long systemCall = SYSTEM_CALLS.get(Platform.ARCH);
        // its nice value stays
        ByteBuffer attributes = attributes(systemCall, CALLING_THREAD);
        if (attributes == null) {
            tell("the system doesn't tell how");
            return;
        }
        attributes.putInt(0, LENGTH).putInt(POLICY_OFFSET, policy).putLong(SLICE_OFFSET, sliceNanos);
        Object[] arguments = {systemCall, CALLING_THREAD, attributes.array(), NO_FLAGS};
        if (Function.getFunction("c", "syscall").invokeInt(arguments) != 0) {
            tell("the system refuses another way");
        }
    }

    private static void tell(String problem) {
        if (!IS_TOLD.getAndSet(true)) {
            LOG.debug("threads are scheduled as the system does by itself: {}", problem);
        }
    }
}

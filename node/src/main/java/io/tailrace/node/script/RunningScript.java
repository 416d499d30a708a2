package io.tailrace.node.script;

import io.tailrace.wire.resp.Arguments;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * What runs on one shard, for who asks from elsewhere: whether it is late, and whether it is to end. Written by the shard's thread
 * but for {@link #kill}; any thread reads.
 */
public final class RunningScript {
    private static final long AWAIT_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    /** What came of asking it to end. */
    public enum Killed {
        NOTHING_RUNS,
        /** A function was to be ended by SCRIPT KILL, or a script by FUNCTION KILL. */
        OTHER_KIND,
        UNKILLABLE,
        /** It ends before long. */
        KILLED
    }

    private final AtomicInteger late;
    private volatile String name;
    private volatile List<byte[]> command = List.of();
    private Arguments request;
    private volatile boolean isFunction;
    private volatile long startNanos;
    private volatile boolean isLate;
    /** It is late, and nobody begins to answer for it any more. */
    private volatile boolean isEnding;

    private volatile boolean hasWritten;
    private volatile boolean isToEnd;
    private volatile long shards;
    /** How many threads of these shards answer for it that it is late. */
    private final AtomicInteger answering = new AtomicInteger();

    /** @param late how many are, over all shards */
    RunningScript(AtomicInteger late) {
        this.late = late;
    }

    void begin(String newName, Arguments newRequest, boolean isOfFunction, long nowNanos) {
        isFunction = isOfFunction;
        startNanos = nowNanos;
        hasWritten = false;
        isLate = false;
        isToEnd = false;
        request = newRequest;
        name = newName;
    }

    void end() {
        if (isLate) {
            isEnding = true;
            awaitAnswering();
            isLate = false;
            late.decrementAndGet();
            isEnding = false;
        }
        name = null;
        request = null;
        isToEnd = false;
    }

    /**
     * It is late for others until nobody works on these shards' connections any more, each of whom is soon done: what came on them
     * would run beside it else.
     */
    private void awaitAnswering() {
        while (answering.get() != 0) {
            LockSupport.parkNanos(this, AWAIT_NANOS);
        }
    }

    /** Says which shards it holds from now on, as a set in the sense of {@link io.tailrace.node.shard.ShardHold}. */
    public void holds(long set) {
        shards = set;
    }

    /** Whether it holds one of these shards. */
    public boolean holdsAnyOf(long set) {
        return (shards & set) != 0;
    }

    /** By the thread of a shard that it holds: returns whether it is late and stays so until {@link #endAnswering}. */
    public boolean beginAnswering() {
        answering.incrementAndGet();
        if (isLate && !isEnding) {
            return true;
        }
        answering.decrementAndGet();
        return false;
    }

    public void endAnswering() {
        answering.decrementAndGet();
    }

    void late() {
        List<byte[]> copy = new ArrayList<>();
        for (int i = 0; i < request.count(); i++) {
            copy.add(request.bytes(i));
        }
        command = copy;
        isLate = true;
        late.incrementAndGet();
    }

    void wrote() {
        if (!hasWritten) {
            hasWritten = true;
        }
    }

    /** Its hash or name, or null when nothing runs. */
    public String name() {
        return name;
    }

    /** The request that it was called by, once it is late. */
    public List<byte[]> command() {
        return command;
    }

    public boolean isFunction() {
        return isFunction;
    }

    public long startNanos() {
        return startNanos;
    }

    /** Whether it has run for longer than others are to wait. */
    public boolean isLate() {
        return isLate;
    }

    boolean isToEnd() {
        return isToEnd;
    }

    /** Asks it to end, if it has not written yet. */
    public Killed kill(boolean isAskedAsFunction) {
        if (name == null) {
            return Killed.NOTHING_RUNS;
        }
        if (hasWritten) {
            return Killed.UNKILLABLE;
        }
        if (isAskedAsFunction != isFunction) {
            return Killed.OTHER_KIND;
        }
        isToEnd = true;
        return Killed.KILLED;
    }
}

package io.tailrace.node.script;

import io.tailrace.wire.resp.Arguments;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What runs on one shard, for who asks from elsewhere: whether it is late, and whether it is to end. Written by the shard's thread
 * but for {@link #kill}; any thread reads.
 */
public final class RunningScript {
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
    private volatile boolean hasWritten;
    private volatile boolean isToEnd;

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
            late.decrementAndGet();
        }
        name = null;
        request = null;
        isLate = false;
        isToEnd = false;
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

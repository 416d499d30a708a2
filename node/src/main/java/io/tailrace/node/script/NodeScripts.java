package io.tailrace.node.script;

import io.tailrace.node.store.LibrarySet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The scripts and functions of a node, over all of its shards. Any thread. */
public final class NodeScripts {
    /** To who asks while a script is late. */
    public static final String BUSY_SCRIPT =
            "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.";

    /** The same for a function. */
    public static final String BUSY_FUNCTION =
            "BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.";

    private final ScriptCache cache = new ScriptCache();
    private final AtomicInteger late = new AtomicInteger();
    private final RunningScript[] running;
    private volatile boolean isStopping;
    private volatile boolean isAllAllowed;
    private final AtomicLongArray scriptBytes;
    private final AtomicLongArray functionBytes;
    private final AtomicIntegerArray functions;
    private final LongSupplier steadyNanos;
    private volatile Supplier<LibrarySet> libraries = () -> LibrarySet.EMPTY;

    /** @param steadyNanos the clock by which scripts are late; any thread */
    public NodeScripts(int shards, LongSupplier steadyNanos) {
        this.steadyNanos = steadyNanos;
        running = new RunningScript[shards];
        for (int i = 0; i < shards; i++) {
            running[i] = new RunningScript(late);
        }
        scriptBytes = new AtomicLongArray(shards);
        functionBytes = new AtomicLongArray(shards);
        functions = new AtomicIntegerArray(shards);
    }

    /** The clock by which scripts are late; any thread. */
    public LongSupplier steadyNanos() {
        return steadyNanos;
    }

    public ScriptCache cache() {
        return cache;
    }

    /** Tells where the libraries are that are committed: shard 0's. */
    public void libraries(Supplier<LibrarySet> committed) {
        libraries = committed;
    }

    public LibrarySet libraries() {
        return libraries.get();
    }

    /** What runs on a shard. */
    public RunningScript running(int shard) {
        return running[shard];
    }

    /** One that is late and holds any of these shards, or null. */
    public RunningScript lateOn(long shards) {
        for (RunningScript each : running) {
            if (each.isLate() && each.holdsAnyOf(shards)) {
                return each;
            }
        }
        return null;
    }

    /** Whether a script is late on any shard: one read. */
    public boolean hasLate() {
        return late.get() > 0;
    }

    /** Whether scripts may call commands that are not for scripts, for tests. */
    public void allowAll(boolean isAllowed) {
        isAllAllowed = isAllowed;
    }

    public boolean isAllAllowed() {
        return isAllAllowed;
    }

    /** Lets every script end, as the node does. */
    public void stop() {
        isStopping = true;
    }

    boolean isStopping() {
        return isStopping;
    }

    public int shards() {
        return running.length;
    }

    /** Notes what the engines of a shard take, and how many functions it has run the libraries for. */
    void usage(int shard, long bytesOfScripts, long bytesOfFunctions, int functionCount) {
        scriptBytes.lazySet(shard, bytesOfScripts);
        functionBytes.lazySet(shard, bytesOfFunctions);
        functions.lazySet(shard, functionCount);
    }

    /** Bytes that the engines for scripts hold. */
    public long scriptEngineBytes() {
        return sum(scriptBytes);
    }

    /** Bytes that the engines for functions hold. */
    public long functionEngineBytes() {
        return sum(functionBytes);
    }

    /** Functions of all libraries, as the first shard that has run them says. */
    public int functionCount() {
        int most = 0;
        for (int i = 0; i < functions.length(); i++) {
            most = Math.max(most, functions.get(i));
        }
        return most;
    }

    private static long sum(AtomicLongArray values) {
        long sum = 0;
        for (int i = 0; i < values.length(); i++) {
            sum += values.get(i);
        }
        return sum;
    }
}

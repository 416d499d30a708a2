package io.tailrace.node.script;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The scripts that EVALSHA finds: what was loaded or run since the start or the last SCRIPT FLUSH, on any shard. Never logged and not
 * replicated. Any thread. Each engine compiles for itself what it runs, and forgets that when the {@link #epoch} has changed.
 */
public final class ScriptCache {
    /** Of all scripts: the oldest are not dropped, as clients count on what they have loaded; more are not taken. */
    static final long MAX_BYTES = 256L << 20;

    private final ConcurrentHashMap<String, Script> bySha1 = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private volatile int epoch;

    /** The script of a hash in lower case, or null. */
    public Script find(String sha1) {
        return bySha1.get(sha1);
    }

    /**
     * Adds one that an engine has compiled.
     *
     * @throws ScriptException when there are too many
     */
    public Script add(Script script) throws ScriptException {
        if (bytes.get() + script.cost() > MAX_BYTES) {
            throw new ScriptException("OOM the cached scripts take " + (MAX_BYTES >> 20)
                    + " MiB; pass what changes as arguments, or use SCRIPT FLUSH");
        }
        Script there = bySha1.putIfAbsent(script.sha1(), script);
        if (there == null) {
            bytes.addAndGet(script.cost());
        }
        return there == null ? script : there;
    }

    /** SCRIPT FLUSH. */
    public void flush() {
        for (String sha1 : bySha1.keySet()) {
            Script removed = bySha1.remove(sha1);
            if (removed != null) {
                bytes.addAndGet(-removed.cost());
            }
        }
        synchronized (this) {
            epoch++;
        }
    }

    /** Other after each flush. */
    int epoch() {
        return epoch;
    }

    public int count() {
        return bySha1.size();
    }

    /** What they take. */
    public long bytes() {
        return bytes.get();
    }
}

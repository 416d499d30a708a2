package io.tailrace.node.shard;

/** What INFO tells that a shard has no other place for. Owned by the reactor's thread. */
public final class ShardCounts {
    private long keysLoaded;
    private long payloads;

    /** The shard's data was loaded: from its own files at a start, from its primary, or from both in a rewind. */
    void loaded(long keys) {
        keysLoaded = keys;
    }

    /** How many keys there were when the data was loaded last. */
    public long keysLoaded() {
        return keysLoaded;
    }

    /** The payload of a RESTORE is looked at. */
    public void payload() {
        payloads++;
    }

    /** Payloads that were looked at, since the start or {@link #reset}. */
    public long payloads() {
        return payloads;
    }

    /** Begins to count from 0 again what only grows. */
    public void reset() {
        payloads = 0;
    }
}

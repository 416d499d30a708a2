package io.tailrace.node.shard;

import io.tailrace.node.store.Entry;
import io.tailrace.node.store.Store;

/**
 * What a look-up of a key by a command stands for, besides what it shows: a hit or a miss of INFO, and a use of the key. Owned by
 * the reactor's thread.
 */
public final class KeyLookups {
    /** Looks without a trace. */
    public static final int NONE = 0;
    /** Hits and misses are counted. */
    public static final int COUNTED = 1;
    /** The key counts as used. */
    public static final int USES = 2;

    private int kind;
    private long hits;
    private long misses;

    /** @param newKind of the look-ups that follow: {@link #COUNTED} and {@link #USES}, added up */
    void kind(int newKind) {
        kind = newKind;
    }

    void found(Store store, Entry entry) {
        if ((kind & COUNTED) != 0) {
            hits++;
        }
        if ((kind & USES) != 0) {
            store.access().touch(entry);
        }
    }

    void missed() {
        if ((kind & COUNTED) != 0) {
            misses++;
        }
    }

    public long hits() {
        return hits;
    }

    public long misses() {
        return misses;
    }

    public void reset() {
        hits = 0;
        misses = 0;
    }
}

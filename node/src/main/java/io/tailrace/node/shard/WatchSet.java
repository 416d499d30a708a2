package io.tailrace.node.shard;

import java.util.ArrayList;
import java.util.List;

/**
 * The keys one client watches on one shard, and whether one of them was changed since. Owned by the shard's thread; a
 * connection of another thread only passes it along.
 */
public final class WatchSet {
    /** A watch with its places in lists and in the table of watched keys, about. */
    private static final int WATCH_BYTES = 160;

    final List<Watches.Watch> watches = new ArrayList<>();
    /** Written by the shard's thread only. */
    volatile boolean isTouched;

    /** Written by the shard's thread only. */
    private volatile long memoryBytes;

    void add(Watches.Watch watch, int keyBytes) {
        watches.add(watch);
        memoryBytes = memoryBytes + keyBytes + WATCH_BYTES;
    }

    /** Whether a key was changed since; that one is past its deadline only EXEC finds. Any thread. */
    public boolean isTouched() {
        return isTouched;
    }

    /** Any thread. */
    public long memoryBytes() {
        return memoryBytes;
    }
}

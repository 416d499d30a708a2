package io.tailrace.node.store;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many values were dropped whose memory is given back by and by: large collections, and all keys of a store that was emptied.
 * Owned by the reactor's thread; whoever frees what an emptied store held tells so too.
 */
final class LazyFrees {
    private final AtomicLong freed = new AtomicLong();
    private long dropped;
    private long freedBefore;

    void drop(long values) {
        dropped += values;
    }

    /** Memory of values that were dropped is given back. Any thread. */
    void free(long values) {
        freed.addAndGet(values);
    }

    /** Since the start or the last {@link #reset}. */
    long freed() {
        return freed.get() - freedBefore;
    }

    /** Dropped, and not known to be freed yet. */
    long pending() {
        return dropped - freed.get();
    }

    void reset() {
        freedBefore = freed.get();
    }
}

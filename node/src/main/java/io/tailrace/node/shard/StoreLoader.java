package io.tailrace.node.shard;

import io.tailrace.node.store.Store;
import io.tailrace.snapshot.EntrySink;

/**
 * Puts the entries of a snapshot into a store, which grows as it needs to: a snapshot may be of a node that was sized
 * otherwise, or that grew itself.
 */
public final class StoreLoader implements EntrySink {
    /** Entries that move to a larger map for each one that is put, besides one. */
    static final int MOVED_EACH = 4;

    private final Store store;
    private final LoadProgress progress;

    public StoreLoader(Store store) {
        this(store, LoadProgress.unwatched());
    }

    StoreLoader(Store store, LoadProgress progress) {
        this.store = store;
        this.progress = progress;
    }

    @Override
    public void entry(
            long version,
            int ordinal,
            long expireAtMillis,
            byte type,
            long keyAddress,
            int keyLength,
            long valueAddress,
            int valueLength) {
        if (!store.canTake(1)) {
            throw new IllegalStateException("the store can't grow so that it takes all keys: raise"
                    + " max-entries, avg-key-size or avg-value-size, or give the machine more memory");
        }
        store.insert(keyAddress, keyLength, valueAddress, valueLength, expireAtMillis, type, version, ordinal);
        store.growSome(MOVED_EACH);
        progress.add((long) keyLength + valueLength);
    }
}

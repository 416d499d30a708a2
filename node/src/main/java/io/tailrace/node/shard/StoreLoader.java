package io.tailrace.node.shard;

import io.tailrace.node.store.Store;
import io.tailrace.snapshot.EntrySink;

/** Puts the entries of a snapshot into a store, which is refused in time when it is too small for them. */
public final class StoreLoader implements EntrySink {
    private final Store store;

    public StoreLoader(Store store) {
        this.store = store;
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
            throw new IllegalStateException("the store has no room for all keys of the snapshot: raise max-entries,"
                    + " avg-key-size or avg-value-size");
        }
        store.insert(keyAddress, keyLength, valueAddress, valueLength, expireAtMillis, type, version, ordinal);
    }
}

package io.tailrace.node.shard;

import io.tailrace.node.store.Databases;
import io.tailrace.node.store.Store;

/** How an eviction policy chooses keys. Owned by the shard's reactor thread. */
interface EvictionChoice {
    /** Of which database keys are to go next, or null when the policy lets none go. */
    Store choose(Databases databases);

    /**
     * Looks at a few of the keys and fills the batch with those that are to go first. It may stay empty though there are
     * such keys.
     *
     * @return false when the policy lets no key of the store go
     */
    boolean choose(Store store, EvictionBatch batch);

    /** After the first {@code evicted} of the batch have gone. */
    void evicted(Store store, EvictionBatch batch, int evicted);
}

package io.tailrace.node.shard;

/** Hears of keys that now hold a collection, or a stream with more entries, so that clients may have what they wait for. */
@FunctionalInterface
public interface KeysMadeListener {
    /** Does not listen. */
    KeysMadeListener NOBODY = (database, key, length) -> {};

    /** The key's bytes stay until this returns; nothing may be written to the shard before that. */
    void made(int database, long key, int length);

    /** Two databases were swapped: each may have keys now that clients wait for there. */
    default void swapped(int one, int other) {
        // to those who wait for no key this means nothing
    }
}

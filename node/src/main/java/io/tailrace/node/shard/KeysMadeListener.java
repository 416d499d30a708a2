package io.tailrace.node.shard;

/** Hears of keys that now hold a collection, or a stream with more entries, so that clients may have what they wait for. */
@FunctionalInterface
public interface KeysMadeListener {
    /** The key's bytes stay until this returns; nothing may be written to the shard before that. */
    void made(long key, int length);
}

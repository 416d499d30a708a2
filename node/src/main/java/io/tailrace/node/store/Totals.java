package io.tailrace.node.store;

import io.tailrace.node.arena.Arena;

/** What a store holds, counted as it is written: the maps' own counts take milliseconds. Owned by the reactor thread. */
final class Totals {
    private final Arena arena;

    /** Keys, and those of them with a deadline. */
    long keys;

    long expiringKeys;

    /** Of keys. */
    long keyBytes;

    /** Of what stands for the keys in the map: entry headers with values, or with references to large ones. */
    long entryBytes;

    /** What keys and entries take in the map or maps, see {@link StoreMap#cost}. */
    long mapBytes;

    /** What large strings outside of the maps take, but for those that wait for a walk's end. */
    long blockBytes;

    Totals(Arena arena) {
        this.arena = arena;
    }

    void added(long keyLength) {
        keys++;
        keyBytes += keyLength;
    }

    void removed(long keyLength) {
        keys--;
        keyBytes -= keyLength;
        assert keys >= 0 && keyBytes >= 0 : keys + " keys of " + keyBytes + " bytes";
    }

    /** What values outside of the maps take. */
    long outsideBytes() {
        return blockBytes + arena.usedBytes();
    }

    /** What {@code max-memory} limits. */
    long usedBytes() {
        return mapBytes + outsideBytes();
    }
}

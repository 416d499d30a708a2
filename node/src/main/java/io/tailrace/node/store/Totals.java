package io.tailrace.node.store;

import io.tailrace.node.arena.Arena;

/** What a store holds, counted as it is written: the maps' own counts take milliseconds. Owned by the reactor thread. */
final class Totals {
    private final Arena arena;

    private static final long MS_PER_SECOND = 1_000;
    /** Later deadlines count as this one: the sum of those of eight million keys has room. */
    private static final long LATEST_MS = (1L << 40) * MS_PER_SECOND;

    /** Keys, and those of them with a deadline. */
    long keys;

    long expiringKeys;

    /** The sum of the deadlines: whole seconds since the epoch, and milliseconds beyond them. */
    private long deadlineSeconds;

    private long deadlineMs;

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

    /** An entry is there, with a deadline or {@link Entry#NO_EXPIRY}. */
    void addDeadline(long expireAtEpochMs) {
        countDeadline(expireAtEpochMs, 1);
    }

    /** It is not any more, or has another deadline. */
    void removeDeadline(long expireAtEpochMs) {
        countDeadline(expireAtEpochMs, -1);
        assert expiringKeys >= 0 : expiringKeys;
    }

    private void countDeadline(long expireAtEpochMs, int times) {
        if (expireAtEpochMs != Entry.NO_EXPIRY) {
            long at = Math.min(expireAtEpochMs, LATEST_MS);
            expiringKeys += times;
            deadlineSeconds += times * (at / MS_PER_SECOND);
            deadlineMs += times * (at % MS_PER_SECOND);
        }
    }

    /** How long all keys with a deadline have together until it, milliseconds; those past it have less than nothing. */
    double msToDeadlines(long nowEpochMs) {
        double seconds = deadlineSeconds - expiringKeys * (nowEpochMs / MS_PER_SECOND);
        return seconds * MS_PER_SECOND + deadlineMs - expiringKeys * (nowEpochMs % MS_PER_SECOND);
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

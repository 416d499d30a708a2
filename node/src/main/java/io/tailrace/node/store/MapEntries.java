package io.tailrace.node.store;

import io.tailrace.wire.memory.Memory;
import java.util.function.IntConsumer;
import net.openhft.chronicle.bytes.PointerBytesStore;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.map.ExternalMapQueryContext;
import net.openhft.chronicle.map.MapEntry;

/**
 * Looks entries up in the map of a store, or in both while it moves, writes and removes them, and counts what that makes of
 * {@link Totals}. Owned by the shard's reactor thread.
 *
 * <p>All of it is done in place ({@link MapTables}), a few times quicker than by the library's queries, which are used where a segment needs
 * another tier, and for a map whose tables are not as expected. While a walk is under way, what is written is written under its segment's
 * lock. Nothing is allocated.
 */
final class MapEntries {
    private final Generations generations;
    private final References references;
    private final EffectPosition position;
    private final PointerBytesStore keyBytes = new PointerBytesStore();
    private final PointerBytesStore valueBytes = new PointerBytesStore();
    private final Slice keySlice = new Slice();
    private final Slice valueSlice = new Slice();
    private final Slice newSlice = new Slice();
    private final Entry old = new Entry();
    private AccessClock access = new AccessClock();

    MapEntries(Generations generations, References references, EffectPosition position) {
        this.generations = generations;
        this.references = references;
        this.position = position;
    }

    AccessClock access() {
        return access;
    }

    void access(AccessClock shared) {
        access = shared;
    }

    boolean find(long keyAddress, int keyLength, Entry into) {
        keySlice.set(keyAddress, keyLength);
        StoreMaps maps = generations.now().maps;
        boolean isFound = maps.current().find(keySlice, valueSlice)
                || maps.previous() != null && maps.previous().find(keySlice, valueSlice);
        if (isFound) {
            into.wrap(valueSlice.address, (int) valueSlice.length);
        }
        return isFound;
    }

    /** Brings the entries of keys near, by their hashes; gives anything. */
    long touch(long[] hashes, int count) {
        StoreMaps maps = generations.now().maps;
        long seen = maps.current().touch(hashes, count);
        return maps.previous() == null ? seen : seen + maps.previous().touch(hashes, count);
    }

    /** Begins a query of a key, to be closed by the caller: holds the lock of its segment if that is taken. */
    ExternalMapQueryContext<Slice, Slice, ?> query(StoreMap map, long keyAddress, int keyLength) {
        keyBytes.set(keyAddress, keyLength);
        return map.query(keyBytes, keyLength);
    }

    /**
     * Inserts or replaces an entry as it is laid out.
     *
     * @param isUse whether that is a use of the key by a client
     */
    void write(long keyAddress, int keyLength, long entry, int entryLength, boolean isUse) {
        StoreMaps maps = generations.now().maps;
        maps.countPut();
        StoreMap map = maps.current();
        boolean isNew = map.isWritable()
                ? place(maps, keyAddress, keyLength, entry, entryLength, isUse)
                : put(map, keyAddress, keyLength, entry, entryLength, isUse);
        if (isNew && maps.previous() != null) {
            // after the insert, so that no walk misses the key
            removeFrom(maps, maps.previous(), keyAddress, keyLength);
        }
    }

    /** Adds or replaces an entry in place where there is room, else in the library's way; whether the key is new in the newest map. */
    private boolean place(StoreMaps maps, long keyAddress, int keyLength, long entry, int entryLength, boolean isUse) {
        StoreMap map = maps.current();
        keySlice.set(keyAddress, keyLength);
        newSlice.set(entry, entryLength);
        boolean isNew = !map.find(keySlice, valueSlice);
        if (accessOf(entry) == 0) {
            AccessClock.put(entry, isNew ? access.fresh() : access.replacing(accessOf(valueSlice.address), isUse));
        }
        boolean isWalked = maps.isWalked();
        int segment =
                isNew ? map.insert(keySlice, newSlice, isWalked) : replaceFound(map, keyLength, entryLength, isWalked);
        if (segment < 0) {
            return put(map, keyAddress, keyLength, entry, entryLength, isUse);
        }
        assert map.isRight(keySlice);
        if (isNew) {
            added(map, segment, keyLength, entry, entryLength);
        } else {
            written(map, segment, keyLength, entry, entryLength);
        }
        return isNew;
    }

    /** Replaces the entry that was found by another; gives its segment, or -1 and nothing is done. */
    private int replaceFound(StoreMap map, int keyLength, int entryLength, boolean isWalked) {
        int segment = map.foundSegment();
        lock(map, segment, isWalked);
        try {
            if (map.fitsInFound(entryLength)) {
                forget(map, keyLength, valueSlice);
                map.rewriteFound(newSlice);
                return segment;
            }
            if (map.insert(keySlice, newSlice, false) < 0) {
                return -1;
            }
            forget(map, keyLength, valueSlice);
            map.removeFound();
            return segment;
        } finally {
            unlock(map, segment, isWalked);
        }
    }

    private static void lock(StoreMap map, int segment, boolean isWalked) {
        if (isWalked) {
            map.lock(segment);
        }
    }

    private static void unlock(StoreMap map, int segment, boolean isWalked) {
        if (isWalked) {
            map.unlock(segment);
        }
    }

    /** The library's way; whether the key is new in the map. */
    private boolean put(StoreMap map, long keyAddress, int keyLength, long entry, int entryLength, boolean isUse) {
        valueBytes.set(entry, entryLength);
        try (ExternalMapQueryContext<Slice, Slice, ?> query = query(map, keyAddress, keyLength)) {
            query.updateLock().lock();
            Data<Slice> value = query.wrapValueBytesAsData(valueBytes, 0, entryLength);
            MapEntry<Slice, Slice> replaced = query.entry();
            boolean isNew = replaced == null;
            if (accessOf(entry) == 0) {
                AccessClock.put(entry, isNew ? access.fresh() : access.replacing(accessOf(replaced), isUse));
            }
            if (isNew) {
                query.absentEntry().doInsert(value);
                added(map, query.segmentIndex(), keyLength, entry, entryLength);
            } else {
                forget(map, keyLength, show(replaced));
                replaced.doReplaceValue(value);
                written(map, query.segmentIndex(), keyLength, entry, entryLength);
            }
            return isNew;
        }
    }

    private void added(StoreMap map, int segment, int keyLength, long entry, int entryLength) {
        map.countKeys(segment, 1);
        generations.now().totals.added(keyLength);
        written(map, segment, keyLength, entry, entryLength);
    }

    private void written(StoreMap map, int segment, int keyLength, long entry, int entryLength) {
        Totals totals = generations.now().totals;
        totals.entryBytes += entryLength;
        totals.mapBytes += map.cost(keyLength, entryLength);
        long expireAtEpochMs = Memory.getLong(entry + EntryLayout.EXPIRE_AT);
        if (expireAtEpochMs != Entry.NO_EXPIRY) {
            totals.addDeadline(expireAtEpochMs);
            map.expiryIndex().note(segment, expireAtEpochMs);
        }
    }

    private static int accessOf(long entry) {
        return Memory.getInt(entry + EntryLayout.KIND) >>> Byte.SIZE;
    }

    private static int accessOf(MapEntry<Slice, Slice> entry) {
        return accessOf(StoreWalk.addressOf(entry.value()));
    }

    /**
     * Overwrites the string of a key by another of the same length, without a deadline, in its place; whether there is such a one. While
     * nothing walks the store its only writer is its only user, and a walk that may be under way is kept off meanwhile: a look-up and a copy,
     * a quarter of what the map's own way costs.
     */
    boolean overwrite(long keyAddress, int keyLength, long valueAddress, int valueLength) {
        keySlice.set(keyAddress, keyLength);
        StoreMaps maps = generations.now().maps;
        return overwriteIn(maps.current(), maps.isWalked(), valueAddress, valueLength)
                || maps.previous() != null && overwriteIn(maps.previous(), maps.isWalked(), valueAddress, valueLength);
    }

    private boolean overwriteIn(StoreMap map, boolean mayBeWalked, long valueAddress, int valueLength) {
        if (mayBeWalked && !map.isWritable() || !map.find(keySlice, valueSlice)) {
            return false;
        }
        old.wrap(valueSlice.address, (int) valueSlice.length);
        if (old.isOutOfMap() || old.valueLength() != valueLength) {
            return false;
        }
        int segment = mayBeWalked ? map.foundSegment() : 0;
        lock(map, segment, mayBeWalked);
        overwrite(old.address(), valueAddress, valueLength);
        unlock(map, segment, mayBeWalked);
        return true;
    }

    private void overwrite(long entry, long valueAddress, int valueLength) {
        generations.now().totals.removeDeadline(Memory.getLong(entry + EntryLayout.EXPIRE_AT));
        position.stamp(entry);
        Memory.putLong(entry + EntryLayout.EXPIRE_AT, Entry.NO_EXPIRY);
        int used = access.replacing(accessOf(entry), true);
        Memory.putInt(entry + EntryLayout.KIND, ValueType.STRING | used << Byte.SIZE);
        Memory.copy(valueAddress, entry + EntryLayout.HEADER_LENGTH, valueLength);
    }

    /** Removes one entry with all that it refers to; returns whether there was one. */
    boolean remove(long keyAddress, int keyLength) {
        StoreMaps maps = generations.now().maps;
        return removeFrom(maps, maps.current(), keyAddress, keyLength)
                || maps.previous() != null && removeFrom(maps, maps.previous(), keyAddress, keyLength);
    }

    private boolean removeFrom(StoreMaps maps, StoreMap map, long keyAddress, int keyLength) {
        if (!map.isWritable()) {
            return takeFrom(map, keyAddress, keyLength);
        }
        boolean isWalked = maps.isWalked();
        int segment = findAndLock(map, keyAddress, keyLength, isWalked);
        if (segment < 0) {
            return false;
        }
        try {
            forget(map, keyLength, valueSlice);
            map.removeFound();
        } finally {
            unlock(map, segment, isWalked);
        }
        assert map.isRight(keySlice);
        removed(map, segment, keyLength);
        return true;
    }

    /** The library's way. */
    private boolean takeFrom(StoreMap map, long keyAddress, int keyLength) {
        try (ExternalMapQueryContext<Slice, Slice, ?> query = query(map, keyAddress, keyLength)) {
            query.updateLock().lock();
            MapEntry<Slice, Slice> removed = query.entry();
            if (removed == null) {
                return false;
            }
            forget(map, keyLength, show(removed));
            removed.doRemove();
            removed(map, query.segmentIndex(), keyLength);
            return true;
        }
    }

    private void removed(StoreMap map, int segment, int keyLength) {
        map.countKeys(segment, -1);
        generations.now().totals.removed(keyLength);
    }

    private Slice show(MapEntry<Slice, Slice> entry) {
        Data<Slice> value = entry.value();
        return valueSlice.set(StoreWalk.addressOf(value), value.size());
    }

    private void forget(StoreMap map, int keyLength, Slice value) {
        old.wrap(value.address, (int) value.length);
        Totals totals = generations.now().totals;
        totals.removeDeadline(old.expireAtEpochMs());
        totals.entryBytes -= value.length;
        totals.mapBytes -= map.cost(keyLength, value.length);
        assert totals.entryBytes >= 0 && totals.mapBytes >= 0 : totals.mapBytes;
        references.release(old);
    }

    /** Changes when a key expires, in place; returns whether there is such a key. */
    boolean expire(long keyAddress, int keyLength, long expireAtEpochMs) {
        StoreMaps maps = generations.now().maps;
        return expireIn(maps, maps.current(), keyAddress, keyLength, expireAtEpochMs)
                || maps.previous() != null && expireIn(maps, maps.previous(), keyAddress, keyLength, expireAtEpochMs);
    }

    private boolean expireIn(StoreMaps maps, StoreMap map, long keyAddress, int keyLength, long expireAtEpochMs) {
        if (!map.isWritable()) {
            return changeByLibrary(map, keyAddress, keyLength, segment -> expireFound(map, segment, expireAtEpochMs));
        }
        boolean isWalked = maps.isWalked();
        int segment = findAndLock(map, keyAddress, keyLength, isWalked);
        if (segment < 0) {
            return false;
        }
        expireFound(map, segment, expireAtEpochMs);
        unlock(map, segment, isWalked);
        return true;
    }

    private void expireFound(StoreMap map, int segment, long expireAtEpochMs) {
        long entry = valueSlice.address;
        Totals totals = generations.now().totals;
        totals.removeDeadline(Memory.getLong(entry + EntryLayout.EXPIRE_AT));
        totals.addDeadline(expireAtEpochMs);
        position.stamp(entry);
        Memory.putLong(entry + EntryLayout.EXPIRE_AT, expireAtEpochMs);
        if (expireAtEpochMs != Entry.NO_EXPIRY) {
            map.expiryIndex().note(segment, expireAtEpochMs);
        }
    }

    /** Writes an entry while a walk may copy it: under the lock of its segment. */
    void writeLocked(long keyAddress, int keyLength, Runnable change) {
        StoreMaps maps = generations.now().maps;
        boolean isCurrent = writeLockedIn(maps.current(), keyAddress, keyLength, change);
        if (!isCurrent && maps.previous() != null) {
            writeLockedIn(maps.previous(), keyAddress, keyLength, change);
        }
    }

    private boolean writeLockedIn(StoreMap map, long keyAddress, int keyLength, Runnable change) {
        if (!map.isWritable()) {
            return changeByLibrary(map, keyAddress, keyLength, segment -> change.run());
        }
        int segment = findAndLock(map, keyAddress, keyLength, true);
        if (segment < 0) {
            return false;
        }
        try {
            change.run();
        } finally {
            unlock(map, segment, true);
        }
        return true;
    }

    /** Changes an entry in the library's way: {@code change} is given its segment, and {@link #valueSlice} is the entry's. */
    private boolean changeByLibrary(StoreMap map, long keyAddress, int keyLength, IntConsumer change) {
        try (ExternalMapQueryContext<Slice, Slice, ?> query = query(map, keyAddress, keyLength)) {
            query.updateLock().lock();
            if (query.entry() == null) {
                return false;
            }
            show(query.entry());
            change.accept(query.segmentIndex());
            return true;
        }
    }

    /** Makes {@link #valueSlice} the entry of a key, and keeps walks off its segment until {@link #unlock}; gives that, or -1. */
    private int findAndLock(StoreMap map, long keyAddress, int keyLength, boolean isWalked) {
        keySlice.set(keyAddress, keyLength);
        if (!map.find(keySlice, valueSlice)) {
            return -1;
        }
        int segment = map.foundSegment();
        lock(map, segment, isWalked);
        return segment;
    }
}

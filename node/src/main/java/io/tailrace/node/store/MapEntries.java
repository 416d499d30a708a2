package io.tailrace.node.store;

import io.tailrace.wire.memory.Memory;
import net.openhft.chronicle.bytes.PointerBytesStore;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.map.ExternalMapQueryContext;
import net.openhft.chronicle.map.MapEntry;

/**
 * Looks entries up in the map of a store, or in both while it moves, writes and removes them, and counts what that makes of
 * {@link Totals}. Owned by the shard's reactor thread. Writes cost one look-up and allocate nothing.
 */
final class MapEntries {
    private final Generations generations;
    private final References references;
    private final EffectPosition position;
    private final PointerBytesStore keyBytes = new PointerBytesStore();
    private final PointerBytesStore valueBytes = new PointerBytesStore();
    private final Slice keySlice = new Slice();
    private final Slice valueSlice = new Slice();
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

    /** Brings the entries of keys near, by hashes that are lost by that; gives anything. */
    long touch(long[] hashes, int count) {
        return generations.now().maps.current().touch(hashes, count);
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
        boolean isNew = insert(maps, keyAddress, keyLength, entry, entryLength)
                || put(maps.current(), keyAddress, keyLength, entry, entryLength, isUse);
        if (isNew && maps.previous() != null) {
            // after the insert, so that no walk misses the key
            removeFrom(maps.previous(), keyAddress, keyLength);
        }
    }

    /** Adds the entry of a key that is new in the newest map, where that can be done in place; whether it was. */
    private boolean insert(StoreMaps maps, long keyAddress, int keyLength, long entry, int entryLength) {
        StoreMap map = maps.current();
        keySlice.set(keyAddress, keyLength);
        if (!map.isWritable() || map.find(keySlice, valueSlice)) {
            return false;
        }
        if (accessOf(entry) == 0) {
            AccessClock.put(entry, access.fresh());
        }
        int segment = map.insert(keySlice, valueSlice.set(entry, entryLength), maps.isWalked());
        if (segment < 0) {
            return false;
        }
        added(map, segment, keyLength, entry, entryLength);
        return true;
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
                forget(map, keyLength, replaced);
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
        int segment = mayBeWalked ? map.lock(keySlice) : -1;
        overwrite(old.address(), valueAddress, valueLength);
        if (mayBeWalked) {
            map.unlock(segment);
        }
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
        return removeFrom(maps.current(), keyAddress, keyLength)
                || maps.previous() != null && removeFrom(maps.previous(), keyAddress, keyLength);
    }

    private boolean removeFrom(StoreMap map, long keyAddress, int keyLength) {
        try (ExternalMapQueryContext<Slice, Slice, ?> query = query(map, keyAddress, keyLength)) {
            query.updateLock().lock();
            MapEntry<Slice, Slice> removed = query.entry();
            if (removed == null) {
                return false;
            }
            forget(map, keyLength, removed);
            removed.doRemove();
            map.countKeys(query.segmentIndex(), -1);
            generations.now().totals.removed(keyLength);
            return true;
        }
    }

    private void forget(StoreMap map, int keyLength, MapEntry<Slice, Slice> entry) {
        Data<Slice> value = entry.value();
        old.wrap(StoreWalk.addressOf(value), (int) value.size());
        Totals totals = generations.now().totals;
        totals.removeDeadline(old.expireAtEpochMs());
        totals.entryBytes -= value.size();
        totals.mapBytes -= map.cost(keyLength, value.size());
        assert totals.entryBytes >= 0 && totals.mapBytes >= 0 : totals.mapBytes;
        references.release(old);
    }

    /** Changes when a key expires, in place; returns whether there is such a key. */
    boolean expire(long keyAddress, int keyLength, long expireAtEpochMs) {
        StoreMaps maps = generations.now().maps;
        return expireIn(maps.current(), keyAddress, keyLength, expireAtEpochMs)
                || maps.previous() != null && expireIn(maps.previous(), keyAddress, keyLength, expireAtEpochMs);
    }

    private boolean expireIn(StoreMap map, long keyAddress, int keyLength, long expireAtEpochMs) {
        try (ExternalMapQueryContext<Slice, Slice, ?> query = query(map, keyAddress, keyLength)) {
            query.updateLock().lock();
            MapEntry<Slice, Slice> entry = query.entry();
            if (entry == null) {
                return false;
            }
            long address = StoreWalk.addressOf(entry.value());
            Totals totals = generations.now().totals;
            totals.removeDeadline(Memory.getLong(address + EntryLayout.EXPIRE_AT));
            totals.addDeadline(expireAtEpochMs);
            position.stamp(address);
            Memory.putLong(address + EntryLayout.EXPIRE_AT, expireAtEpochMs);
            if (expireAtEpochMs != Entry.NO_EXPIRY) {
                map.expiryIndex().note(query.segmentIndex(), expireAtEpochMs);
            }
            return true;
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
        try (ExternalMapQueryContext<Slice, Slice, ?> query = query(map, keyAddress, keyLength)) {
            query.updateLock().lock();
            if (query.entry() == null) {
                return false;
            }
            change.run();
            return true;
        }
    }
}

package io.tailrace.node.store;

import io.tailrace.node.platform.Background;
import io.tailrace.wire.memory.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import net.openhft.chronicle.bytes.PointerBytesStore;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.map.ExternalMapQueryContext;
import net.openhft.chronicle.map.MapEntry;

/**
 * The keys and values of one shard, off heap. Owned and closed by the shard's reactor thread, its only writer; one other
 * thread may walk it meanwhile ({@link #beginWalk}).
 *
 * <p>The store is derived from the log and never persisted: Chronicle Map in memory, each entry stamped with the index of
 * the record that wrote it. Nothing here decides what to write; {@link #canTake} must be asked before the log is
 * written, because a growing put that fails corrupts the map (measured; the library frees the old chunks first).
 *
 * <p>Writes cost one look-up and allocate nothing. Keys are 0 to 65,536 bytes, values up to 2 GiB.
 */
public final class Store implements AutoCloseable {
    /** The longest key, as a tier of the map is sized for it. */
    public static final int MAX_KEY_LENGTH = 64 << 10;

    private final Totals totals = new Totals();
    private final StoreMaps maps;
    private final DueSegments due;
    private final LargeValues largeValues = new LargeValues(totals);
    private final EntryBuilder builder = new EntryBuilder(largeValues);
    private final PointerBytesStore keyBytes = new PointerBytesStore();
    private final PointerBytesStore valueBytes = new PointerBytesStore();
    private final Slice keySlice = new Slice();
    private final Slice valueSlice = new Slice();
    private final Entry found = new Entry();

    public Store(StoreSizing sizing) {
        this(sizing, sizing, Background.THREADS);
    }

    /**
     * @param sizing of a store of which nothing is known, or that was emptied
     * @param now of this one as it begins
     * @param background makes larger maps, and gives the memory of maps back that are not needed any more
     */
    public Store(StoreSizing sizing, StoreSizing now, Background background) {
        this(sizing, now, StoreMap::new, background);
    }

    Store(StoreSizing sizing, StoreSizing now, Function<StoreSizing, StoreMap> maker, Background background) {
        maps = new StoreMaps(sizing, now, maker, background, totals);
        due = new DueSegments(maps, totals);
    }

    /**
     * Makes and drops a small map, in any thread: the library compiles Java at its first one, which takes most of a second
     * and may as well go on beside other preparations.
     */
    public static void warmUp() {
        new Store(new StoreSizing(1, 1, 1)).close();
    }

    /** Tells how another thread lets the reactor know that {@link #growSome} has something to do. */
    public void onProgress(Runnable wake) {
        maps.wake(wake);
    }

    /** Of memory for maps and values, which a move to a larger map does not exceed; Long.MAX_VALUE for none. */
    public void limit(long bytes) {
        maps.limit(bytes);
    }

    /**
     * Goes on with a move to a larger map, if one is due or under way. Pointers into the store are void after it.
     *
     * @param least how many entries to move besides as many as were put since the last call
     * @return how much was done; not 0 while there is something to do at once
     */
    public int growSome(int least) {
        return maps.growSome(least);
    }

    /**
     * Looks a key up, expired or not.
     *
     * @param into is made to point at the entry when there is one
     * @return whether there is one
     */
    public boolean find(long keyAddress, int keyLength, Entry into) {
        keySlice.set(keyAddress, keyLength);
        boolean isFound = maps.current().find(keySlice, valueSlice)
                || maps.previous() != null && maps.previous().find(keySlice, valueSlice);
        if (isFound) {
            into.wrap(valueSlice.address, (int) valueSlice.length);
        }
        return isFound;
    }

    /**
     * Whether so many puts, of any allowed size, surely succeed. A put needs at most one new tier of the map, and the
     * tiers left are counted: one is kept in reserve. When there are too few and memory allows, the store begins to move to
     * a map with enough, within the call.
     */
    public boolean canTake(int puts) {
        return maps.canTake(puts);
    }

    /** As {@link #canTake}, of the map as it is. */
    public boolean isSureToTake(int puts) {
        return maps.isSure(puts);
    }

    /**
     * Inserts or replaces one entry. The value may lie in this store's own memory.
     *
     * @param expireAtMillis epoch milliseconds or {@link Entry#NO_EXPIRY}
     * @param index of the record that writes it, and {@code ordinal} of the write within that record
     */
    public void put(
            long keyAddress,
            int keyLength,
            long valueAddress,
            int valueLength,
            long expireAtMillis,
            byte type,
            long index,
            int ordinal) {
        boolean isInline = EntryBuilder.isInline(keyLength, valueLength);
        if (isInline && expireAtMillis == Entry.NO_EXPIRY && !maps.isWalked()) {
            long same = sameSizeEntry(keyAddress, keyLength, valueLength);
            if (same != 0) {
                overwrite(same, valueAddress, valueLength, type, index, ordinal);
                return;
            }
        }
        insert(keyAddress, keyLength, valueAddress, valueLength, expireAtMillis, type, index, ordinal);
    }

    /** The same as {@link #put}, faster when the key is most likely not there: for loading. */
    public void insert(
            long keyAddress,
            int keyLength,
            long valueAddress,
            int valueLength,
            long expireAtMillis,
            byte type,
            long index,
            int ordinal) {
        long entry = builder.build(keyLength, valueAddress, valueLength, expireAtMillis, type, index, ordinal);
        write(keyAddress, keyLength, entry, builder.length(), expireAtMillis);
    }

    /**
     * Where the entry of a key is if a new value fits exactly into its place, or 0. While nobody walks the store its only
     * writer is its only user, and writing there takes a look-up and a copy: a quarter of what the map's own way costs.
     */
    private long sameSizeEntry(long keyAddress, int keyLength, int valueLength) {
        boolean isFound = find(keyAddress, keyLength, found);
        return isFound && !found.isBlock() && found.valueLength() == valueLength ? found.address() : 0;
    }

    private void overwrite(long entry, long valueAddress, int valueLength, byte type, long index, int ordinal) {
        totals.expiringKeys -= expiring(Memory.getLong(entry + EntryLayout.EXPIRE_AT));
        Memory.putLong(entry + EntryLayout.VERSION, index);
        Memory.putLong(entry + EntryLayout.EXPIRE_AT, Entry.NO_EXPIRY);
        Memory.putInt(entry + EntryLayout.ORDINAL, ordinal);
        Memory.putByte(entry + EntryLayout.TYPE, type);
        Memory.copy(valueAddress, entry + EntryLayout.HEADER_LENGTH, valueLength);
    }

    private void write(long keyAddress, int keyLength, long entry, int entryLength, long expireAtMillis) {
        StoreMap map = maps.current();
        keyBytes.set(keyAddress, keyLength);
        valueBytes.set(entry, entryLength);
        maps.countPut();
        boolean isNew;
        try (ExternalMapQueryContext<Slice, Slice, ?> query = map.query(keyBytes, keyLength)) {
            query.updateLock().lock();
            Data<Slice> value = query.wrapValueBytesAsData(valueBytes, 0, entryLength);
            MapEntry<Slice, Slice> old = query.entry();
            isNew = old == null;
            if (isNew) {
                query.absentEntry().doInsert(value);
                map.countKeys(query.segmentIndex(), 1);
                totals.added(keyLength);
            } else {
                forget(map, keyLength, old);
                old.doReplaceValue(value);
            }
            totals.entryBytes += entryLength;
            totals.mapBytes += map.cost(keyLength, entryLength);
            if (expireAtMillis != Entry.NO_EXPIRY) {
                totals.expiringKeys++;
                map.expiryIndex().note(query.segmentIndex(), expireAtMillis);
            }
        }
        if (isNew && maps.previous() != null) {
            // after the insert, so that no walk misses the key
            removeFrom(maps.previous(), keyAddress, keyLength);
        }
    }

    /** Removes one entry; returns whether there was one. */
    public boolean remove(long keyAddress, int keyLength) {
        return removeFrom(maps.current(), keyAddress, keyLength)
                || maps.previous() != null && removeFrom(maps.previous(), keyAddress, keyLength);
    }

    private boolean removeFrom(StoreMap map, long keyAddress, int keyLength) {
        keyBytes.set(keyAddress, keyLength);
        try (ExternalMapQueryContext<Slice, Slice, ?> query = map.query(keyBytes, keyLength)) {
            query.updateLock().lock();
            MapEntry<Slice, Slice> old = query.entry();
            if (old == null) {
                return false;
            }
            forget(map, keyLength, old);
            old.doRemove();
            map.countKeys(query.segmentIndex(), -1);
            totals.removed(keyLength);
            return true;
        }
    }

    /** Changes when a key expires, in place; returns whether there is such a key. */
    public boolean expire(long keyAddress, int keyLength, long expireAtMillis, long index, int ordinal) {
        return expireIn(maps.current(), keyAddress, keyLength, expireAtMillis, index, ordinal)
                || maps.previous() != null
                        && expireIn(maps.previous(), keyAddress, keyLength, expireAtMillis, index, ordinal);
    }

    private boolean expireIn(
            StoreMap map, long keyAddress, int keyLength, long expireAtMillis, long index, int ordinal) {
        keyBytes.set(keyAddress, keyLength);
        try (ExternalMapQueryContext<Slice, Slice, ?> query = map.query(keyBytes, keyLength)) {
            query.updateLock().lock();
            MapEntry<Slice, Slice> entry = query.entry();
            if (entry == null) {
                return false;
            }
            long address = StoreWalk.addressOf(entry.value());
            totals.expiringKeys += expiring(expireAtMillis) - expiring(Memory.getLong(address + EntryLayout.EXPIRE_AT));
            Memory.putLong(address + EntryLayout.VERSION, index);
            Memory.putInt(address + EntryLayout.ORDINAL, ordinal);
            Memory.putLong(address + EntryLayout.EXPIRE_AT, expireAtMillis);
            if (expireAtMillis != Entry.NO_EXPIRY) {
                map.expiryIndex().note(query.segmentIndex(), expireAtMillis);
            }
            return true;
        }
    }

    private static int expiring(long expireAtMillis) {
        return expireAtMillis == Entry.NO_EXPIRY ? 0 : 1;
    }

    private void forget(StoreMap map, int keyLength, MapEntry<Slice, Slice> old) {
        Data<Slice> value = old.value();
        found.wrap(StoreWalk.addressOf(value), (int) value.size());
        totals.expiringKeys -= expiring(found.expireAtMillis());
        totals.entryBytes -= value.size();
        totals.mapBytes -= map.cost(keyLength, value.size());
        if (found.isBlock()) {
            largeValues.drop(found.valueAddress());
        }
    }

    /**
     * Removes everything, by beginning a new map: a walk under way goes on over the old one, which is closed at its end.
     * What the walk still emits is older than the FLUSHALL record, and redo removes it again.
     */
    public void clear() {
        largeValues.dropAll();
        maps.clear();
        totals.clear();
    }

    /** Removes what does not contain the write at {@code index} and {@code ordinal}: a FLUSHALL done again. */
    public void removeOlderThan(long index, int ordinal) {
        List<byte[]> older = new ArrayList<>();
        for (int segment = 0; segment < segments(); segment++) {
            scan(segment, (keyAddress, keyLength, entry) -> {
                if (!entry.contains(index, ordinal)) {
                    older.add(Memory.toBytes(keyAddress, keyLength));
                }
            });
            for (byte[] key : older) {
                remove(builder.key(key), key.length);
            }
            older.clear();
        }
    }

    /**
     * Into how many parts {@link #scan} divides the keys, a power of two. It changes when a move ends and when the store
     * is emptied: part {@code s} of {@code n} becomes {@code s}, {@code s + n}, {@code s + 2n} and so on, or the reverse.
     */
    public int segments() {
        return maps.scan().segments();
    }

    /** Visits the entries of one segment, on the reactor thread. */
    public void scan(int segment, EntryVisitor visitor) {
        maps.scan().segment(segment, visitor);
    }

    /** Begins a walk for another thread, at most one at a time. */
    public StoreWalk beginWalk() {
        StoreWalk walk = maps.beginWalk();
        largeValues.beginWalk(walk);
        return walk;
    }

    /** Ends the walk, on the reactor thread, after the walking thread is done with it. */
    public void endWalk() {
        maps.endWalk();
        largeValues.endWalk();
    }

    /** Where keys are whose deadline has come. */
    public DueSegments due() {
        return due;
    }

    public long keys() {
        return totals.keys;
    }

    /** Keys that have a deadline. */
    public long expiringKeys() {
        return totals.expiringKeys;
    }

    /** Bytes of keys, values and entry headers, those that wait for a walk's end included. */
    public long dataBytes() {
        return totals.keyBytes + totals.entryBytes + largeValues.bytes();
    }

    /** Bytes that keys and values take in maps and outside of them: what {@code max-memory} limits. */
    public long usedBytes() {
        return totals.usedBytes();
    }

    /** Bytes of {@link #usedBytes} that a key with such a value takes. */
    public long cost(int keyLength, int valueLength) {
        boolean isInline = EntryBuilder.isInline(keyLength, valueLength);
        return isInline
                ? maps.current().cost(keyLength, EntryLayout.HEADER_LENGTH + (long) valueLength)
                : maps.current().cost(keyLength, EntryLayout.REFERENCE_LENGTH) + LargeValues.cost(valueLength);
    }

    /** As {@link #cost}, of a key as it is stored; 0 when it is not. */
    public long costNow(long keyAddress, int keyLength) {
        return find(keyAddress, keyLength, found) ? cost(keyLength, found.valueLength()) : 0;
    }

    /** Of a key as it is stored, 0 when it is not. */
    public int valueLength(long keyAddress, int keyLength) {
        return find(keyAddress, keyLength, found) ? found.valueLength() : 0;
    }

    /** The first segment with keys from one on, going round, or -1 when there is none. */
    public int nextWithKeys(int segment) {
        return maps.nextWithKeys(segment);
    }

    /** How many moves to a larger map were completed. */
    public long moves() {
        return maps.moves();
    }

    /** Of a move under way, how much is done; 100 when there is none. */
    public int percentMoved() {
        return maps.percentMoved();
    }

    @Override
    public void close() {
        assert !maps.isWalked() : "a walk is under way";
        largeValues.dropAll();
        maps.close();
        builder.close();
    }
}

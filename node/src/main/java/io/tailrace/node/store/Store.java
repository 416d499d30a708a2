package io.tailrace.node.store;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.util.ArrayList;
import java.util.List;
import net.openhft.chronicle.bytes.PointerBytesStore;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import net.openhft.chronicle.map.ExternalMapQueryContext;
import net.openhft.chronicle.map.MapEntry;
import net.openhft.chronicle.map.VanillaChronicleMap;

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

    private final StoreSizing sizing;
    private final LargeValues largeValues = new LargeValues();
    private final ExpiryIndex expiryIndex;
    private final NativeBuffer scratch = new NativeBuffer(4 << 10);
    private final PointerBytesStore keyBytes = new PointerBytesStore();
    private final PointerBytesStore valueBytes = new PointerBytesStore();
    private final Slice keySlice = new Slice();
    private final Slice valueSlice = new Slice();
    private final Entry found = new Entry();
    private ChronicleMap<Slice, Slice> map;
    private VanillaChronicleMap<?, ?, ?> sizes;
    private StoreWalk scan;
    private int walks;
    private ChronicleMap<Slice, Slice> retired;
    private int surePuts;
    private long keys;
    private long expiringKeys;
    private long dataBytes;

    public Store(StoreSizing sizing) {
        this.sizing = sizing;
        open();
        expiryIndex = new ExpiryIndex(map.segments());
    }

    /**
     * Makes and drops a small map, in any thread: the library compiles Java at its first one, which takes most of a second
     * and may as well go on beside other preparations.
     */
    public static void warmUp() {
        new Store(new StoreSizing(1, 1, 1)).close();
    }

    private void open() {
        map = ChronicleMapBuilder.of(Slice.class, Slice.class)
                .entries(sizing.entries())
                .averageKeySize(sizing.averageKeyLength())
                .averageValueSize(sizing.averageEntryValueLength())
                .actualSegments(sizing.segments())
                .maxBloatFactor(sizing.bloat())
                .putReturnsNull(true)
                .removeReturnsNull(true)
                .skipCloseOnExitHook(true)
                .checksumEntries(false)
                .keyReaderAndDataAccess(new SliceMarshalling.Reader(), new SliceMarshalling.Access())
                .valueReaderAndDataAccess(new SliceMarshalling.Reader(), new SliceMarshalling.Access())
                .create();
        sizes = (VanillaChronicleMap<?, ?, ?>) map;
        long largestEntry = sizes.chunkSize * sizes.maxChunksPerEntry;
        if (largestEntry < MAX_KEY_LENGTH + 1024) {
            throw new IllegalStateException("a map for " + sizing + " takes entries of at most " + largestEntry
                    + " bytes, too small for a key of " + MAX_KEY_LENGTH);
        }
        scan = new StoreWalk(map);
        surePuts = 0;
    }

    /**
     * Looks a key up, expired or not.
     *
     * @param into is made to point at the entry when there is one
     * @return whether there is one
     */
    public boolean find(long keyAddress, int keyLength, Entry into) {
        Slice value = map.getUsing(keySlice.set(keyAddress, keyLength), valueSlice);
        if (value == null) {
            return false;
        }
        into.wrap(value.address, (int) value.length);
        return true;
    }

    /**
     * Whether so many puts, of any allowed size, surely succeed. A put needs at most one new tier of the map, and the
     * tiers left are counted: one is kept in reserve.
     */
    public boolean canTake(int puts) {
        if (puts >= surePuts) {
            surePuts = map.remainingAutoResizes();
        }
        return puts < surePuts;
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
        boolean isInline = keyLength + valueLength <= StoreSizing.INLINE_LIMIT;
        if (isInline && expireAtMillis == Entry.NO_EXPIRY && walks == 0) {
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
        boolean isInline = keyLength + valueLength <= StoreSizing.INLINE_LIMIT;
        int entryLength = isInline ? EntryLayout.HEADER_LENGTH + valueLength : EntryLayout.REFERENCE_LENGTH;
        scratch.ensureCapacity(entryLength, 0);
        long entry = scratch.address();
        Memory.putLong(entry + EntryLayout.VERSION, index);
        Memory.putLong(entry + EntryLayout.EXPIRE_AT, expireAtMillis);
        Memory.putInt(entry + EntryLayout.ORDINAL, ordinal);
        Memory.putInt(entry + EntryLayout.TYPE, 0);
        Memory.putByte(entry + EntryLayout.TYPE, type);
        if (isInline) {
            Memory.copy(valueAddress, entry + EntryLayout.HEADER_LENGTH, valueLength);
        } else {
            Memory.putByte(entry + EntryLayout.FORM, EntryLayout.FORM_BLOCK);
            Memory.putLong(entry + EntryLayout.BLOCK_ADDRESS, largeValues.store(valueAddress, valueLength));
            Memory.putLong(entry + EntryLayout.BLOCK_LENGTH, valueLength);
        }
        write(keyAddress, keyLength, entry, entryLength, expireAtMillis);
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
        expiringKeys -= expiring(Memory.getLong(entry + EntryLayout.EXPIRE_AT));
        Memory.putLong(entry + EntryLayout.VERSION, index);
        Memory.putLong(entry + EntryLayout.EXPIRE_AT, Entry.NO_EXPIRY);
        Memory.putInt(entry + EntryLayout.ORDINAL, ordinal);
        Memory.putByte(entry + EntryLayout.TYPE, type);
        Memory.copy(valueAddress, entry + EntryLayout.HEADER_LENGTH, valueLength);
    }

    private void write(long keyAddress, int keyLength, long entry, int entryLength, long expireAtMillis) {
        keyBytes.set(keyAddress, keyLength);
        valueBytes.set(entry, entryLength);
        surePuts--;
        try (ExternalMapQueryContext<Slice, Slice, ?> query = map.queryContext(keyBytes, 0, keyLength)) {
            query.updateLock().lock();
            Data<Slice> value = query.wrapValueBytesAsData(valueBytes, 0, entryLength);
            MapEntry<Slice, Slice> old = query.entry();
            if (old == null) {
                query.absentEntry().doInsert(value);
                keys++;
                dataBytes += keyLength;
            } else {
                forget(old);
                old.doReplaceValue(value);
            }
            dataBytes += entryLength;
            if (expireAtMillis != Entry.NO_EXPIRY) {
                expiringKeys++;
                expiryIndex.note(query.segmentIndex(), expireAtMillis);
            }
        }
    }

    /** Removes one entry; returns whether there was one. */
    public boolean remove(long keyAddress, int keyLength) {
        keyBytes.set(keyAddress, keyLength);
        try (ExternalMapQueryContext<Slice, Slice, ?> query = map.queryContext(keyBytes, 0, keyLength)) {
            query.updateLock().lock();
            MapEntry<Slice, Slice> old = query.entry();
            if (old == null) {
                return false;
            }
            forget(old);
            old.doRemove();
            keys--;
            dataBytes -= keyLength;
            return true;
        }
    }

    /** Changes when a key expires, in place; returns whether there is such a key. */
    public boolean expire(long keyAddress, int keyLength, long expireAtMillis, long index, int ordinal) {
        keyBytes.set(keyAddress, keyLength);
        try (ExternalMapQueryContext<Slice, Slice, ?> query = map.queryContext(keyBytes, 0, keyLength)) {
            query.updateLock().lock();
            MapEntry<Slice, Slice> entry = query.entry();
            if (entry == null) {
                return false;
            }
            long address = StoreWalk.addressOf(entry.value());
            expiringKeys += expiring(expireAtMillis) - expiring(Memory.getLong(address + EntryLayout.EXPIRE_AT));
            Memory.putLong(address + EntryLayout.VERSION, index);
            Memory.putInt(address + EntryLayout.ORDINAL, ordinal);
            Memory.putLong(address + EntryLayout.EXPIRE_AT, expireAtMillis);
            if (expireAtMillis != Entry.NO_EXPIRY) {
                expiryIndex.note(query.segmentIndex(), expireAtMillis);
            }
            return true;
        }
    }

    private static int expiring(long expireAtMillis) {
        return expireAtMillis == Entry.NO_EXPIRY ? 0 : 1;
    }

    private void forget(MapEntry<Slice, Slice> old) {
        Data<Slice> value = old.value();
        found.wrap(StoreWalk.addressOf(value), (int) value.size());
        expiringKeys -= expiring(found.expireAtMillis());
        dataBytes -= value.size();
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
        if (walks == 0) {
            map.close();
        } else if (retired == null) {
            retired = map;
        } else {
            map.close();
        }
        open();
        expiryIndex.clear();
        keys = 0;
        expiringKeys = 0;
        dataBytes = 0;
    }

    /** Removes what does not contain the write at {@code index} and {@code ordinal}: a FLUSHALL done again. */
    public void removeOlderThan(long index, int ordinal) {
        List<byte[]> older = new ArrayList<>();
        for (int segment = 0; segment < map.segments(); segment++) {
            scan(segment, (keyAddress, keyLength, entry) -> {
                if (!entry.contains(index, ordinal)) {
                    older.add(Memory.toBytes(keyAddress, keyLength));
                }
            });
            for (byte[] key : older) {
                Memory.copyIn(key, 0, keyScratch(key.length), key.length);
                remove(scratch.address(), key.length);
            }
            older.clear();
        }
    }

    private long keyScratch(int length) {
        scratch.ensureCapacity(Math.max(1, length), 0);
        return scratch.address();
    }

    public int segments() {
        return map.segments();
    }

    /** Visits the entries of one segment, on the reactor thread. */
    public void scan(int segment, EntryVisitor visitor) {
        scan.segment(segment, visitor);
    }

    /** Begins a walk for another thread, at most one at a time. Blocks of large values stay until {@link #endWalk}. */
    public StoreWalk beginWalk() {
        assert walks == 0 : "one walk at a time";
        walks++;
        largeValues.beginWalk();
        return new StoreWalk(map);
    }

    /** Ends the walk, on the reactor thread, after the walking thread is done with it. */
    public void endWalk() {
        walks--;
        largeValues.endWalk();
        if (retired != null) {
            retired.close();
            retired = null;
        }
    }

    /** The next segment that may hold a key expired at {@code nowMillis}, or -1. */
    public int nextSegmentDue(long nowMillis) {
        return expiringKeys == 0 ? -1 : expiryIndex.nextDue(nowMillis);
    }

    /** Tells when the first of the keys left in a segment expires, after {@link #nextSegmentDue} led there. */
    public void setSegmentDue(int segment, long earliestMillis) {
        expiryIndex.set(segment, earliestMillis);
    }

    public long keys() {
        return keys;
    }

    /** Keys that have a deadline. */
    public long expiringKeys() {
        return expiringKeys;
    }

    /** Bytes of keys, values and entry headers, as far as they are known without asking the map. */
    public long dataBytes() {
        return dataBytes + largeValues.bytes();
    }

    @Override
    public void close() {
        assert walks == 0 : "a walk is under way";
        largeValues.dropAll();
        map.close();
        scratch.close();
    }
}

package io.tailrace.node.store;

import net.openhft.chronicle.bytes.PointerBytesStore;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import net.openhft.chronicle.map.ExternalMapQueryContext;
import net.openhft.chronicle.map.MapSegmentContext;
import net.openhft.chronicle.map.VanillaChronicleMap;

/**
 * One Chronicle Map of a store, with what is known of its shape. Made by any thread; its only writer is the reactor
 * thread of the shard, one other thread may walk it.
 *
 * <p>A key's segment is the low bits of its hash. So with twice the segments, what was in segment {@code s} of
 * {@code n} is in {@code s} or {@code s + n}: that is what lets a walk and a SCAN cursor continue in a larger map.
 *
 * <p>The library's entry for a key takes whole chunks of a tier of its segment; a tier that is full is chained to another,
 * as long as there are tiers left. A put needs at most one.
 */
final class StoreMap implements AutoCloseable {
    /** A slot of the library's hash table, which is at most two thirds full. */
    private static final int SLOT_BYTES = 8;

    private final StoreSizing sizing;
    private final ChronicleMap<Slice, Slice> map;
    private final MapTables tables;
    private final TableTouch touch;
    private final ExpiryIndex expiryIndex;
    private final int[] keys;
    /** What the library says. */
    private final Slice expected = new Slice();

    private final Slice checked = new Slice();

    private final int tiers;
    private final long chunkMask;
    private volatile StoreMap successor;

    /** @throws IllegalStateException when a map of this size could not hold every key */
    StoreMap(StoreSizing sizing) {
        this(sizing, true);
    }

    private StoreMap(StoreSizing sizing, boolean mayReadTables) {
        this.sizing = sizing;
        map = ChronicleMapBuilder.of(Slice.class, Slice.class)
                .entriesPerSegment(sizing.entriesPerSegment())
                .actualChunkSize(StoreSizing.CHUNK_BYTES)
                .actualChunksPerSegmentTier(sizing.chunksPerTier())
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
        VanillaChronicleMap<?, ?, ?> shape = (VanillaChronicleMap<?, ?, ?>) map;
        chunkMask = shape.chunkSize - 1;
        long largestEntry = shape.chunkSize * shape.maxChunksPerEntry;
        if (Long.bitCount(shape.chunkSize) != 1 || largestEntry < StoreSizing.MAX_KEY_LENGTH + 1024) {
            map.close();
            throw new IllegalStateException("a map for " + sizing + " has chunks of " + shape.chunkSize
                    + " bytes and entries of at most " + largestEntry + ", a key may be " + StoreSizing.MAX_KEY_LENGTH);
        }
        tables = mayReadTables ? checkedTables() : null;
        touch = tables == null ? null : new TableTouch(tables);
        expiryIndex = new ExpiryIndex(map.segments());
        keys = new int[map.segments()];
        tiers = map.remainingAutoResizes();
    }

    /** One whose keys the library looks up. */
    static StoreMap unread(StoreSizing sizing) {
        return new StoreMap(sizing, false);
    }

    private MapTables checkedTables() {
        MapTables checked = newTables();
        return MapTablesCheck.isRight(map, checked) ? checked : null;
    }

    MapTables newTables() {
        return new MapTables((VanillaChronicleMap<?, ?, ?>) map);
    }

    ChronicleMap<Slice, Slice> library() {
        return map;
    }

    StoreSizing sizing() {
        return sizing;
    }

    /** A power of two. */
    int segments() {
        return map.segments();
    }

    ExpiryIndex expiryIndex() {
        return expiryIndex;
    }

    /** Notes that keys came or went in a segment. */
    void countKeys(int segment, int difference) {
        keys[segment] += difference;
    }

    /** How many keys there are in a segment. */
    int keys(int segment) {
        return keys[segment];
    }

    /** Makes {@code value} point at the value of a key; returns whether there is one. Takes no lock that a walk holds. */
    boolean find(Slice key, Slice value) {
        if (tables == null) {
            return map.getUsing(key, value) != null;
        }
        boolean isFound = tables.find(key.address, (int) key.length, value);
        assert isRight(key);
        return isFound;
    }

    /** Whether segments may be walked over, and entries may be written and removed in place: what follows. */
    boolean isWritable() {
        return tables != null;
    }

    /**
     * Adds an entry of a key that is not there, in place. This thread must have no query of the map.
     *
     * @param mayBeWalked whether another thread may be walking over the map
     * @return its segment, or -1 and nothing is done: the library is to do it
     */
    int insert(Slice key, Slice value, boolean mayBeWalked) {
        long hash = MapTables.hash(key.address, (int) key.length);
        int segment = tables.segment(hash);
        if (mayBeWalked) {
            tables.lock(segment);
        }
        long at = tables.insert(hash, key.address, (int) key.length, value.address, (int) value.length);
        if (mayBeWalked) {
            tables.unlock(segment);
        }
        return at == 0 ? -1 : segment;
    }

    /** Whether a value of this length fits in the place of the entry that {@link #find} has found last. */
    boolean fitsInFound(long length) {
        return tables.fitsInFound((int) length);
    }

    /** Writes another value, which {@linkplain #fitsInFound fits}, into the entry that {@link #find} has found last. */
    void rewriteFound(Slice value) {
        tables.rewriteFound(value.address, (int) value.length);
    }

    /** Takes the entry out that {@link #find} has found last. What it was can be read until the next write. */
    void removeFound() {
        tables.removeFound();
    }

    /** Shows entries of a segment and takes each out after that, as {@link MapTables#drain}. */
    int drain(int segment, int most, Slice key, Slice value, Runnable visitor) {
        tables.lock(segment);
        try {
            return tables.drain(segment, most, key, value, visitor);
        } finally {
            tables.unlock(segment);
        }
    }

    /** The segment of the entry that {@link #find} has found last. */
    int foundSegment() {
        return tables.foundSegment();
    }

    /** Keeps walks off a segment, for writes in place until {@link #unlock}. */
    void lock(int segment) {
        tables.lock(segment);
    }

    void unlock(int segment) {
        tables.unlock(segment);
    }

    /** Shows every entry of a segment, as {@link MapTables#forEach}; any thread, one at a time besides the writer's. */
    void forEach(int segment, Slice key, Slice value, Runnable visitor) {
        tables.lock(segment);
        try {
            tables.forEach(segment, key, value, visitor);
        } finally {
            tables.unlock(segment);
        }
    }

    /** For asserts: whether the library finds what is found in place. */
    boolean isRight(Slice key) {
        return tables.find(key.address, (int) key.length, checked)
                ? isThereAt(checked.address, checked.length, key)
                : map.getUsing(key, expected) == null;
    }

    private boolean isThereAt(long address, long length, Slice key) {
        return map.getUsing(key, expected) != null && expected.address == address && expected.length == length;
    }

    /** Touches the entries of keys, by {@link MapTables#hash}. */
    long touch(long[] hashes, int count) {
        return touch == null ? 0 : touch.touch(hashes, count);
    }

    ExternalMapQueryContext<Slice, Slice, ?> query(PointerBytesStore key, long keyLength) {
        return map.queryContext(key, 0, keyLength);
    }

    MapSegmentContext<Slice, Slice, ?> segment(int segment) {
        return map.segmentContext(segment);
    }

    /** How many puts surely succeed, and more. */
    int tiersLeft() {
        return map.remainingAutoResizes();
    }

    /** How many tiers were chained to the first ones. */
    int tiersUsed() {
        return tiers - map.remainingAutoResizes();
    }

    /** Bytes that an entry takes here: its chunks, which hold the lengths of key and value too, and its slot. */
    long cost(long keyLength, long entryLength) {
        long length = keyLength
                + entryLength
                + MapEntryLayout.lengthBytes(keyLength)
                + MapEntryLayout.lengthBytes(entryLength);
        return (length + chunkMask & ~chunkMask) + SLOT_BYTES;
    }

    /** The map that this one's entries move to, or null. Any thread: once set, it stays. */
    StoreMap successor() {
        return successor;
    }

    void succeededBy(StoreMap larger) {
        assert larger.segments() % segments() == 0 : larger.segments() + " after " + segments();
        successor = larger;
    }

    /** Whether this map is {@code other} or one that it moved to. */
    boolean isReachedFrom(StoreMap other) {
        for (StoreMap each = other; each != null; each = each.successor()) {
            if (each == this) {
                return true;
            }
        }
        return false;
    }

    /** Gives the memory back; takes a while for a large map, and may be done by any thread. */
    @Override
    public void close() {
        map.close();
    }
}

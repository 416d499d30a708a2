package io.tailrace.node.store;

import static net.openhft.chronicle.algo.MemoryUnit.BITS;
import static net.openhft.chronicle.algo.MemoryUnit.LONGS;

import io.tailrace.wire.memory.Memory;
import net.openhft.chronicle.algo.bitset.BitSetFrame;
import net.openhft.chronicle.algo.bitset.ReusableBitSet;
import net.openhft.chronicle.algo.bitset.SingleThreadedFlatBitSetFrame;
import net.openhft.chronicle.algo.bytes.Access;
import net.openhft.chronicle.algo.hashing.LongHashFunction;
import net.openhft.chronicle.hash.impl.BigSegmentHeader;
import net.openhft.chronicle.hash.impl.CompactOffHeapLinearHashTable;
import net.openhft.chronicle.hash.impl.HashSplitting;
import net.openhft.chronicle.hash.impl.TierCountersArea;
import net.openhft.chronicle.map.VanillaChronicleMap;

/**
 * Reads a map's tables, and adds, changes and removes entries, as its only writer may: in place. For the thread that writes the map. A walk of
 * another thread writes nothing, so that reading takes no lock; while there may be one, what is written is written between {@link #lock}
 * and {@link #unlock}, which are the library's own lock of the segment.
 *
 * <pre>
 *  hash of the key      low bits: the segment, whose first tier is at firstTier + segment * tierSize; the rest: what is looked for
 *
 *  tier                 | slots, a linear hash table | counters | free list | chunks of entries           |
 *  slot                 | the rest of the hash | first chunk |          empty: the key is not in this tier
 *  entry                see {@link MapEntryLayout}
 *
 *  counters             the next tier of the segment, or 0; those of a segment's first tier are in the segment's header
 *                       and so are how many entries there are, and the lowest chunk that may be free
 *  free list            a bit for each chunk, set when an entry has it
 * </pre>
 *
 * <p>{@link #insert} puts what is new into the first tier of its segment that has a slot and chunks for it; where none has, the library
 * chains another.
 *
 * <p>Half of what the library's own look-up costs are two locked writes, which also keep the processor from waiting for several cells
 * of memory at once, as {@link TableTouch} lets it do.
 *
 * <p>None of that layout is promised by the library, so {@link MapTablesCheck} compares answers with the library's before a map is
 * read so.
 */
final class MapTables {
    private static final LongHashFunction HASH = LongHashFunction.xx_r39();
    /** What the counters of a tier and the gap after them take. */
    private static final long COUNTERS = 64;

    final VanillaChronicleMap<?, ?, ?> map;
    final CompactOffHeapLinearHashTable slots;
    final long countersOffset;
    final long chunksOffset;
    final long chunkSize;
    final long tierSize;

    private final HashSplitting splitting;
    private final long firstTier;
    private final ReusableBitSet chunks;
    private final TierCounters counters = new TierCounters();

    // of the entry that was found last
    private int foundSegment;
    private long foundTier;
    private long foundSlot;

    // which tier was drained last, and the slot below which it is empty
    private long drainedTier;
    private long drainedTo;

    MapTables(VanillaChronicleMap<?, ?, ?> map) {
        this.map = map;
        splitting = map.hashSplitting;
        slots = map.hashLookup;
        countersOffset = map.tierHashLookupOuterSize;
        chunksOffset = countersOffset + COUNTERS + map.tierFreeListOuterSize + map.tierEntrySpaceInnerOffset;
        chunkSize = map.chunkSize;
        firstTier = map.segmentBaseAddr(0);
        tierSize = map.tierSize;
        chunks = new ReusableBitSet(
                new SingleThreadedFlatBitSetFrame(LONGS.align(map.actualChunksPerSegmentTier, BITS)),
                Access.nativeAccess(),
                null,
                0);
    }

    /** Whether all first tiers lie where they are looked for. */
    boolean isRegular() {
        int last = map.segments() - 1;
        return chunksOffset < tierSize
                && map.segmentBaseAddr(last) == firstTier + last * tierSize
                && map.alignment == 1
                && !map.constantlySizedEntry
                && !map.checksumEntries;
    }

    static long hash(long key, int length) {
        return HASH.hashMemory(key, length);
    }

    /** Makes {@code value} point at the value of a key; returns whether there is one. */
    boolean find(long key, int length, Slice value) {
        long hash = hash(key, length);
        long wanted = slots.maskUnsetKey(splitting.segmentHash(hash));
        long start = slots.hlPos(wanted);
        int segment = splitting.segmentIndex(hash);
        long tier = firstTierOf(segment);
        boolean isFirst = true;
        while (true) {
            long at = start;
            for (long slot = slots.readEntry(tier, at); !slots.empty(slot); slot = slots.readEntry(tier, at)) {
                if (slots.key(slot) == wanted
                        && MapEntryLayout.isOf(
                                tier + chunksOffset + slots.value(slot) * chunkSize, key, length, value)) {
                    foundSegment = segment;
                    foundTier = tier;
                    foundSlot = at;
                    return true;
                }
                at = slots.step(at);
            }
            long next = isFirst
                    ? BigSegmentHeader.INSTANCE.nextTierIndex(map.segmentHeaderAddress(segment))
                    : TierCountersArea.nextTierIndex(tier + countersOffset);
            if (next == 0) {
                return false;
            }
            isFirst = false;
            tier = map.tierIndexToBaseAddr(next);
        }
    }

    /** The segment of the entry that {@link #find} has found last. */
    int foundSegment() {
        return foundSegment;
    }

    /** Where a key is looked for first, by the rest of its hash. */
    long slotOf(long hash) {
        return slots.hlPos(slots.maskUnsetKey(splitting.segmentHash(hash)));
    }

    /** Whether a slot is of a key with this hash, most likely. */
    boolean isLikely(long slot, long hash) {
        return slots.key(slot) == slots.maskUnsetKey(splitting.segmentHash(hash));
    }

    long firstTierOf(int segment) {
        return firstTier + segment * tierSize;
    }

    /** The counters of a tier of a segment, valid until they are asked for again. */
    TierCounters countersOf(int segment, long tier) {
        wrapCounters(segment, tier);
        return counters;
    }

    /** The word of a tier's free list that a chunk is in. */
    long freeListOf(long tier, long chunk) {
        return tier + countersOffset + COUNTERS + chunk / Long.SIZE * Long.BYTES;
    }

    /** The segment of a key, by its {@link #hash}. */
    int segment(long hash) {
        return splitting.segmentIndex(hash);
    }

    /** Waits until no walk looks at a segment, and keeps it off. */
    void lock(int segment) {
        BigSegmentHeader.INSTANCE.updateLock(map.segmentHeaderAddress(segment));
    }

    void unlock(int segment) {
        BigSegmentHeader.INSTANCE.updateUnlock(map.segmentHeaderAddress(segment));
    }

    /**
     * Adds an entry of a key that is not there. This thread must have no query of the map.
     *
     * @param hash of the key, see {@link #hash}
     * @return where its value is, or 0 and nothing is done, when no tier of its segment has room
     */
    long insert(long hash, long key, int keyLength, long value, int valueLength) {
        int needed = map.inChunks(MapEntryLayout.lengthBytes(keyLength)
                + keyLength
                + MapEntryLayout.lengthBytes(valueLength)
                + (long) valueLength);
        if (needed > map.maxChunksPerEntry) {
            return 0;
        }
        int segment = splitting.segmentIndex(hash);
        long tier = firstTierOf(segment);
        counters.wrap(map.segmentHeaderAddress(segment));
        long chunk = take(tier, needed);
        while (chunk < 0 && counters.next() != 0) {
            tier = map.tierIndexToBaseAddr(counters.next());
            counters.wrapChained(tier + countersOffset);
            chunk = take(tier, needed);
        }
        if (chunk < 0) {
            return 0;
        }
        long at = MapEntryLayout.putLength(tier + chunksOffset + chunk * chunkSize, keyLength);
        Memory.copy(key, at, keyLength);
        at = MapEntryLayout.putLength(at + keyLength, valueLength);
        Memory.copy(value, at, valueLength);
        long wanted = slots.maskUnsetKey(splitting.segmentHash(hash));
        long slot = slots.hlPos(wanted);
        while (!slots.empty(slots.readEntry(tier, slot))) {
            slot = slots.step(slot);
        }
        slots.writeEntryVolatile(tier, slot, wanted, chunk);
        return at;
    }

    /** Takes neighbouring chunks of the tier whose counters are looked at; gives the first, or -1 when there are none. */
    private long take(long tier, int needed) {
        long lowest = counters.lowest();
        long end = map.actualChunksPerSegmentTier;
        if (lowest + needed > end || counters.entries() >= map.maxEntriesPerHashLookup) {
            return -1;
        }
        chunks.setOffset(tier + countersOffset + COUNTERS);
        long chunk = chunks.setNextNContinuousClearBits(lowest, needed);
        if (chunk == BitSetFrame.NOT_FOUND) {
            return -1;
        }
        if (chunk + needed > end) {
            chunks.clearRange(chunk, chunk + needed);
            return -1;
        }
        // a lower one that is free was too small a hole, and stays the lowest
        boolean isHole = needed > 1 && !chunks.get(lowest);
        counters.entries(counters.entries() + 1);
        counters.lowest(isHole ? lowest : chunk + needed);
        return chunk;
    }

    /** Whether a value of this length fits in the chunks of the entry that {@link #find} has found last. */
    boolean fitsInFound(int valueLength) {
        long entry = foundEntry();
        long before = MapEntryLayout.valueOf(entry) - entry;
        return map.inChunks(before + MapEntryLayout.lengthBytes(valueLength) + valueLength) <= chunksOf(entry);
    }

    /** Writes another value, which {@linkplain #fitsInFound fits}, into the entry that {@link #find} has found last. */
    void rewriteFound(long value, int valueLength) {
        long entry = foundEntry();
        int old = chunksOf(entry);
        long at = MapEntryLayout.putLength(MapEntryLayout.valueOf(entry), valueLength);
        Memory.copy(value, at, valueLength);
        int now = chunksOf(entry);
        if (now < old) {
            wrapCounters(foundSegment, foundTier);
            free(foundTier, slots.value(slots.readEntry(foundTier, foundSlot)) + now, old - now);
        }
    }

    /** Takes the entry out that {@link #find} has found last. This thread must have no query of the map. */
    void removeFound() {
        wrapCounters(foundSegment, foundTier);
        remove(foundTier, foundSlot);
    }

    /**
     * Shows entries of a segment and takes each out after that. This thread must have no query of the map.
     *
     * @param most how many at the most
     * @param key becomes each entry's, as does {@code value}, before {@code visitor} is run
     * @return how many were taken out; fewer than {@code most} if there were no more
     */
    int drain(int segment, int most, Slice key, Slice value, Runnable visitor) {
        long tier = firstTierOf(segment);
        counters.wrap(map.segmentHeaderAddress(segment));
        int taken = 0;
        while (true) {
            // what was drained is empty: nothing is put into a map that is drained
            long at = tier == drainedTier ? drainedTo : 0;
            for (long left = counters.entries(); left > 0 && taken < most; ) {
                long slot = slots.readEntry(tier, at);
                if (slots.empty(slot)) {
                    at = slots.step(at);
                    requireMore(at, segment, left);
                } else {
                    MapEntryLayout.show(tier + chunksOffset + slots.value(slot) * chunkSize, key, value);
                    visitor.run();
                    // what comes after it may take its slot
                    remove(tier, at);
                    left--;
                    taken++;
                }
            }
            drainedTier = tier;
            drainedTo = at;
            if (taken == most || counters.next() == 0) {
                return taken;
            }
            tier = map.tierIndexToBaseAddr(counters.next());
            counters.wrapChained(tier + countersOffset);
        }
    }

    private static void requireMore(long at, int segment, long left) {
        if (at == 0 && left > 0) {
            throw new IllegalStateException("segment " + segment + " lacks " + left + " entries");
        }
    }

    private long foundEntry() {
        return foundTier + chunksOffset + slots.value(slots.readEntry(foundTier, foundSlot)) * chunkSize;
    }

    private void wrapCounters(int segment, long tier) {
        if (tier == firstTierOf(segment)) {
            counters.wrap(map.segmentHeaderAddress(segment));
        } else {
            counters.wrapChained(tier + countersOffset);
        }
    }

    /** Takes the entry of a slot out of the tier whose counters are looked at. */
    private void remove(long tier, long slot) {
        long chunk = slots.value(slots.readEntry(tier, slot));
        free(tier, chunk, chunksOf(tier + chunksOffset + chunk * chunkSize));
        counters.entries(counters.entries() - 1);
        slots.remove(tier, slot);
    }

    private void free(long tier, long chunk, int count) {
        chunks.setOffset(tier + countersOffset + COUNTERS);
        chunks.clearRange(chunk, chunk + count);
        if (chunk < counters.lowest()) {
            counters.lowest(chunk);
        }
    }

    private int chunksOf(long entry) {
        return map.inChunks(MapEntryLayout.bytes(entry));
    }

    /**
     * Shows every entry of a segment, by one thread between {@link #lock} and {@link #unlock}, which may be another than the writer's.
     *
     * @param key becomes each entry's, as does {@code value}, before {@code visitor} is run
     */
    void forEach(int segment, Slice key, Slice value, Runnable visitor) {
        long header = map.segmentHeaderAddress(segment);
        long tier = firstTierOf(segment);
        long left = BigSegmentHeader.INSTANCE.entries(header);
        long next = BigSegmentHeader.INSTANCE.nextTierIndex(header);
        while (true) {
            long at = 0;
            while (left > 0) {
                long slot = slots.readEntry(tier, at);
                if (!slots.empty(slot)) {
                    MapEntryLayout.show(tier + chunksOffset + slots.value(slot) * chunkSize, key, value);
                    visitor.run();
                    left--;
                }
                at = slots.step(at);
                requireMore(at, segment, left);
            }
            if (next == 0) {
                return;
            }
            tier = map.tierIndexToBaseAddr(next);
            left = TierCountersArea.entries(tier + countersOffset);
            next = TierCountersArea.nextTierIndex(tier + countersOffset);
        }
    }
}

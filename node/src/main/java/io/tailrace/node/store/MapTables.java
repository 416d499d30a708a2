package io.tailrace.node.store;

import io.tailrace.wire.memory.Memory;
import net.openhft.chronicle.algo.hashing.LongHashFunction;
import net.openhft.chronicle.hash.impl.BigSegmentHeader;
import net.openhft.chronicle.hash.impl.CompactOffHeapLinearHashTable;
import net.openhft.chronicle.hash.impl.HashSplitting;
import net.openhft.chronicle.hash.impl.TierCountersArea;
import net.openhft.chronicle.map.VanillaChronicleMap;

/**
 * Reads a map's tables as its only writer may: in place, and without the lock that the library takes for others. For the thread that
 * writes the map; a walk of another thread, which writes nothing, doesn't matter.
 *
 * <pre>
 *  hash of the key      low bits: the segment, whose first tier is at firstTier + segment * tierSize; the rest: what is looked for
 *
 *  tier                 | slots, a linear hash table | counters | free list | chunks of entries           |
 *  slot                 | the rest of the hash | first chunk |          empty: the key is not in this tier
 *  entry                | length of the key | key | length of the value | value |
 *                         a length: seven bits a byte from the lowest on, the highest bit says that there are more
 *
 *  counters             the next tier of the segment, or 0; what follows a segment's first tier is in the segment's header
 * </pre>
 *
 * <p>Half of what the library's own look-up costs are two locked writes, which also keep the processor from waiting for several cells
 * of memory at once. {@link #touch} reads the places of many keys one beside the other, so that what follows finds them in the caches.
 *
 * <p>None of that layout is promised by the library, so {@link MapTablesCheck} compares answers with the library's before a map is
 * read so.
 */
final class MapTables {
    private static final LongHashFunction HASH = LongHashFunction.xx_r39();
    private static final long LINE = 64;

    /** Of an entry these are touched: the header of a string of about 100 bytes, and its bytes. */
    private static final long TOUCHED = 3 * LINE;

    /** What the counters of a tier and the gap after them take. */
    private static final long COUNTERS = 64;

    private final VanillaChronicleMap<?, ?, ?> map;
    private final HashSplitting splitting;
    private final CompactOffHeapLinearHashTable slots;
    private final long countersOffset;
    private final long chunksOffset;
    private final long chunkSize;
    private final long firstTier;
    private final long tierSize;

    MapTables(VanillaChronicleMap<?, ?, ?> map) {
        this.map = map;
        splitting = map.hashSplitting;
        slots = map.hashLookup;
        countersOffset = map.tierHashLookupOuterSize;
        chunksOffset = countersOffset + COUNTERS + map.tierFreeListOuterSize + map.tierEntrySpaceInnerOffset;
        chunkSize = map.chunkSize;
        firstTier = map.segmentBaseAddr(0);
        tierSize = map.tierSize;
    }

    /** Whether all first tiers lie where they are looked for. */
    boolean isRegular() {
        int last = map.segments() - 1;
        return chunksOffset < tierSize && map.segmentBaseAddr(last) == firstTier + last * tierSize;
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
        long tier = firstTier + segment * tierSize;
        boolean isFirst = true;
        while (true) {
            long at = start;
            for (long slot = slots.readEntry(tier, at); !slots.empty(slot); slot = slots.readEntry(tier, at)) {
                if (slots.key(slot) == wanted
                        && isEntryOf(tier + chunksOffset + slots.value(slot) * chunkSize, key, length, value)) {
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

    private static boolean isEntryOf(long entry, long key, int length, Slice value) {
        int keyLength = Memory.getByte(entry);
        long at = entry + 1;
        if (keyLength < 0) {
            int next = Memory.getByte(at++);
            keyLength = keyLength & 0x7f | (next & 0x7f) << 7;
            if (next < 0) {
                keyLength |= (Memory.getByte(at++) & 0x7f) << 14;
            }
        }
        if (!Memory.equals(at, keyLength, key, length)) {
            return false;
        }
        at += keyLength;
        int valueLength = Memory.getByte(at++);
        if (valueLength < 0) {
            int next = Memory.getByte(at++);
            valueLength = valueLength & 0x7f | (next & 0x7f) << 7;
            if (next < 0) {
                valueLength |= (Memory.getByte(at++) & 0x7f) << 14;
            }
        }
        value.set(at, valueLength);
        return true;
    }

    /**
     * Reads the places where keys are likely to be.
     *
     * @param hashes of keys; used as memory for what is found
     * @return anything, so that nothing of it is left out
     */
    long touch(long[] hashes, int count) {
        long seen = 0;
        for (int i = 0; i < count; i++) {
            // no slot depends on another, so the processor waits for all of them at once
            hashes[i] = probableEntry(hashes[i]);
        }
        for (int i = 0; i < count; i++) {
            long entry = hashes[i];
            if (entry != 0) {
                seen += Memory.getByte(entry) + Memory.getByte(entry + LINE) + Memory.getByte(entry + 2 * LINE);
            }
        }
        return seen;
    }

    /** Of the first slots, in the first tier; 0 when it is not there, or so near the end that less is to be touched. */
    private long probableEntry(long hash) {
        long tier = firstTier + splitting.segmentIndex(hash) * tierSize;
        long wanted = slots.maskUnsetKey(splitting.segmentHash(hash));
        long at = slots.hlPos(wanted);
        long slot = slots.readEntry(tier, at);
        if (!slots.empty(slot) && slots.key(slot) != wanted) {
            slot = slots.readEntry(tier, slots.step(at));
        }
        long offset = chunksOffset + slots.value(slot) * chunkSize;
        return slots.empty(slot) || offset + TOUCHED > tierSize ? 0 : tier + offset;
    }
}

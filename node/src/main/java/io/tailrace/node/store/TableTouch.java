package io.tailrace.node.store;

import io.tailrace.wire.memory.Memory;

/**
 * Reads what look-ups of several keys will read, and what adding those needs that are not there, one key beside the other: the processor
 * then waits for memory once and not for each, and what follows finds it in the caches. Changes nothing. For the thread that writes the map.
 */
final class TableTouch {
    /** Chains are hardly longer: a store moves to a larger map before. */
    private static final int MAX_TIERS = 4;

    private static final long LINE = 64;

    /** Of an entry these are touched: the header of a string of about 100 bytes, and its bytes. */
    private static final long TOUCHED = 3 * LINE;

    private final MapTables tables;

    // of each key: the tier that is looked at, or the last one when it is in none; its place in each tier; its entry
    // once that is known
    private long[] tiers = {};
    private long[] slots = {};
    private long[] entries = {};

    TableTouch(MapTables tables) {
        this.tables = tables;
    }

    /**
     * Reads the places where keys are likely to be, or will be.
     *
     * @param hashes of keys, by {@link MapTables#hash}
     * @return anything, so that nothing of it is left out
     */
    long touch(long[] hashes, int count) {
        if (tiers.length < count) {
            tiers = new long[count];
            slots = new long[count];
            entries = new long[count];
        }
        for (int i = 0; i < count; i++) {
            tiers[i] = tables.firstTierOf(tables.segment(hashes[i]));
            slots[i] = tables.slotOf(hashes[i]);
            entries[i] = 0;
        }
        long seen = 0;
        int open = count;
        for (int depth = 0; depth < MAX_TIERS && open > 0; depth++) {
            // nothing but reading: a branch that is guessed wrong would make the processor wait for one before it sees
            // the next
            for (int i = 0; i < count; i++) {
                seen += tables.slots.readEntry(tiers[i], slots[i]);
            }
            for (int i = 0; i < count; i++) {
                if (entries[i] == 0) {
                    entries[i] = probableEntry(i, hashes[i]);
                }
            }
            open = next(hashes, count);
        }
        return seen + touchEntries(hashes, count);
    }

    /** Of the first slots of a key's tier; 0 when it is not there. */
    private long probableEntry(int i, long hash) {
        long slot = tables.slots.readEntry(tiers[i], slots[i]);
        if (!tables.slots.empty(slot) && !tables.isLikely(slot, hash)) {
            slot = tables.slots.readEntry(tiers[i], tables.slots.step(slots[i]));
        }
        return tables.slots.empty(slot) || !tables.isLikely(slot, hash)
                ? 0
                : tiers[i] + tables.chunksOffset + tables.slots.value(slot) * tables.chunkSize;
    }

    /** Goes to the next tiers; returns how many there are. */
    private int next(long[] hashes, int count) {
        int open = 0;
        for (int i = 0; i < count; i++) {
            if (entries[i] == 0) {
                long next =
                        tables.countersOf(tables.segment(hashes[i]), tiers[i]).next();
                if (next != 0) {
                    tiers[i] = tables.map.tierIndexToBaseAddr(next);
                    open++;
                }
            }
        }
        return open;
    }

    private long touchEntries(long[] hashes, int count) {
        long seen = 0;
        for (int i = 0; i < count; i++) {
            long entry = entries[i];
            if (entry == 0) {
                long lowest =
                        tables.countersOf(tables.segment(hashes[i]), tiers[i]).lowest();
                seen += Memory.getLong(tables.freeListOf(tiers[i], lowest));
            } else if (entry + TOUCHED <= tiers[i] + tables.tierSize) {
                seen += Memory.getByte(entry) + Memory.getByte(entry + LINE) + Memory.getByte(entry + 2 * LINE);
            }
        }
        return seen;
    }
}

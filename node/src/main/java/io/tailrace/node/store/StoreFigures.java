package io.tailrace.node.store;

import io.tailrace.node.arena.Arena;

/** The memory use of a store and its entries, and how far it has grown. Owned by the shard's reactor thread. */
public final class StoreFigures {
    private final Generations generations;
    private final References references;
    private final MapEntries entries;
    private final Entry found = new Entry();

    StoreFigures(Generations generations, References references, MapEntries entries) {
        this.generations = generations;
        this.references = references;
        this.entries = entries;
    }

    /** Bytes of keys, values and entry headers, those that wait for a walk's end included. */
    public long dataBytes() {
        Contents now = generations.now();
        return now.totals.keyBytes + now.totals.entryBytes + now.largeValues.bytes() + now.arena.usedBytes();
    }

    /** Bytes of keys and entries as far as they lie in the map. */
    public long mappedBytes() {
        Totals totals = generations.now().totals;
        return totals.keyBytes + totals.entryBytes;
    }

    /** {@link Store#usedBytes} as they will be when the transaction under way is committed. */
    public long committedBytes() {
        return generations.now().totals.usedBytes() - references.releasedBytes();
    }

    /** Bytes of what was dropped and is not free yet. */
    public long reapableBytes() {
        return generations.now().arena.reapableBytes();
    }

    /** As {@link Totals#msToDeadlines}. */
    public double msToDeadlines(long nowEpochMs) {
        return generations.now().totals.msToDeadlines(nowEpochMs);
    }

    /** Large collections, and keys of an emptied store, that were dropped and are not known to be freed yet. */
    public long droppedValues() {
        return generations.frees().pending();
    }

    /** Those that were freed, since the start or {@link #resetFreedValues}. */
    public long freedValues() {
        return generations.frees().freed();
    }

    public void resetFreedValues() {
        generations.frees().reset();
    }

    /** Bytes of {@link Store#usedBytes} that an entry takes with all that it refers to. */
    public long cost(int keyLength, Entry entry) {
        long inMap = generations.now().maps.current().cost(keyLength, entry.length());
        return switch (entry.form()) {
            case EntryLayout.FORM_BLOCK -> inMap + LargeValues.costOf(entry.valueAddress());
            case EntryLayout.FORM_PACKED -> inMap + Arena.blobCapacity(entry.packedClass());
            case EntryLayout.FORM_TREE ->
                inMap + CollectionHeader.BYTES + CollectionHeader.treeBytes(entry.valueAddress());
            default -> inMap;
        };
    }

    /** As {@link #cost}, of a key as it is stored; 0 when it is not. */
    public long costNow(long keyAddress, int keyLength) {
        return entries.find(keyAddress, keyLength, found) ? cost(keyLength, found) : 0;
    }

    /** How many moves to a larger map were completed. */
    public long moves() {
        return generations.moves();
    }

    /** Of a move under way, how much is done; 100 when there is none. */
    public int percentMoved() {
        return generations.now().maps.percentMoved();
    }
}

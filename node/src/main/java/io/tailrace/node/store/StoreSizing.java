package io.tailrace.node.store;

/**
 * How many segments a shard's map gets and what it must be able to take.
 *
 * <p>Small segments (100 to 600 entries) keep every lock hold of a walk and the allocator's search short, but a segment's
 * tier must hold the largest key: 64 KiB plus the entry's header. So segments are halved until a tier is large enough.
 *
 * @param maxEntries how many entries this shard is sized for
 * @param averageKeyLength bytes
 * @param averageValueLength bytes
 * @param growth extra tiers may grow the map to this multiple of its first size before it refuses; 0 for the default
 */
public record StoreSizing(long maxEntries, int averageKeyLength, int averageValueLength, double growth) {
    /** Entries whose key and value are longer than this live outside the map. */
    static final int INLINE_LIMIT = 16 << 10;

    private static final int MIN_BLOAT = 100;
    private static final int MAX_BLOAT = 1_000;
    private static final int WANTED_TIERS = 1 << 17;

    private static final long ENTRIES_PER_SEGMENT = 200;
    private static final long MIN_TIER_BYTES = 112 << 10;
    private static final int MAX_SEGMENTS = 1 << 16;

    public StoreSizing(long maxEntries, int averageKeyLength, int averageValueLength) {
        this(maxEntries, averageKeyLength, averageValueLength, 0);
    }

    int averageEntryValueLength() {
        return averageValueLength + EntryLayout.HEADER_LENGTH;
    }

    int segments() {
        int segments = 1;
        while (segments < MAX_SEGMENTS && segments * ENTRIES_PER_SEGMENT < maxEntries) {
            segments <<= 1;
        }
        while (segments > 1 && tierBytes(segments) < MIN_TIER_BYTES) {
            segments >>= 1;
        }
        return segments;
    }

    /** What the map is told to expect; never so small that one segment could not hold the largest entry. */
    long entries() {
        long smallest = MIN_TIER_BYTES / entryBytes() + 1;
        return Math.max(Math.max(maxEntries, smallest), 1);
    }

    /**
     * Extra tiers may grow the map to this multiple of its first size before it refuses. They cost nothing until they are
     * used, and a transaction is refused unless there is one for each of its writes.
     */
    double bloat() {
        return growth > 0 ? growth : Math.min(MAX_BLOAT, Math.max(MIN_BLOAT, WANTED_TIERS / segments()));
    }

    private long tierBytes(int segments) {
        return maxEntries / segments * entryBytes();
    }

    private long entryBytes() {
        return averageKeyLength + averageEntryValueLength() + 4L;
    }
}

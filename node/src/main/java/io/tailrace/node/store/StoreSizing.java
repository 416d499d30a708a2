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
 * @param leastSegments a power of two, or 1; with this many, tiers are made large enough rather than segments fewer
 */
public record StoreSizing(
        long maxEntries, int averageKeyLength, int averageValueLength, double growth, int leastSegments) {
    /** The longest key of a client. */
    static final int MAX_KEY_LENGTH = 64 << 10;

    /** Entries whose key and value are longer than this live outside the map. */
    static final int INLINE_LIMIT = 16 << 10;

    /**
     * What entries are rounded up to. The library would take a quarter to an eighth of the average entry that is expected: for 512 bytes
     * 64, of which an entry of 140 wastes 50.
     */
    static final int CHUNK_BYTES = 16;

    private static final int MIN_BLOAT = 100;
    private static final int MAX_BLOAT = 1_000;
    private static final int WANTED_TIERS = 1 << 17;

    private static final long FEW = 1_000;
    private static final long ENTRIES_PER_SEGMENT = 200;
    private static final long MIN_TIER_BYTES = 112 << 10;
    private static final long MIN_FIXED_TIER_BYTES = 128 << 10;
    /** Of the square root of an average, which is how far numbers of keys in segments are from it: nearly all are within. */
    private static final int DEVIATIONS = 3;

    private static final int MAX_SEGMENTS = 1 << 16;

    /** With the usual growth, and any number of segments. */
    public StoreSizing(long maxEntries, int averageKeyLength, int averageValueLength) {
        this(maxEntries, averageKeyLength, averageValueLength, 0);
    }

    public StoreSizing(long maxEntries, int averageKeyLength, int averageValueLength, double growth) {
        this(maxEntries, averageKeyLength, averageValueLength, growth, 1);
    }

    /** The same for at least this many entries of this many bytes in all: for loading what is known to be there. */
    public StoreSizing forAtLeast(long entries, long bytes) {
        if (entries <= maxEntries) {
            return this;
        }
        long average = Math.min(INLINE_LIMIT, bytes / entries);
        int value = (int) Math.max(1, average - averageKeyLength);
        return new StoreSizing(entries, averageKeyLength, value, growth, leastSegments);
    }

    /** Of a database that may never hold much. */
    StoreSizing forFew() {
        return new StoreSizing(Math.min(maxEntries, FEW), averageKeyLength, averageValueLength, growth, leastSegments);
    }

    /** Written out: what Java makes for a record is linked when it is first called, which takes a reactor five milliseconds. */
    @Override
    public boolean equals(Object other) {
        return other instanceof StoreSizing sizing
                && maxEntries == sizing.maxEntries
                && averageKeyLength == sizing.averageKeyLength
                && averageValueLength == sizing.averageValueLength
                && growth == sizing.growth
                && leastSegments == sizing.leastSegments;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(maxEntries);
    }

    int averageEntryValueLength() {
        return averageValueLength + EntryLayout.HEADER_LENGTH;
    }

    int segments() {
        int segments = leastSegments;
        while (segments < MAX_SEGMENTS && segments * ENTRIES_PER_SEGMENT < maxEntries) {
            segments <<= 1;
        }
        while (segments > leastSegments && tierBytes(segments) < MIN_TIER_BYTES) {
            segments >>= 1;
        }
        return segments;
    }

    /** What the map is told to expect; never so small that one segment could not hold the largest entry. */
    long entries() {
        long smallest = leastSegments * (MIN_TIER_BYTES / entryBytes() + 1);
        return Math.max(maxEntries, smallest);
    }

    long entriesPerSegment() {
        return Math.max(1, (entries() + segments() - 1) / segments());
    }

    /** What a segment takes before a tier is chained to it: what falls to it by chance, too, and the largest entry in any case. */
    long chunksPerTier() {
        long average = entriesPerSegment();
        long likely = average + (long) (DEVIATIONS * Math.sqrt(average));
        // longer ones lie outside
        long entry = Math.min(entryBytes(), averageKeyLength + INLINE_LIMIT) + CHUNK_BYTES / 2;
        long bytes = Math.max(likely * entry, MIN_FIXED_TIER_BYTES);
        return bytes / CHUNK_BYTES + 1;
    }

    /**
     * Extra tiers may grow the map to this multiple of its first size before it refuses. They cost nothing until they are
     * used, and a transaction is refused unless there is one for each of its writes.
     */
    double bloat() {
        return growth > 0 ? growth : bloat(segments());
    }

    private static int bloat(int segments) {
        return Math.min(MAX_BLOAT, Math.max(MIN_BLOAT, WANTED_TIERS / segments));
    }

    /** How many segments a map needs at least to have tiers for this many puts at once. */
    static int segmentsForPuts(int puts) {
        int segments = 1;
        // of the tiers that a map may have, each segment has its first one from the beginning
        while (segments < MAX_SEGMENTS && (long) segments * (bloat(segments) - 1) < puts + 2L) {
            segments <<= 1;
        }
        return segments;
    }

    private long tierBytes(int segments) {
        return maxEntries / segments * entryBytes();
    }

    private long entryBytes() {
        return averageKeyLength + averageEntryValueLength() + 4L;
    }
}

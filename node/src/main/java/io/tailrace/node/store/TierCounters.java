package io.tailrace.node.store;

import net.openhft.chronicle.hash.impl.BigSegmentHeader;
import net.openhft.chronicle.hash.impl.TierCountersArea;

/** The counters of one tier of a map, which lie in the segment's header for a segment's first, else in the tier. Reused; see {@link MapTables}. */
final class TierCounters {
    private long at;
    private boolean isFirst;

    /** @param header of the segment whose first tier it is */
    void wrap(long header) {
        at = header;
        isFirst = true;
    }

    void wrapChained(long area) {
        at = area;
        isFirst = false;
    }

    long entries() {
        return isFirst ? BigSegmentHeader.INSTANCE.entries(at) : TierCountersArea.entries(at);
    }

    void entries(long count) {
        if (isFirst) {
            BigSegmentHeader.INSTANCE.entries(at, count);
        } else {
            TierCountersArea.entries(at, count);
        }
    }

    /** The lowest chunk that may be free. */
    long lowest() {
        return isFirst
                ? BigSegmentHeader.INSTANCE.lowestPossiblyFreeChunk(at)
                : TierCountersArea.lowestPossiblyFreeChunkTiered(at);
    }

    void lowest(long chunk) {
        if (isFirst) {
            BigSegmentHeader.INSTANCE.lowestPossiblyFreeChunk(at, chunk);
        } else {
            TierCountersArea.lowestPossiblyFreeChunkTiered(at, chunk);
        }
    }

    /** The tier after it, or 0. */
    long next() {
        return isFirst ? BigSegmentHeader.INSTANCE.nextTierIndex(at) : TierCountersArea.nextTierIndex(at);
    }
}

package io.tailrace.node.store;

import io.tailrace.wire.memory.Memory;
import java.util.function.Predicate;
import net.openhft.chronicle.bytes.PointerBytesStore;
import net.openhft.chronicle.hash.Data;
import net.openhft.chronicle.map.ExternalMapQueryContext;
import net.openhft.chronicle.map.MapEntry;
import net.openhft.chronicle.map.MapSegmentContext;

/**
 * Takes the entries of a map to its successor, a slice at a time. Owned by the reactor thread.
 *
 * <p>An entry is put into the larger map before it is taken from the smaller one, under the lock of its segment of the
 * smaller one: a walk, which looks there first, can't miss it. Values outside of the maps stay where they are.
 */
final class MapMove {
    /** Of one slice: one with few entries costs a lock and a look too. */
    private static final int MAX_SEGMENTS = 64;

    private final StoreMap from;
    private final StoreMap to;
    private final Totals totals;
    private final PointerBytesStore keyBytes = new PointerBytesStore();
    private final PointerBytesStore valueBytes = new PointerBytesStore();
    private final Predicate<MapEntry<Slice, Slice>> action = this::moveNext;
    private int segment;
    private int left;

    MapMove(StoreMap from, StoreMap to, Totals totals) {
        this.from = from;
        this.to = to;
        this.totals = totals;
    }

    /** Moves some entries, at most this many, for which {@code to} must have tiers; returns how many. */
    int some(int most) {
        left = most;
        for (int i = 0; i < MAX_SEGMENTS && left > 0 && !isOver(); i++) {
            if (isEmptied(segment)) {
                from.expiryIndex().clear(segment);
                segment++;
            }
        }
        return most - left;
    }

    boolean isOver() {
        return segment == from.segments();
    }

    /** How much of the smaller map is empty. */
    int percent() {
        return (int) (100L * segment / from.segments());
    }

    private boolean isEmptied(int current) {
        if (from.keys(current) > 0) {
            try (MapSegmentContext<Slice, Slice, ?> context = from.segment(current)) {
                context.forEachSegmentEntryWhile(action);
            }
        }
        return from.keys(current) == 0;
    }

    private boolean moveNext(MapEntry<Slice, Slice> entry) {
        Data<Slice> key = entry.key();
        Data<Slice> value = entry.value();
        long keyLength = key.size();
        long valueLength = value.size();
        keyBytes.set(StoreWalk.addressOf(key), keyLength);
        valueBytes.set(StoreWalk.addressOf(value), valueLength);
        try (ExternalMapQueryContext<Slice, Slice, ?> query = to.query(keyBytes, keyLength)) {
            query.updateLock().lock();
            if (query.entry() != null) {
                throw new IllegalStateException("a key is in both maps");
            }
            query.absentEntry().doInsert(query.wrapValueBytesAsData(valueBytes, 0, valueLength));
            to.countKeys(query.segmentIndex(), 1);
            long expireAtEpochMs = Memory.getLong(StoreWalk.addressOf(value) + EntryLayout.EXPIRE_AT);
            if (expireAtEpochMs != EntryLayout.NO_EXPIRY) {
                to.expiryIndex().note(query.segmentIndex(), expireAtEpochMs);
            }
        }
        totals.mapBytes += to.cost(keyLength, valueLength) - from.cost(keyLength, valueLength);
        entry.doRemove();
        from.countKeys(segment, -1);
        return --left > 0;
    }
}

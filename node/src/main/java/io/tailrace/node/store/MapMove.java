package io.tailrace.node.store;

import io.tailrace.wire.memory.Memory;
import java.util.function.BooleanSupplier;
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
    private final Slice keySlice = new Slice();
    private final Slice valueSlice = new Slice();
    private final Slice found = new Slice();
    private final BooleanSupplier isWalked;
    private final Predicate<MapEntry<Slice, Slice>> action = this::moveNext;
    private final Runnable moveShown = this::moveShown;
    private int segment;
    private int left;

    /** @param isWalked whether another thread walks over the entries now */
    MapMove(StoreMap from, StoreMap to, Totals totals, BooleanSupplier isWalked) {
        this.from = from;
        this.to = to;
        this.totals = totals;
        this.isWalked = isWalked;
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
        if (from.keys(current) > 0 && from.isWritable()) {
            int moved = from.drain(current, left, keySlice, valueSlice, moveShown);
            from.countKeys(current, -moved);
            left -= moved;
        } else if (from.keys(current) > 0) {
            try (MapSegmentContext<Slice, Slice, ?> context = from.segment(current)) {
                context.forEachSegmentEntryWhile(action);
            }
        }
        return from.keys(current) == 0;
    }

    /** The library's way. */
    private boolean moveNext(MapEntry<Slice, Slice> entry) {
        Data<Slice> key = entry.key();
        Data<Slice> value = entry.value();
        keySlice.set(StoreWalk.addressOf(key), key.size());
        valueSlice.set(StoreWalk.addressOf(value), value.size());
        moveShown();
        entry.doRemove();
        from.countKeys(segment, -1);
        return --left > 0;
    }

    private void moveShown() {
        long expireAtEpochMs = Memory.getLong(valueSlice.address + EntryLayout.EXPIRE_AT);
        int target = to.isWritable() ? insert() : -1;
        target = target < 0 ? put() : target;
        to.countKeys(target, 1);
        if (expireAtEpochMs != EntryLayout.NO_EXPIRY) {
            to.expiryIndex().note(target, expireAtEpochMs);
        }
        totals.mapBytes += to.cost(keySlice.length, valueSlice.length) - from.cost(keySlice.length, valueSlice.length);
    }

    private int insert() {
        if (to.find(keySlice, found)) {
            throw inBoth();
        }
        return to.insert(keySlice, valueSlice, isWalked.getAsBoolean());
    }

    /** The library's way; gives the segment. */
    private int put() {
        keyBytes.set(keySlice.address, keySlice.length);
        valueBytes.set(valueSlice.address, valueSlice.length);
        try (ExternalMapQueryContext<Slice, Slice, ?> query = to.query(keyBytes, keySlice.length)) {
            query.updateLock().lock();
            if (query.entry() != null) {
                throw inBoth();
            }
            query.absentEntry().doInsert(query.wrapValueBytesAsData(valueBytes, 0, valueSlice.length));
            return query.segmentIndex();
        }
    }

    private static IllegalStateException inBoth() {
        return new IllegalStateException("a key is in both maps");
    }
}

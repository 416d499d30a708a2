package io.tailrace.node.store;

/**
 * Where keys are that have expired, or expire next. Owned by the reactor thread. A place is an opaque number, valid until the
 * store grows or is emptied.
 */
public final class DueSegments {
    /** There is no such place. */
    public static final int NONE = -1;

    /** A time that does not come. */
    public static final long NEVER = Long.MAX_VALUE;

    private final StoreMaps maps;
    private final Totals totals;

    DueSegments(StoreMaps maps, Totals totals) {
        this.maps = maps;
        this.totals = totals;
    }

    /** Where a key that expired at {@code nowEpochMs} may be, or {@link #NONE}. */
    public int next(long nowEpochMs) {
        if (totals.expiringKeys == 0) {
            return NONE;
        }
        int due = maps.current().expiryIndex().nextDue(nowEpochMs);
        if (due >= 0 || maps.previous() == null) {
            return due;
        }
        int older = maps.previous().expiryIndex().nextDue(nowEpochMs);
        return older < 0 ? NONE : maps.current().segments() + older;
    }

    /** Where the key may be that expires before all others, or {@link #NONE} when no key expires. */
    public int soonest() {
        if (totals.expiringKeys == 0) {
            return NONE;
        }
        ExpiryIndex now = maps.current().expiryIndex();
        int place = now.soonest();
        if (maps.previous() == null) {
            return place;
        }
        ExpiryIndex before = maps.previous().expiryIndex();
        int older = before.soonest();
        boolean isOlderFirst = older >= 0 && (place < 0 || before.earliest(older) < now.earliest(place));
        return isOlderFirst ? maps.current().segments() + older : place;
    }

    /** Before when no key of any other place expires, epoch milliseconds. */
    public long earliestBut(int place) {
        int segments = maps.current().segments();
        long least = maps.current().expiryIndex().earliestBut(place < segments ? place : -1);
        if (maps.previous() == null) {
            return least;
        }
        int older = place < segments ? -1 : place - segments;
        return Math.min(least, maps.previous().expiryIndex().earliestBut(older));
    }

    /** Visits the entries of a place, due or not, with or without a deadline. */
    public void scan(int place, EntryVisitor visitor) {
        maps.scan().own(map(place), segment(place), visitor);
    }

    /** Tells when the first of the keys left in a place expires. */
    public void set(int place, long earliestEpochMs) {
        map(place).expiryIndex().set(segment(place), earliestEpochMs);
    }

    private StoreMap map(int place) {
        return place < maps.current().segments() ? maps.current() : maps.previous();
    }

    private int segment(int place) {
        int segments = maps.current().segments();
        return place < segments ? place : place - segments;
    }
}

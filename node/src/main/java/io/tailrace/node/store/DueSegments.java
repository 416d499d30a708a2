package io.tailrace.node.store;

/**
 * Where keys are whose deadline has come, or comes next. Owned by the reactor thread. A place is an opaque number, good
 * until the store grows or is emptied.
 */
public final class DueSegments {
    /** There is no such place. */
    public static final int NONE = -1;

    private final StoreMaps maps;
    private final Totals totals;

    DueSegments(StoreMaps maps, Totals totals) {
        this.maps = maps;
        this.totals = totals;
    }

    /** Where a key that expired at {@code nowMillis} may be, or {@link #NONE}. */
    public int next(long nowMillis) {
        if (totals.expiringKeys == 0) {
            return NONE;
        }
        int due = maps.current().expiryIndex().nextDue(nowMillis);
        if (due >= 0 || maps.previous() == null) {
            return due;
        }
        int older = maps.previous().expiryIndex().nextDue(nowMillis);
        return older < 0 ? NONE : maps.current().segments() + older;
    }

    /** Visits the entries of a place, due or not, with or without a deadline. */
    public void scan(int place, EntryVisitor visitor) {
        maps.scan().own(map(place), segment(place), visitor);
    }

    /** Tells when the first of the keys left in a place expires. */
    public void set(int place, long earliestMillis) {
        map(place).expiryIndex().set(segment(place), earliestMillis);
    }

    private StoreMap map(int place) {
        return place < maps.current().segments() ? maps.current() : maps.previous();
    }

    private int segment(int place) {
        int segments = maps.current().segments();
        return place < segments ? place : place - segments;
    }
}

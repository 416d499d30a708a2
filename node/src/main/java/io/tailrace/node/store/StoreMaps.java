package io.tailrace.node.store;

import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The map of a store, or two while it moves to a larger one. Owned and closed by the shard's reactor thread.
 *
 * <p>A map takes many times what it was made for by chaining tiers, but each look-up then walks the chain. So a store that
 * holds {@value #FULL} times as much moves to a map for twice what it holds, a slice at a time: as many entries as were put
 * since the last slice, so that it arrives before the larger map is full too, and some more in each duty cycle.
 *
 * <pre>
 *  state     puts go to  a key is in          segment s of a walk or SCAN is    leaves when
 *  SETTLED   current     current              s of current                      FULL times as full as sized     -> CREATING
 *                                                                               tiers are short: made at once   -> MOVING
 *  CREATING  current     current              s of current                      it is made                      -> MOVING
 *                                                                               it can't be                     -> SETTLED
 *  MOVING    current     current, or else     s of previous, then s, s + n ...  previous is empty               -> SETTLED
 *                        previous (n          of current
 *                        segments), never both
 * </pre>
 *
 * <p>During a move the smaller map gets no puts, only removes and changes in place, so that it never needs a tier. A walk
 * continues through any number of moves (see {@link StoreWalk}); maps that it may come to are closed at its end.
 *
 * <p>Where memory is limited both maps together must stay below the limit: a move may need as much again as the store
 * holds. Above half of the limit the map continues chaining tiers; the last move before is to a map for all of the limit.
 */
final class StoreMaps implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreMaps.class);

    static final int FULL = 2;
    private static final int SLICE = 64;
    private static final int MAX = 512;
    private static final int CHECK_PUTS = 64;
    private static final int RETRY_PUTS = 100_000;
    private static final int RETRY_CALLS = 1_000;

    private final StoreSizing sizing;
    private final Function<StoreSizing, StoreMap> maker;
    private final Background background;
    private final Totals totals;
    private final List<StoreMap> retired = new ArrayList<>();
    private final StateMachine<GrowthState> growth = new StateMachine<>("a store's growth", GrowthState.SETTLED);
    private StoreMap current;
    private StoreMap previous;
    private StoreWalk scan;
    private StoreWalk walk;
    private MapOrder order;
    private MapMove move;
    private int surePuts;
    private long puts;
    private long checkAtPuts = CHECK_PUTS;
    private long countedPuts;
    private long debt;
    private long moves;
    private int skippedCalls;
    private long limitBytes = Long.MAX_VALUE;
    private volatile Runnable wake = () -> {};

    /**
     * @param sizing of a map of which nothing is known
     * @param now of the map that it begins with if more is known
     * @param maker makes maps, in any thread
     */
    StoreMaps(
            StoreSizing sizing,
            StoreSizing now,
            Function<StoreSizing, StoreMap> maker,
            Background background,
            Totals totals) {
        this.sizing = sizing;
        this.maker = maker;
        this.background = background;
        this.totals = totals;
        begin(now);
    }

    private void begin(StoreSizing first) {
        current = maker.apply(first);
        scan = new StoreWalk(current);
        surePuts = 0;
    }

    /** Where puts go. */
    StoreMap current() {
        return current;
    }

    /** The map that a move has not emptied yet, or null. */
    StoreMap previous() {
        return previous;
    }

    /** For the reactor thread's own look at segments. */
    StoreWalk scan() {
        return scan;
    }

    void wake(Runnable onProgress) {
        wake = onProgress;
    }

    void limit(long bytes) {
        limitBytes = bytes;
    }

    /** Before each put. */
    void countPut() {
        surePuts--;
        puts++;
    }

    /** Whether this many puts surely succeed as things are; one tier is kept in reserve. */
    boolean isSure(int wanted) {
        if (wanted >= surePuts) {
            surePuts = current.tiersLeft();
        }
        return wanted < surePuts;
    }

    /** Whether this many puts surely succeed, in a larger map if need be. */
    boolean canTake(int wanted) {
        return isSure(wanted) || growNow(wanted);
    }

    /** Rare: so many puts at once that a small map has no tiers for all. Takes as long as making a map and moving do. */
    private boolean growNow(int wanted) {
        while (growth.is(GrowthState.MOVING) && moveStep(MAX) > 0) {
            surePuts = 0;
        }
        if (skippedCalls > 0) {
            skippedCalls--;
            return isSure(wanted);
        }
        if (growth.is(GrowthState.MOVING) || !mayHoldBoth()) {
            return isSure(wanted);
        }
        try {
            StoreMap larger = maker.apply(largerFor(wanted));
            cancelOrder();
            beginMove(larger);
        } catch (RuntimeException | OutOfMemoryError e) {
            refused(e);
        }
        return isSure(wanted);
    }

    /**
     * Continues with the growth, if there is any.
     *
     * @param least how many entries to move besides as many as were put since the last time
     * @return how much was done; not 0 while there is something to do at once
     */
    int growStep(int least) {
        if (growth.is(GrowthState.SETTLED)) {
            return puts < checkAtPuts ? 0 : check();
        }
        return growth.is(GrowthState.CREATING) ? takeDelivery() : moveStep(least);
    }

    private int check() {
        checkAtPuts = puts + CHECK_PUTS;
        boolean isFull =
                totals.keys > FULL * current.sizing().entries() || current.tiersUsed() > FULL * current.segments();
        if (isFull && mayHoldBoth()) {
            order = MapOrder.place(largerFor(1), maker, background, () -> wake.run());
            growth.to(GrowthState.CREATING, "the map is nearly full");
            return 1;
        }
        return 0;
    }

    private boolean mayHoldBoth() {
        return totals.usedBytes() + totals.mapBytes <= limitBytes;
    }

    private StoreSizing largerFor(int wanted) {
        long entries = Math.max(1, totals.keys);
        long most = (limitBytes - totals.outsideBytes()) / Math.max(1, totals.mapBytes / entries);
        // a later move would not be allowed to begin, so this one goes all the way
        long larger = most / FULL <= FULL * entries ? Math.max(most, entries) : FULL * entries;
        long valueBytes = totals.entryBytes / entries - EntryLayout.HEADER_LENGTH;
        return new StoreSizing(
                larger,
                (int) Math.max(1, totals.keyBytes / entries),
                (int) Math.max(1, valueBytes),
                0,
                Math.max(current.segments(), StoreSizing.segmentsForPuts(wanted)));
    }

    private int takeDelivery() {
        if (order.failure() != null) {
            Throwable failure = order.failure();
            refused(failure);
            order = null;
            growth.to(GrowthState.SETTLED, "no larger map: " + failure);
        } else if (order.map() != null) {
            StoreMap larger = order.map();
            order = null;
            beginMove(larger);
            return 1;
        }
        return 0;
    }

    /**
     * Takes a map for what will come, if it is empty and that is more than the map takes without a move; where there is no memory for one, it
     * grows as it needs to.
     *
     * @param bytes of all keys and entries, as far as they lie in the map
     */
    void expect(long entries, long bytes) {
        if (totals.keys > 0
                || !growth.is(GrowthState.SETTLED)
                || entries <= FULL * current.sizing().entries()) {
            return;
        }
        try {
            beginMove(maker.apply(current.sizing().forAtLeast(entries, bytes)));
        } catch (RuntimeException | OutOfMemoryError e) {
            refused(e);
        }
        while (growth.is(GrowthState.MOVING)) {
            moveStep(MAX);
        }
    }

    private void refused(Throwable e) {
        LOG.warn("the store of {} keys can't move to a larger map: {}", totals.keys, e.toString());
        checkAtPuts = puts + RETRY_PUTS;
        skippedCalls = RETRY_CALLS;
    }

    private void beginMove(StoreMap larger) {
        previous = current;
        current = larger;
        previous.succeededBy(larger);
        move = new MapMove(previous, larger, totals, this::isWalked);
        surePuts = 0;
        countedPuts = puts;
        debt = 0;
        growth.to(GrowthState.MOVING, "the larger map is there");
        LOG.debug("a store of {} keys moves from {} to {}", totals.keys, previous.sizing(), larger.sizing());
    }

    private int moveStep(int least) {
        debt += least + puts - countedPuts;
        countedPuts = puts;
        if (debt < SLICE) {
            return 1;
        }
        int most = (int) Math.min(Math.min(debt, MAX), current.tiersLeft() - 1);
        if (most <= 0) {
            return 0;
        }
        int moved = move.some(most);
        debt = Math.max(0, debt - most);
        surePuts = 0;
        if (move.isOver()) {
            endMove();
        }
        return Math.max(1, moved);
    }

    private void endMove() {
        StoreMap emptied = previous;
        previous = null;
        move = null;
        moves++;
        scan = new StoreWalk(current);
        drop(emptied);
        growth.to(GrowthState.SETTLED, "every entry is in the larger map");
    }

    private void cancelOrder() {
        if (order != null) {
            order.cancel();
            order = null;
            growth.to(GrowthState.SETTLED, "the larger map isn't needed");
        }
    }

    /** Gives a map's memory back once it can no longer be reached. */
    private void drop(StoreMap map) {
        if (walk != null && walk.reaches(map)) {
            retired.add(map);
        } else {
            background.run("store-close", map::close);
        }
    }

    /** These maps are not written any more: ends what is under way for them. */
    void retire() {
        cancelOrder();
    }

    StoreWalk beginWalk() {
        assert walk == null : "one walk at a time";
        walk = new StoreWalk(previous == null ? current : previous);
        return walk;
    }

    void endWalk() {
        walk = null;
        retired.forEach(this::drop);
        retired.clear();
    }

    boolean isWalked() {
        return walk != null;
    }

    /** The first segment, as a scan numbers them, with keys from one on, going round, or -1 when there is none. */
    int nextWithKeys(int from) {
        StoreMap first = previous == null ? current : previous;
        for (int i = 0; i < first.segments(); i++) {
            int segment = from + i & first.segments() - 1;
            if (first.keys(segment) > 0 || first != current && hasKeys(segment, first.segments())) {
                return segment;
            }
        }
        return -1;
    }

    private boolean hasKeys(int segment, int step) {
        for (int part = segment; part < current.segments(); part += step) {
            if (current.keys(part) > 0) {
                return true;
            }
        }
        return false;
    }

    /** How many moves were completed. */
    long moves() {
        return moves;
    }

    GrowthState state() {
        return growth.state();
    }

    /** The states it went through, for tests. */
    StateMachine<GrowthState> growth() {
        return growth;
    }

    /** How far the move under way is, or 100. */
    int percentMoved() {
        return move == null ? 100 : move.percent();
    }

    @Override
    public void close() {
        current.close();
        if (previous != null) {
            previous.close();
        }
    }
}

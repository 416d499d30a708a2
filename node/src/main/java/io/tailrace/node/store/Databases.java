package io.tailrace.node.store;

import io.tailrace.node.platform.Background;
import io.tailrace.wire.record.RecordLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * The databases of one shard, each a {@link Store} of its own. Owned and closed by the shard's reactor thread.
 *
 * <p>A store has a place, which it keeps forever: that of the database it was made for. SWAPDB changes which place a database
 * has, and nothing else; so it costs the same whatever the two hold, and an entry is known by place, key and version however
 * often databases are swapped ({@link DatabasePlaces}).
 *
 * <p>Place 0 has a store from the beginning, of the size that was configured. Any other is made, small, when something is first
 * written there ({@link #toWrite}); until then reads look into a store that stays empty.
 */
public final class Databases implements AutoCloseable {
    private static final long NO_LIMIT = Long.MAX_VALUE;

    private final StoreSizing few;
    private final Background background;
    private final SpareMaps spares;
    private final AccessClock access = new AccessClock();
    /** By place; null where nothing was ever written. */
    private Store[] stores = new Store[1];
    /** Those that are there. */
    private final List<Store> there = new ArrayList<>(1);

    private final DatabasePlaces places = new DatabasePlaces();
    private Store none;
    private Runnable wake = () -> {};
    private long limitBytes = NO_LIMIT;
    private boolean isUndoable;
    private final List<int[]> swapsToUndo = new ArrayList<>();
    private final List<Store> walked = new ArrayList<>();

    public Databases(StoreSizing sizing) {
        this(sizing, sizing, Background.THREADS);
    }

    /**
     * @param sizing of a store in place 0 of which nothing is known, or that was emptied
     * @param now of the one that it begins with
     * @param background as for a {@link Store}
     */
    public Databases(StoreSizing sizing, StoreSizing now, Background background) {
        few = sizing.forFew();
        this.background = background;
        spares = new SpareMaps(background, StoreMap::new, sizing, few);
        add(0, new Store(sizing, now, spares, background));
    }

    /**
     * Has what FLUSHALL and the first write to a database begin with made ahead, by another thread, where it is not there. Called now
     * and then by a node that serves; without it both make it by themselves.
     */
    public void prepareSpares() {
        spares.prepare();
    }

    private void add(int place, Store store) {
        stores[place] = store.inPlace(place);
        store.access(access);
        there.add(store);
    }

    /** What a database holds, for reading only: a store that is always empty where nothing was written yet. */
    public Store of(int database) {
        Store store = at(placeOf(database));
        return store == null ? none() : store;
    }

    private Store none() {
        if (none == null) {
            none = newSmall();
        }
        return none;
    }

    private Store newSmall() {
        return new Store(few, few, spares, background);
    }

    /** What a database holds, to be changed. */
    public Store toWrite(int database) {
        return toWriteAt(placeOf(database));
    }

    /** The store in a place, or null where nothing was ever written. */
    public Store at(int place) {
        return place < stores.length ? stores[place] : null;
    }

    /** The store in a place, to be changed. */
    public Store toWriteAt(int place) {
        Store store = at(place);
        return store == null ? make(place) : store;
    }

    /**
     * Many entries will come to a place: an empty store takes a map for them all, if there is memory for one.
     *
     * @param bytes of all keys and entries, see {@link StoreFigures#mappedBytes}
     */
    public void expect(int place, long entries, long bytes) {
        toWriteAt(place).maps().expect(entries, bytes);
    }

    private Store make(int place) {
        DatabasePlaces.requireDatabase(place);
        Store made = newSmall();
        if (place >= stores.length) {
            stores =
                    Arrays.copyOf(stores, Math.max(place + 1, Math.min(2 * stores.length, RecordLayout.MAX_DATABASES)));
        }
        add(place, made);
        made.onProgress(wake);
        share(made);
        if (isUndoable) {
            made.undo().begin();
        }
        if (!walked.isEmpty()) {
            // not to be visited, but views of what is moved into it must stay as long as those of the others
            made.beginWalk();
            walked.add(made);
        }
        return made;
    }

    /** Where a database is. */
    public int placeOf(int database) {
        return places.placeOf(database);
    }

    /** Which database is in a place. */
    public int databaseAt(int place) {
        return places.databaseAt(place);
    }

    /** As {@link DatabasePlaces#swapped}. */
    public String swapped() {
        return places.swapped();
    }

    /** As {@link DatabasePlaces#arrange}. */
    public void arrange(String swapped) {
        places.arrange(swapped);
    }

    /** As {@link DatabasePlaces#copy}. */
    public IntUnaryOperator places() {
        return places.copy();
    }

    /** The stores that are there, in the order in which they were made; of each {@link Store#place} tells where. */
    public List<Store> stores() {
        return there;
    }

    /** Whether nothing was ever written but to one place. */
    public boolean isOne() {
        return there.size() == 1;
    }

    /** Lets two databases change places. */
    public void swap(int one, int other) {
        places.swap(one, other);
        if (isUndoable) {
            swapsToUndo.add(new int[] {one, other});
        }
    }

    /** Tells how another thread lets the reactor know that {@link #growStep} has something to do. */
    public void onProgress(Runnable newWake) {
        wake = newWake;
        for (Store store : there) {
            store.onProgress(newWake);
        }
    }

    /** Of memory for maps and values of all databases, which a move to a larger map does not exceed. */
    public void limit(long bytes) {
        limitBytes = bytes;
        for (int i = 0; i < there.size(); i++) {
            share(there.get(i));
        }
    }

    /** What the others do not take. */
    private void share(Store store) {
        boolean isAlone = isOne() || limitBytes == NO_LIMIT;
        store.limit(isAlone ? limitBytes : Math.max(0, limitBytes - (usedBytes() - store.usedBytes())));
    }

    /** As {@link Store#growStep}, of all. */
    public int growStep(int least) {
        int work = 0;
        for (int i = 0; i < there.size(); i++) {
            Store store = there.get(i);
            if (there.size() > 1) {
                share(store);
            }
            work += store.growStep(least);
        }
        return work;
    }

    /** As {@link Store#reap}, of all. */
    public int reap(int least) {
        int work = 0;
        for (int i = 0; i < there.size(); i++) {
            work += there.get(i).reap(least);
        }
        return work;
    }

    /** Function libraries, which are of no database; kept by the store in place 0. */
    public Libraries libraries() {
        return stores[0].libraries();
    }

    /** When, or how often, keys of any of them were used. */
    public AccessClock access() {
        return access;
    }

    /** As {@link StoreFigures#droppedValues}, of all. */
    public long droppedValues() {
        return there.stream()
                .mapToLong(store -> store.figures().droppedValues())
                .sum();
    }

    /** As {@link StoreFigures#freedValues}, of all. */
    public long freedValues() {
        return there.stream().mapToLong(store -> store.figures().freedValues()).sum();
    }

    /** As {@link StoreFigures#resetFreedValues}, of all. */
    public void resetFreedValues() {
        there.forEach(store -> store.figures().resetFreedValues());
    }

    /** As {@link Store#isSureToTake}, of each. */
    public boolean isSureToTake(int puts) {
        boolean isSure = true;
        for (int i = 0; i < there.size() && isSure; i++) {
            isSure = there.get(i).isSureToTake(puts);
        }
        return isSure;
    }

    /** From here on everything can be rolled back, until {@link #commit} or {@link #rollBack}. */
    public void beginUndo() {
        assert !isUndoable : "begun twice";
        isUndoable = true;
        for (int i = 0; i < there.size(); i++) {
            there.get(i).undo().begin();
        }
    }

    public boolean isUndoable() {
        return isUndoable;
    }

    /** What was done since {@link #beginUndo} stays. */
    public void commit() {
        isUndoable = false;
        swapsToUndo.clear();
        for (int i = 0; i < there.size(); i++) {
            there.get(i).undo().commit();
        }
    }

    /** As {@link StoreUndo#rollBack}, of all; databases that were swapped since are where they were, too. */
    public boolean rollBack() {
        isUndoable = false;
        for (int i = swapsToUndo.size() - 1; i >= 0; i--) {
            int[] swap = swapsToUndo.get(i);
            places.swap(swap[0], swap[1]);
        }
        swapsToUndo.clear();
        boolean isSpoiled = false;
        for (int i = 0; i < there.size(); i++) {
            isSpoiled |= there.get(i).undo().rollBack();
        }
        return isSpoiled;
    }

    /** As {@link StoreUndo#spoilWalk}, of all. */
    public void spoilWalkIfUndone() {
        for (int i = 0; i < there.size(); i++) {
            there.get(i).undo().spoilWalk();
        }
    }

    /** Removes everything, see {@link Store#clear}. */
    public void clear() {
        for (int i = 0; i < there.size(); i++) {
            there.get(i).clear();
        }
    }

    /** A FLUSHALL done again, see {@link Store#removeOlder}. */
    public void removeOlder(long index, int ordinal) {
        for (int i = 0; i < there.size(); i++) {
            there.get(i).position(index, ordinal);
            there.get(i).removeOlder();
        }
    }

    /** Begins a walk over all that there is for another thread, at most one at a time. */
    public DatabaseWalk beginWalk() {
        assert walked.isEmpty() : "one walk at a time";
        walked.addAll(there);
        return new DatabaseWalk(List.copyOf(there));
    }

    /** Ends the walk, on the reactor thread, after the walking thread is done with it. */
    public void endWalk() {
        walked.forEach(Store::endWalk);
        walked.clear();
    }

    /** Of all databases. */
    public long keys() {
        long sum = 0;
        for (int i = 0; i < there.size(); i++) {
            sum += there.get(i).keys();
        }
        return sum;
    }

    /** Of all databases. */
    public long expiringKeys() {
        long sum = 0;
        for (int i = 0; i < there.size(); i++) {
            sum += there.get(i).expiringKeys();
        }
        return sum;
    }

    /** As {@link StoreFigures#dataBytes}, of all. */
    public long dataBytes() {
        long sum = 0;
        for (int i = 0; i < there.size(); i++) {
            sum += there.get(i).figures().dataBytes();
        }
        return sum;
    }

    /** As {@link Store#usedBytes}, of all: what {@code max-memory} limits. */
    public long usedBytes() {
        long sum = 0;
        for (int i = 0; i < there.size(); i++) {
            sum += there.get(i).usedBytes();
        }
        return sum;
    }

    /** As {@link StoreFigures#committedBytes}, of all. */
    public long committedBytes() {
        long sum = 0;
        for (int i = 0; i < there.size(); i++) {
            sum += there.get(i).figures().committedBytes();
        }
        return sum;
    }

    /** How many moves of a store to a larger map were completed. */
    public long moves() {
        return there.stream().mapToLong(store -> store.figures().moves()).sum();
    }

    /** Of the move under way that is the least far, how much is done; 100 when there is none. */
    public int percentMoved() {
        return there.stream()
                .mapToInt(store -> store.figures().percentMoved())
                .min()
                .orElse(100);
    }

    @Override
    public void close() {
        there.forEach(Store::close);
        if (none != null) {
            none.close();
        }
        spares.close();
    }
}

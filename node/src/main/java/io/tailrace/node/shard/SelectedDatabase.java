package io.tailrace.node.shard;

import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.store.AccessClock;
import io.tailrace.node.store.Databases;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.EntryVisitor;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.StoredValue;

/** The database that a transaction's keys are of, and the time at which it looks at them. Owned by the shard's reactor thread. */
public final class SelectedDatabase {
    private static final long UNREAD = Long.MIN_VALUE;

    private final KeyEvents events;
    private final ChangedKeys changed;
    private Databases databases;
    private int number;
    private Store store;
    private CycleClock clock;
    private long nowEpochMs;

    SelectedDatabase(KeyEvents events, ChangedKeys changed) {
        this.events = events;
        this.changed = changed;
    }

    void begin(Databases shardDatabases, CycleClock shardClock) {
        databases = shardDatabases;
        number = 0;
        store = databases.of(0);
        events.database(0);
        changed.begin();
        clock = shardClock;
        nowEpochMs = UNREAD;
        store.now(clock.epochMs());
    }

    void select(int newNumber) {
        if (newNumber != number) {
            number = newNumber;
            store = databases.of(newNumber);
            events.database(newNumber);
            changed.select(newNumber);
        }
    }

    /** Makes the database if there is none yet, because a command may write to it. */
    void prepare() {
        store = databases.toWrite(number);
    }

    /** Two databases have changed their contents. */
    void swapped() {
        store = databases.of(number);
    }

    Databases databases() {
        return databases;
    }

    int number() {
        return number;
    }

    Store store() {
        return store;
    }

    /** A value to open in it: the one given, if there is one, or a new one. */
    StoredValue ownedBy(StoredValue used) {
        return used == null ? new StoredValue(store) : used.use(store);
    }

    void at(long epochMs) {
        nowEpochMs = epochMs;
    }

    /** See {@link Transaction#nowEpochMs}. */
    long nowEpochMs() {
        if (nowEpochMs == UNREAD) {
            nowEpochMs = clock.refreshEpochMs();
        }
        return nowEpochMs;
    }

    /** When keys were used. */
    public AccessClock access() {
        return store.access();
    }

    /** Bytes that an opened value, which is there, takes with its key. */
    public long bytesOf(StoredValue opened) {
        return store.figures().cost(opened.keyLength(), opened.entry());
    }

    /** How many keys the database has; those past their deadline count until they are removed, as in Redis. */
    public long keyCount() {
        return store.keys();
    }

    /** How many steps {@link #scan} has: {@link Store#segments}. */
    public int scanSteps() {
        return store.segments();
    }

    /**
     * Visits some of the keys, each in exactly one step. A step's number means the same until the store grows or is
     * emptied, see {@link Store#segments}.
     */
    public void scan(int step, EntryVisitor visitor) {
        store.scan(step, (keyAddress, keyLength, scanned) -> {
            if (!isPast(scanned.expireAtEpochMs())) {
                visitor.entry(keyAddress, keyLength, scanned);
            }
        });
    }

    boolean isPast(long deadline) {
        return deadline != Entry.NO_EXPIRY && deadline <= nowEpochMs();
    }
}

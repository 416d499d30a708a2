package io.tailrace.node.shard;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.BacklogException;
import io.tailrace.node.backlog.LogParts;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.store.Databases;
import io.tailrace.node.store.Libraries;
import io.tailrace.node.store.LibrarySet;
import io.tailrace.node.store.Store;
import io.tailrace.node.value.CollectionTypes;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.util.function.Predicate;

/**
 * One shard's data: the databases and the log they are derived from. Owned and closed by its reactor thread, which is its only
 * writer.
 *
 * <p>Every write takes one way: a {@link Transaction} carries effects out and notes them, {@link #commit} appends them to the log
 * as one record, and only then can anything of it be seen; the client is answered after that. On a replica records come from the
 * primary and take {@link #follow} instead: same index, same bytes.
 */
public final class Shard implements AutoCloseable {
    private final ShardSettings settings;
    private final CycleClock clock;
    private final ShardSharing sharing;
    private final Watches watches = new Watches();
    private final CollectionTypes types;
    private final KeyEvents events;
    private final EffectApplier applier;
    private final ShardTransactions transactions;
    private final MemoryLimit memory;
    private final ShardLog log;
    private final ChangeTeller teller;
    private final ShardCounts counts = new ShardCounts();
    private ShardData data;
    private Databases databases;
    private Backlog backlog;
    private volatile Libraries libraries;
    private Snapshots snapshots;
    private Runnable progress = () -> {};
    private boolean isExpiringActively = true;
    private volatile Predicate<String> isSnapshotHeld = id -> false;

    /** A shard with no data yet: {@link #install} gives it some. */
    public Shard(ShardSettings settings, CycleClock clock) {
        this.settings = settings;
        this.clock = clock;
        types = settings.newTypes();
        events = new KeyEvents(types);
        applier = new EffectApplier(watches, types, this::moved, clock::epochMs);
        applier.events(events);
        log = new ShardLog(settings, clock);
        teller = new ChangeTeller(watches, events);
        sharing = new ShardSharing(settings, log);
        ShardTransaction transaction =
                new ShardTransaction(log.record(), settings, log::admit, types, watches, events, this::moved);
        transactions = new ShardTransactions(settings.id(), clock, watches, log, transaction, teller);
        memory = new MemoryLimit(this, clock.micros() + settings.id());
    }

    /** Rebuilds the data of a directory, or begins with none. */
    public void open(ShardDirectory from) throws IOException, RebuildException {
        open(from, QueueIndex.NONE, LoadProgress.unwatched());
    }

    /**
     * The same, but only if the queue finds its end where it is.
     *
     * @param expectedLast the log's last record, or {@link QueueIndex#NONE} when that is not known
     * @param progress told how far it is
     * @throws BacklogException when the queue can't be opened, or finds another end
     */
    public void open(ShardDirectory from, long expectedLast, LoadProgress progress)
            throws IOException, RebuildException {
        new Rebuild(from, settings, applier, expectedLast, progress).into(this::install);
    }

    /** Takes its first data. */
    void install(ShardData first) {
        assert data == null : data;
        take(first);
        counts.loaded(databases.keys());
        data.keepHistory();
    }

    /** Once a second: writes what the disk did not take before. */
    public void onSecond() {
        data.retryHistory();
    }

    /** Takes data whose history is on the disk; gives what it had before, which is no longer used. */
    ReplacedData replace(ShardData newData) {
        ReplacedData old = new ReplacedData(data, snapshots);
        newData.backlog().parts().ahead(settings.shardCount() > 1);
        take(newData);
        counts.loaded(databases.keys());
        return old;
    }

    private void take(ShardData newData) {
        Databases before = databases;
        if (backlog != null && backlog.parts().isAhead()) {
            // whatever is done to the log: until it is found to be closed with the others
            newData.backlog().parts().ahead(true);
        }
        data = newData;
        databases = newData.databases();
        databases.onProgress(progress);
        libraries = databases.libraries();
        libraries.publish();
        backlog = newData.backlog();
        log.use(newData);
        sharing.use(backlog);
        try {
            snapshots = new Snapshots(this);
        } catch (IOException e) {
            throw cannotWrite(e);
        }
        log.neededBySnapshots(snapshots::neededFrom);
        transactions.use(databases, snapshots::spoil);
        if (before != null && before != databases) {
            watches.replace(before, databases, clock.epochMs());
        }
    }

    private BacklogException cannotWrite(IOException e) {
        return new BacklogException("can't write to " + data.directory() + ": " + e.getMessage(), e);
    }

    /** What knows the types of collections, on the reactor thread. */
    public CollectionTypes types() {
        return types;
    }

    /** A large collection was renamed: a snapshot under way must have it under its new key. A start redoes that before there is one. */
    private void moved(int place, long key, int keyLength) {
        if (snapshots != null) {
            databases.spoilWalkIfUndone();
            snapshots.moved(place, key, keyLength);
        }
    }

    /** Tells how another thread lets the reactor know that there is something to poll for. */
    public void onProgress(Runnable wake) {
        progress = wake;
        log.onProgress(wake);
    }

    Runnable progress() {
        return progress;
    }

    /** Whether keys past their deadline are removed without being asked for (DEBUG SET-ACTIVE-EXPIRE). */
    public void expiresActively(boolean isOn) {
        isExpiringActively = isOn;
    }

    public boolean isExpiringActively() {
        return isExpiringActively;
    }

    public int id() {
        return settings.id();
    }

    public ShardSettings settings() {
        return settings;
    }

    public CycleClock clock() {
        return clock;
    }

    /** What it shares with the other shards of the node. */
    public ShardSharing sharing() {
        return sharing;
    }

    public Databases databases() {
        return databases;
    }

    /** What database 0 holds. */
    public Store store() {
        return databases.of(0);
    }

    /** The function libraries that are committed. Any thread. */
    public LibrarySet libraries() {
        return libraries == null ? LibrarySet.EMPTY : libraries.published();
    }

    /** What else INFO tells of it. */
    public ShardCounts counts() {
        return counts;
    }

    /** What keeps the store below {@code max-memory}. */
    public MemoryLimit memory() {
        return memory;
    }

    /** Tells on the disk that the shard is not served before the others have what it needs of them. */
    public AheadMark aheadMark() {
        return data.aheadMark();
    }

    public ShardDirectory directory() {
        return data.directory();
    }

    public Backlog backlog() {
        return backlog;
    }

    /** What it does with the log that it owns. */
    public ShardLog log() {
        return log;
    }

    public History history() {
        return data.history();
    }

    public Snapshots snapshots() {
        return snapshots;
    }

    /** What other threads read of the data. */
    public SharedReads reads() {
        return data.reads();
    }

    /** Tells which snapshots, by their ids, are needed although there are newer ones; asked by other threads. */
    public void heldSnapshots(Predicate<String> ids) {
        isSnapshotHeld = ids;
    }

    boolean isSnapshotHeld(String id) {
        return isSnapshotHeld.test(id);
    }

    /**
     * Ends cleanly: everything on the disk, with a snapshot that makes the next start short. The log gets no record by
     * it, which replicas could not have any more.
     */
    public void finish() {
        snapshots.finish();
        backlog.sync().now();
    }

    /**
     * Begins the transaction of one command, or of all commands of a MULTI; {@link #commit} or {@link #abandon} ends it.
     *
     * @param isUndoable whether it may have effects that are not promised before the first, see {@link Transaction}
     */
    public Transaction begin(boolean isUndoable) {
        return transactions.begin(isUndoable);
    }

    /** The same of a command that may share its record with others of its batch; {@link #commitNext} ends it. */
    public Transaction beginNext() {
        return transactions.beginNext();
    }

    /** Logs what the transaction has done, now or with its batch. */
    public void commitNext() {
        transactions.commitNext();
    }

    /** The transaction under way, and what all of them have in common. */
    public ShardTransactions transactions() {
        return transactions;
    }

    /** Logs what the transaction has done; nothing of it may be seen before this. */
    public void commit() {
        transactions.commit();
    }

    /** Which clients cache what. */
    public KeyTracking tracking() {
        return watches.tracking();
    }

    /** What is told of changes of keys: keyspace notifications. */
    public KeyEvents events() {
        return events;
    }

    /** Tells who hears of keys of collections that clients may wait for, when a transaction that made them is logged. */
    public void onKeysMade(KeysMadeListener listener) {
        teller.onKeysMade(listener);
    }

    /** Rolls back what the transaction has done, after a refusal. */
    public void abandon() {
        transactions.abandon();
    }

    /**
     * Before following a primary: removes the newest segments that hold nothing but their opening record, which a start
     * as a primary leaves; no primary's log has them. They stay where the only snapshot that a start could use ends in one
     * of them: the primary then lets this shard rewind over them.
     *
     * @return false as long as a snapshot is being written, which is asked to end: call it again then
     */
    public boolean dropEmptySegments() {
        try {
            int kept = data.countWithoutEmptyTail();
            boolean isDue = kept < backlog.segments().size() && data.isRebuildableWith(kept);
            if (!isDue || !snapshots.hasEnded()) {
                return !isDue;
            }
            LogParts before = backlog.parts();
            take(data.withSegments(kept));
            backlog.parts().openedAgain(before);
            return true;
        } catch (IOException | RuntimeException e) {
            throw new ShardFailedException(id(), "can't remove the empty segments at the log's end: " + e.getMessage());
        }
    }

    /** Whether the log holds no write at all: opening records only, from the first record on. */
    public boolean isBlank() {
        return data.isBlank();
    }

    /** Whether the log still begins with the first record of all. */
    public boolean isWhole() {
        return data.isWhole();
    }

    /**
     * Takes a record from the primary: into the log at the same index, then into the store.
     *
     * @return null, or why it can't be taken; then nothing of it was
     */
    public String follow(long index, RecordView received) {
        String problem;
        try {
            problem = data.follow(applier, index, received);
        } catch (RuntimeException | Error e) {
            throw new ShardFailedException(id(), index, e);
        }
        teller.publish();
        if (problem == null && QueueIndex.sequence(index) == 0) {
            log.trim();
        } else if (problem == null) {
            teller.followed(received, applier);
        }
        libraries.publish();
        return problem;
    }

    /** Why {@link #follow} would not take a part of a transaction, or null. */
    public String refusalOf(long index, RecordView received) {
        return data.refusal(applier, index, received);
    }

    /** Adds a key of database 0 to a client's watch. */
    public void watch(WatchSet set, long keyAddress, int keyLength) {
        watch(set, 0, keyAddress, keyLength);
    }

    /** Adds a key to a client's watch. */
    public void watch(WatchSet set, int database, long keyAddress, int keyLength) {
        watches.watch(set, database, keyAddress, keyLength, databases, clock.refreshEpochMs());
    }

    public void unwatch(WatchSet set) {
        watches.unwatch(set);
    }

    /** Whether a watched key was written since, or has passed its deadline by the time of the transaction that has begun. */
    public boolean isTouched(WatchSet set) {
        return watches.isTouched(set, databases, transactions.nowEpochMs());
    }

    private void closeData() {
        if (snapshots != null) {
            snapshots.cancel();
        }
        if (data != null) {
            data.close();
        }
    }

    @Override
    public void close() {
        closeData();
        log.close();
        transactions.close();
        watches.close();
    }
}

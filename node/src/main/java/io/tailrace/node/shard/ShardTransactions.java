package io.tailrace.node.shard;

import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.store.Databases;
import io.tailrace.wire.record.ShardIndexes;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Begins and ends the transactions of one shard, one at a time. Owned by the shard's reactor thread, or the thread that holds the shard.
 *
 * <pre>
 *  a transaction of    begins with         is logged by        and told of by     or is rolled back by
 *  one shard           {@link #begin}      {@link #commit}     {@link #commit}    {@link #abandon}
 *  several shards      {@link #beginPart}  {@link #logPart}    {@link #settlePart}  {@link #abandon}
 * </pre>
 *
 * <p>Nothing of it can be seen before it is logged, and clients are answered after that.
 */
public final class ShardTransactions implements AutoCloseable {
    private final int shard;
    private final CycleClock clock;
    private final Watches watches;
    private final ShardLog log;
    private final ShardTransaction transaction;
    private final ChangeTeller teller;
    private Databases databases;
    private Consumer<String> spoilSnapshot;
    private long effectsCommitted;
    /** Of the transaction, without notes. */
    private int effects;

    private long usedAtBegin;

    /** @param teller told of what is committed */
    ShardTransactions(
            int shard,
            CycleClock clock,
            Watches watches,
            ShardLog log,
            ShardTransaction transaction,
            ChangeTeller teller) {
        this.shard = shard;
        this.clock = clock;
        this.watches = watches;
        this.log = log;
        this.transaction = transaction;
        this.teller = teller;
    }

    /**
     * The shard has this data from here on.
     *
     * @param spoil makes a snapshot that is being written fail, for a reason
     */
    void use(Databases newDatabases, Consumer<String> spoil) {
        databases = newDatabases;
        spoilSnapshot = spoil;
    }

    /** @param isUndoable whether it may have effects that are not promised before the first, see {@link Transaction} */
    Transaction begin(boolean isUndoable) {
        usedAtBegin = databases.usedBytes();
        transaction.begin(databases, clock, isUndoable);
        return transaction;
    }

    /** Begins what may become a part of a transaction over several shards; it sees the same time as the others. */
    ShardTransaction beginPart(long nowEpochMs) {
        clock.tick();
        begin(true);
        transaction.at(nowEpochMs);
        return transaction;
    }

    /** Effects committed since the start, by clients and by expiry: Redis's {@code rdb_changes_since_last_save} counts such. */
    public long effectsCommitted() {
        return effectsCommitted;
    }

    /** What look-ups of keys count. */
    public KeyLookups lookups() {
        return transaction.lookups();
    }

    /** @param when whether clients may write here: {@link Transaction#isWritable} */
    public void writableWhen(BooleanSupplier when) {
        transaction.writableWhen(when);
    }

    /** Whether the transaction makes the store take more memory, once what it has replaced is freed. */
    public boolean hasGrown() {
        return databases.committedBytes() > usedAtBegin;
    }

    /** Whether the transaction has effects here. */
    boolean hasEffects() {
        return !transaction.isEmpty();
    }

    /** A client that tracks keys has read one in the transaction that is under way. */
    public void read(KeyTracking.Tracker tracker, long key, int length) {
        watches.tracking()
                .readWithin(
                        tracker, key, length, transaction.changed().touched().count());
    }

    /** The time that the transaction sees. */
    long nowEpochMs() {
        return transaction.nowEpochMs();
    }

    /** Logs what the transaction has done; nothing of it may be seen before this. */
    void commit() {
        if (databases.isUndoable()) {
            databases.commit();
        }
        if (!transaction.isEmpty()) {
            complete();
            log.append();
        }
        settle();
    }

    /** Nothing follows but notes. */
    void complete() {
        effects = log.record().commandCount();
        transaction.logEvents();
    }

    /** Logs this shard's part of a transaction, whose other parts must follow at once, or have gone before. */
    void logPart(ShardIndexes parts, ShardIndexes needs, long commitMicros) {
        databases.commit();
        log.appendPart(parts, needs, commitMicros);
    }

    /** All parts are logged. */
    void settlePart() {
        if (databases.isUndoable()) {
            databases.commit();
        }
        settle();
    }

    /** Tells of what is logged, or that there was nothing to log. */
    private void settle() {
        if (transaction.isEmpty()) {
            teller.publish();
            return;
        }
        databases.libraries().publish();
        effectsCommitted += effects;
        teller.committed(log.record(), transaction.changed());
    }

    /**
     * Rolls back what the transaction has done, after a refusal. One that is not undoable has done nothing then, as all of its
     * effects were promised before the first.
     */
    void abandon() {
        watches.tracking().forget();
        if (databases.isUndoable()) {
            if (databases.rollBack()) {
                spoilSnapshot.accept("a transaction was rolled back that it had a part of");
            }
        } else if (!transaction.isEmpty()) {
            throw new ShardFailedException(
                    shard, log.nextIndex(), new IllegalStateException("a refusal after a change"));
        }
    }

    @Override
    public void close() {
        transaction.close();
    }
}

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
 *  a transaction of      begins with         is logged by            and told of by        or is rolled back by
 *  one shard             {@link #begin}      {@link #commit}         {@link #commit}       {@link #abandon}
 *  one shard, in a batch {@link #beginNext}  {@link #closeBatch}     nobody is to be told  {@link #abandon}
 *  several shards        {@link #beginPart}  {@link #logPart}        {@link #settle}   {@link #abandon}
 * </pre>
 *
 * <p>Nothing of it can be seen before it is logged, and clients are answered after that.
 *
 * <p>A batch is what one connection has sent at once. Its commands are carried out one by one, and as none of them is answered before the last,
 * their effects may share a record: to append one takes a good part of the time that a small command takes.
 *
 * <pre>
 *  {@link #openBatch}                    the record:
 *    SET a 1     {@link #beginNext} {@link #commitNext}    SET a 1
 *    HSET b ..   {@link #beginNext} {@link #abandon}       SET a 1                      refused before its first effect
 *    INCR c      {@link #beginNext} {@link #commitNext}    SET a 1, SET c 5
 *    EXEC        {@link #closeBatch} {@link #begin} ..     logged; a transaction has a record of its own
 *    SET d 1     {@link #beginNext} {@link #commitNext}    SET d 1
 *  {@link #endBatch}                     logged
 * </pre>
 *
 * <p>It is closed as soon as its record has the bytes of {@code batch-size}, by any transaction that does not belong to it, and before
 * anything that looks at the log; and a transaction that somebody is to be told of is logged when it ends, with those before it.
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

    private int batchBytes;
    private boolean isInBatch;
    /** The record has transactions of the batch that are committed and not logged. */
    private boolean isBatchOpen;

    /** So much of it. */
    private int batchLength;

    private int batchCommands;
    /** Stays so when it fails. */
    private boolean isAppending;

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
        closeBatch();
        return beginIn(isUndoable);
    }

    /** Begins one that may share its record with those of the same batch before it, if it ends with {@link #commitNext}. */
    Transaction beginNext() {
        if (isBatchOpen && log.record().length() >= batchBytes) {
            closeBatch();
        }
        return beginIn(false);
    }

    private Transaction beginIn(boolean isUndoable) {
        usedAtBegin = databases.usedBytes();
        transaction.begin(databases, clock, isUndoable, isBatchOpen);
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
        if (!transaction.isEmpty()) {
            complete();
            logWhole();
        }
        settle();
    }

    /** Logs all of a transaction that is about this shard alone, which is complete. */
    void logWhole() {
        if (databases.isUndoable()) {
            databases.commit();
        }
        append();
    }

    /** Commands of one connection follow that came together: none of them is answered before {@link #endBatch}. */
    public void openBatch() {
        isInBatch = batchBytes > 0;
    }

    /** @param bytes of a record that no command is added to any more, 0 for a record for each */
    public void batchBytes(int bytes) {
        batchBytes = bytes;
    }

    /** The same as {@link #commit}, but that the record may be logged when the batch is closed. */
    void commitNext() {
        if (!isInBatch || !teller.isQuiet()) {
            if (transaction.isEmpty()) {
                closeBatch();
            }
            isBatchOpen = false;
            commit();
        } else if (!transaction.isEmpty()) {
            isBatchOpen = true;
            batchLength = log.record().length();
            batchCommands = log.record().commandCount();
            effectsCommitted += transaction.count();
        }
    }

    /** Logs what was committed and is not logged yet. */
    public void closeBatch() {
        if (isBatchOpen && !isAppending) {
            // without what a command has left behind that failed
            log.record().truncate(batchLength, batchCommands);
            append();
            isBatchOpen = false;
        }
    }

    /** Logs it, and no other transaction shares a record. */
    public void endBatch() {
        closeBatch();
        isInBatch = false;
    }

    /** Whether something is committed that is logged with what follows. */
    public boolean isBatchOpen() {
        return isBatchOpen;
    }

    /** The index of the newest record that a command has written to: the next one's while a batch is open. */
    public long lastIndex() {
        return isBatchOpen ? log.nextIndex() : log.lastIndex();
    }

    /** Whether something could not be logged that was committed: those who wait for it must not be answered. */
    public boolean hasUnlogged() {
        return isBatchOpen || isAppending;
    }

    private void append() {
        isAppending = true;
        log.append();
        isAppending = false;
    }

    /** Nothing follows but notes. */
    void complete() {
        effects = transaction.count();
        transaction.logEvents();
    }

    /** Logs this shard's part of a transaction, whose other parts must follow at once, or have gone before. */
    void logPart(ShardIndexes parts, ShardIndexes needs, long commitMicros) {
        databases.commit();
        log.appendPart(parts, needs, commitMicros);
    }

    /** All is logged, or there was nothing to log: tells of it. */
    void settle() {
        if (databases.isUndoable()) {
            databases.commit();
        }
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

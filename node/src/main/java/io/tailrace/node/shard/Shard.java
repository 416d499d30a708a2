package io.tailrace.node.shard;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.store.Store;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.Chain;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordBuilder;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import java.io.IOException;

/**
 * One shard's data: the store and the log it is derived from. Owned and closed by its reactor thread, which is its only
 * writer.
 *
 * <p>Every write takes one way: a {@link Transaction} collects effects, {@link #commit} appends them to the log as one
 * record, and only then changes the store; whoever asked is answered after that. On a replica records come from the
 * primary and take {@link #follow} instead: same index, same bytes.
 */
public final class Shard implements AutoCloseable {
    private final ShardSettings settings;
    private final CycleClock clock;
    private final RecordBuilder record = new RecordBuilder();
    private final RecordBuilder opening = new RecordBuilder(1 << 10);
    private final Watches watches = new Watches();
    private final EffectApplier applier = new EffectApplier(watches);
    private final Transaction transaction;
    private ShardDirectory directory;
    private Store store;
    private Backlog backlog;
    private History history;
    private Snapshots snapshots;
    private long effectsCommitted;

    /** A shard with no data yet: {@link #install} gives it some. */
    public Shard(ShardSettings settings, CycleClock clock) {
        this.settings = settings;
        this.clock = clock;
        transaction = new Transaction(record, settings.maxValueLength(), settings.maxRecordLength());
    }

    /** Rebuilds the data of a directory, or begins with none. */
    public void open(ShardDirectory from) throws IOException, RebuildException {
        new Rebuild(from, settings, applier).into(this);
    }

    /** Takes a store, the log it was built from and that log's history; what it had before is closed. */
    public void install(ShardDirectory newDirectory, Store newStore, Backlog newBacklog, History newHistory) {
        closeData();
        directory = newDirectory;
        store = newStore;
        backlog = newBacklog;
        history = newHistory;
        try {
            snapshots = new Snapshots(this);
            directory.writeHistory(history);
        } catch (IOException e) {
            throw Rebuild.cannotWrite(directory, e);
        }
        watches.touchAll();
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

    public Store store() {
        return store;
    }

    public ShardDirectory directory() {
        return directory;
    }

    public Backlog backlog() {
        return backlog;
    }

    public History history() {
        return history;
    }

    public Snapshots snapshots() {
        return snapshots;
    }

    EffectApplier applier() {
        return applier;
    }

    /** Deletes segments past the budget that nobody needs any more. */
    public void trimBacklog() {
        backlog.trim(snapshots.neededFrom());
    }

    /** Ends cleanly: everything on the disk, with a snapshot that makes the next start short. */
    public void finish(boolean isPrimary) {
        snapshots.finish(isPrimary);
        backlog.force();
    }

    /** Effects committed since the start, by clients and by expiry: Redis's {@code rdb_changes_since_last_save} counts such. */
    public long effectsCommitted() {
        return effectsCommitted;
    }

    /** Begins the transaction of one command, or of all commands of a MULTI. */
    public Transaction begin(boolean isMulti) {
        transaction.begin(store, clock.millis(), isMulti);
        return transaction;
    }

    /**
     * Logs, then applies, what the transaction wants.
     *
     * @return null when that is done or nothing was wanted, or the error for the client: then nothing was changed
     */
    public String commit() {
        if (transaction.isEmpty()) {
            return null;
        }
        if (!store.canTake(transaction.puts())) {
            return "OOM command not allowed: the store of shard " + id() + " is full; delete keys, or restart with a"
                    + " larger max-entries";
        }
        String refusal = backlog.refusal(record.length());
        if (refusal != null) {
            return "MISCONF Errors writing to the log: " + refusal;
        }
        if (backlog.isSegmentFull()) {
            openSegment();
        }
        record.seal(clock.micros(), backlog.lastChain());
        long index = backlog.nextIndex();
        backlog.append(index, record.address(), record.length(), record.chain());
        applier.apply(transaction.effects(), record.address(), store, index);
        effectsCommitted += transaction.effects().count();
        return null;
    }

    /** Opens a new segment of the same history. */
    public void openSegment() {
        SegmentRecord newest = backlog.newestOpening();
        openSegment(newest.history(), newest.term());
    }

    /** Opens a new segment that begins a new history: a promotion, or the first record of all. */
    public void beginHistory(String historyId) {
        SegmentRecord newest = backlog.newestOpening();
        openSegment(historyId, newest == null ? 1 : newest.term() + 1);
    }

    private void openSegment(String historyId, long term) {
        SegmentRecord newest = backlog.newestOpening();
        boolean isFirst = newest == null;
        SegmentRecord next = new SegmentRecord(
                historyId,
                term,
                isFirst ? null : newest.history(),
                isFirst ? QueueIndex.NONE : backlog.lastIndex(),
                backlog.lastChain(),
                backlog.denseCount(),
                settings.shardCount(),
                id());
        next.encode(opening);
        opening.seal(clock.micros(), backlog.lastChain());
        long index = backlog.nextSegmentIndex();
        backlog.append(index, opening.address(), opening.length(), opening.chain());
        observe(next, index);
        if (!isFirst && snapshots != null) {
            trimBacklog();
        }
    }

    private void observe(SegmentRecord segment, long index) {
        if (history.observe(segment, index)) {
            try {
                directory.writeHistory(history);
            } catch (IOException e) {
                throw Rebuild.cannotWrite(directory, e);
            }
        }
    }

    /**
     * Takes a record from the primary: into the log at the same index, then into the store.
     *
     * @param isRedo whether the store may already contain it, as after a snapshot
     * @return null, or why it can't be taken; then nothing of it was
     */
    public String follow(long index, RecordView received, boolean isRedo) {
        String problem = received.problem();
        if (problem != null) {
            return "record " + QueueIndex.toString(index) + ": " + problem;
        }
        long chain = Chain.next(backlog.lastChain(), received.address(), received.length());
        if (chain != received.chain()) {
            return "chain mismatch at " + QueueIndex.toString(index) + ": computed " + HexText.of(chain)
                    + ", record says " + HexText.of(received.chain());
        }
        if (!backlog.isEmpty() && !QueueIndex.follows(index, backlog.lastIndex())) {
            return "record " + QueueIndex.toString(index) + " does not follow "
                    + QueueIndex.toString(backlog.lastIndex());
        }
        boolean isSegment = QueueIndex.sequence(index) == 0;
        if (isSegment != (received.kind() == RecordLayout.KIND_SEGMENT)) {
            return "record " + QueueIndex.toString(index) + " is of kind " + received.kind();
        }
        if (isSegment) {
            return followSegment(index, received, chain);
        }
        if (!store.canTake(received.commandCount())) {
            return "the store of shard " + id() + " is full; restart with a larger max-entries";
        }
        String refusal = backlog.refusal(received.length());
        if (refusal != null) {
            return refusal;
        }
        backlog.append(index, received.address(), received.length(), chain);
        return applier.apply(received, store, index, isRedo);
    }

    private String followSegment(long index, RecordView received, long chain) {
        SegmentRecord segment;
        try {
            segment = SegmentRecord.parse(received);
        } catch (IllegalArgumentException e) {
            return "record " + QueueIndex.toString(index) + ": " + e.getMessage();
        }
        if (segment.shardCount() != settings.shardCount() || segment.shard() != id()) {
            return "record " + QueueIndex.toString(index) + " is of shard " + segment.shard() + " of "
                    + segment.shardCount() + ", this is shard " + id() + " of " + settings.shardCount();
        }
        backlog.append(index, received.address(), received.length(), chain);
        observe(segment, index);
        if (snapshots != null) {
            trimBacklog();
        }
        return null;
    }

    /** Adds a key to a client's watch. */
    public void watch(WatchSet set, long keyAddress, int keyLength) {
        Transaction now = begin(false);
        boolean isExpired = !now.find(keyAddress, keyLength) && now.isStored(keyAddress, keyLength);
        watches.watch(set, Memory.toBytes(keyAddress, keyLength), isExpired);
    }

    public void unwatch(WatchSet set) {
        watches.unwatch(set);
    }

    /** Whether a watched key was written since, or has passed its deadline. */
    public boolean isTouched(WatchSet set) {
        return set.isTouched || set.keys.stream().anyMatch(this::hasExpired);
    }

    private boolean hasExpired(Watches.Key key) {
        if (key.wasExpired) {
            return false;
        }
        byte[] bytes = key.bytes();
        opening.begin(RecordLayout.KIND_EFFECT);
        opening.command(1);
        int offset = opening.argumentOf(bytes.length);
        long address = opening.address() + offset;
        Memory.copyIn(bytes, 0, address, bytes.length);
        Transaction now = begin(false);
        return !now.find(address, bytes.length) && now.isStored(address, bytes.length);
    }

    private void closeData() {
        if (store != null) {
            snapshots.cancel();
            store.close();
            backlog.close();
        }
    }

    @Override
    public void close() {
        closeData();
        record.close();
        opening.close();
        applier.close();
    }
}

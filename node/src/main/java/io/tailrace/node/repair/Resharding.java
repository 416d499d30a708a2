package io.tailrace.node.repair;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.BacklogSettings;
import io.tailrace.node.backlog.LogCheck;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.shard.EntryBatch;
import io.tailrace.node.shard.History;
import io.tailrace.node.shard.KeySlot;
import io.tailrace.node.shard.LibraryEffects;
import io.tailrace.node.shard.LoadProgress;
import io.tailrace.node.shard.RebuildException;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.node.shard.ShardSettings;
import io.tailrace.node.shard.SnapshotOutput;
import io.tailrace.node.store.DatabaseWalk;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.StoreSizing;
import io.tailrace.node.value.CollectionTypes;
import io.tailrace.node.value.FrozenValue;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.snapshot.SnapshotWriter;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.EntryImage;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordBuilder;
import io.tailrace.wire.record.SegmentRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Divides the data of a node's shards again among another number of them. Each new shard is a snapshot and a log that begins with one
 * record, as a replica's after a full sync: the opening of a segment, of a new history, after all records of the old shards, whose
 * versions the entries keep. One old shard at a time is built in memory. Used by one thread.
 *
 * <pre>
 *  old shard 0   log | r | r | r |            new shard 0   log             | opening S:0 |
 *  old shard 1   log | r | r | r | r |        new shard 1   log             | opening S:0 |
 *                                             new shard 2   log             | opening S:0 |
 *                                  ^ S-1 at most            snapshot A = B = S:0
 * </pre>
 */
public final class Resharding implements AutoCloseable {
    private static final long SMALL_SEGMENT = 1 << 20;
    /** As long as the settings allow, and room for the rest. */
    private static final int MAX_VALUE = 256 << 20;

    private static final int MAX_RECORD = MAX_VALUE + (128 << 10);
    private static final int KEYS_AT_FIRST = 100_000;
    private static final int KEY_BYTES = 32;
    private static final int VALUE_BYTES = 128;

    private final Path dataDirectory;
    private final int shards;
    private final String history;
    private final long micros;
    private final List<SnapshotWriter> writers = new ArrayList<>();
    private final List<SnapshotOutput> outputs = new ArrayList<>();
    private final NativeBuffer keyBytes = new NativeBuffer(KEY_BYTES);
    private Store walked;
    private int database;
    private long[] counts;
    private SegmentRecord[] openings;
    private long[] chains;
    private long first;

    /**
     * @param shards how many there shall be
     * @param history that begins
     * @param micros the time, microseconds since the epoch
     */
    public Resharding(Path dataDirectory, int shards, String history, long micros) {
        this.dataDirectory = dataDirectory;
        this.shards = shards;
        this.history = history;
        this.micros = micros;
    }

    /** Divides the data of all old shards, whose directories no other process uses; durable when the call returns. */
    public void run(List<ShardDirectory> old) throws IOException, RebuildException {
        begin(old);
        for (int shard = 0; shard < old.size(); shard++) {
            divide(old.get(shard), shard, old.size());
        }
        for (int shard = 0; shard < shards; shard++) {
            writers.get(shard).finish(first, chains[shard], openings[shard].recordsBefore() + 1);
        }
    }

    private void begin(List<ShardDirectory> old) throws IOException {
        long last = 0;
        long records = 1;
        long term = 0;
        for (ShardDirectory directory : old) {
            LogCheck check = LogCheck.of(directory.queue(), 0);
            last = Math.max(last, check.lastIndex());
            records = Math.max(records, check.recordCount());
            long[] terms = {0};
            check.forEachOpening((opening, index) -> terms[0] = Math.max(terms[0], opening.term()));
            term = Math.max(term, terms[0]);
        }
        first = QueueIndex.of(QueueIndex.segment(last) + 1, 0);
        counts = new long[shards];
        openings = new SegmentRecord[shards];
        chains = new long[shards];
        for (int shard = 0; shard < shards; shard++) {
            openings[shard] = new SegmentRecord(
                    history,
                    term + 1,
                    new SegmentRecord.Previous(origin(), last, chainBefore(shard), records),
                    shards,
                    shard);
            beginShard(shard);
        }
    }

    /** Records before the first there are none: no other node has a history or a chain of theirs. */
    private String origin() {
        return new StringBuilder(history).reverse().toString();
    }

    private long chainBefore(int shard) {
        return HexText.parse(history.substring(0, HexText.CHAIN_LENGTH)) + shard;
    }

    private void beginShard(int shard) throws IOException {
        ShardDirectory directory = ShardDirectory.open(ShardDirectory.root(dataDirectory, shard));
        SegmentRecord opening = openings[shard];
        BacklogSettings settings =
                new BacklogSettings(SMALL_SEGMENT, 2 * SMALL_SEGMENT, (int) SMALL_SEGMENT, "disk-restore");
        try (RecordBuilder record = new RecordBuilder();
                Backlog log = Backlog.open(directory.queue(), settings)) {
            opening.encode(record);
            record.seal(micros, opening.previousChain());
            log.continueChain(opening.previousChain());
            log.append(first, record.address(), record.length(), record.chain());
            log.sync().now();
            chains[shard] = record.chain();
        }
        History list = History.parse("");
        list.observe(opening, first, micros);
        directory.writeHistory(list.text());
        writers.add(new SnapshotWriter(
                directory.snapshots(),
                new SnapshotHeader(
                        shard,
                        shards,
                        history,
                        new SnapshotHeader.Begin(first, opening.previousChain(), opening.recordsBefore()),
                        micros,
                        list.text().lines().toList(),
                        List.of())));
        outputs.add(new SnapshotOutput(writers.get(shard)));
    }

    private void divide(ShardDirectory directory, int id, int count) throws IOException, RebuildException {
        ShardSettings settings = new ShardSettings(
                id,
                count,
                new StoreSizing(KEYS_AT_FIRST, KEY_BYTES, VALUE_BYTES),
                new BacklogSettings(SMALL_SEGMENT, 2 * SMALL_SEGMENT, MAX_RECORD, "disk-restore"),
                MAX_VALUE);
        CollectionTypes types = settings.newTypes();
        List<FrozenValue> collections = new ArrayList<>();
        try (Shard shard = new Shard(settings, new CycleClock(() -> micros));
                EntryBatch batch = new EntryBatch((key, length, entry) ->
                        collections.add(types.lookAt(walked, key, length, entry).in(database)))) {
            ShardStart.begin(shard, directory, LoadProgress.unwatched()).open();
            DatabaseWalk walk = shard.databases().beginWalk();
            // those of a node are its first shard's
            LibraryEffects.write(shard.libraries(), outputs.get(0)::entry);
            for (int segment = 0; segment < walk.segments(); segment++) {
                walk.segment(segment, (key, length, entry) -> {
                    walked = walk.store();
                    // what was swapped in one shard need not be in another, so that none of the new ones is
                    database = shard.databases().databaseAt(walk.place());
                    batch.add(database, key, length, entry);
                });
                batch.drainTo(this::entry);
                for (FrozenValue each : collections) {
                    collection(each);
                }
                collections.clear();
            }
            shard.databases().endWalk();
        }
    }

    private void entry(EntryImage entry) throws IOException {
        outputOf(entry.keyAddress(), entry.keyLength()).entry(entry);
    }

    private void collection(FrozenValue collection) throws IOException {
        byte[] key = collection.key();
        keyBytes.ensureCapacity(key.length, 0);
        Memory.copyIn(key, 0, keyBytes.address(), key.length);
        outputOf(keyBytes.address(), key.length).collection(collection);
    }

    private SnapshotOutput outputOf(long key, int keyLength) {
        int shard = KeySlot.shardOf(key, keyLength, shards);
        counts[shard]++;
        return outputs.get(shard);
    }

    /** Keys of a new shard. */
    public long keys(int shard) {
        return counts[shard];
    }

    @Override
    public void close() {
        outputs.forEach(SnapshotOutput::close);
        writers.forEach(SnapshotWriter::close);
        keyBytes.close();
    }
}

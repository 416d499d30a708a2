package io.tailrace.node.shard;

import io.tailrace.node.backlog.BacklogSettings;
import io.tailrace.node.backlog.DiskSync;
import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.repair.ShardStart;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.StoreSizing;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.node.value.CollectionLimits;
import io.tailrace.node.value.Hash;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.Effect;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A shard on a directory, for tests that write, crash and open again. The clock stands until it is moved. */
public final class ShardBench implements AutoCloseable {
    public static final String HISTORY = "00000000000000000000000000000000000000aa";
    private int database;
    private static final int MAX_RECORD = 2 << 20;
    private static final String DISK = "disk-test";

    private final Shard shard;
    private final NativeBuffer bytes = new NativeBuffer(1 << 20);
    private long nowEpochMs = 1_000_000;

    public ShardBench(Path root) throws IOException, RebuildException {
        this(root, 1 << 20, 4 << 20);
    }

    public ShardBench(Path root, long segmentBytes, long budgetBytes) throws IOException, RebuildException {
        this(root, segmentBytes, budgetBytes, 0, 1);
    }

    /** Slow work is done when {@code background} is told to. */
    ShardBench(Path root, Background background) throws IOException, RebuildException {
        this(root, new BacklogSettings(1 << 20, 4 << 20, MAX_RECORD, DISK), 0, 1, background);
    }

    /** The logs have these disk threads. */
    public ShardBench(Path root, Supplier<ScheduledExecutorService> disks) throws IOException, RebuildException {
        this(root, new BacklogSettings(1 << 20, 4 << 20, MAX_RECORD, disks), 0, 1, Background.THREADS);
    }

    /** Small segments, which this syncs. */
    public ShardBench(Path root, DiskSync disk) throws IOException, RebuildException {
        this(
                root,
                new BacklogSettings(1 << 17, 16 << 20, MAX_RECORD, () -> Background.THREADS.executor(DISK), disk),
                0,
                1,
                Background.THREADS);
    }

    public ShardBench(Path root, long segmentBytes, long budgetBytes, int id, int shards)
            throws IOException, RebuildException {
        this(root, new BacklogSettings(segmentBytes, budgetBytes, MAX_RECORD, DISK), id, shards, Background.THREADS);
    }

    private ShardBench(Path root, BacklogSettings backlog, int id, int shards, Background background)
            throws IOException, RebuildException {
        this(id, shards, backlog, background);
        shard.open(ShardDirectory.open(root));
    }

    private ShardBench(int id, int shards, BacklogSettings backlog, Background background) {
        CycleClock clock = new CycleClock(() -> nowEpochMs * 1_000);
        shard = new Shard(
                new ShardSettings(id, shards, new StoreSizing(10_000, 16, 100), backlog, 1 << 20, background), clock);
    }

    /** A shard as a node starts it. */
    public static ShardBench started(Path root) throws IOException, RebuildException {
        return started(root, new BacklogSettings(1 << 20, 4 << 20, MAX_RECORD, DISK), Background.THREADS);
    }

    /** Starts as a node does, after whatever ended the last run; what its disk thread does is up to {@code background}. */
    public static ShardBench started(Path root, Background background) throws IOException, RebuildException {
        return started(
                root,
                new BacklogSettings(16 << 20, 32 << 20, MAX_RECORD, () -> background.executor("disk-test")),
                background);
    }

    private static ShardBench started(Path root, BacklogSettings backlog, Background background)
            throws IOException, RebuildException {
        ShardBench bench = new ShardBench(0, 1, backlog, background);
        try {
            ShardStart.begin(bench.shard, ShardDirectory.open(root), LoadProgress.unwatched())
                    .open();
            return bench;
        } catch (IOException | RebuildException | RuntimeException | Error e) {
            bench.close();
            throw e;
        }
    }

    public Shard shard() {
        return shard;
    }

    /** What the log's disk thread was asked for so far is done when this returns. */
    public void awaitDiskThread() throws InterruptedException {
        CountDownLatch reached = new CountDownLatch(1);
        shard.backlog().onDiskThread(reached::countDown);
        if (!reached.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the disk thread is stuck");
        }
    }

    public ShardBench begin() {
        if (shard.backlog().isEmpty()) {
            shard.log().beginHistory(HISTORY);
        } else {
            shard.log().openSegment();
        }
        return this;
    }

    public void at(long millis) {
        nowEpochMs = millis;
        shard.clock().tick();
    }

    private int lay(int offset, String text) {
        byte[] encoded = text.getBytes(StandardCharsets.ISO_8859_1);
        Memory.copyIn(encoded, 0, bytes.address() + offset, encoded.length);
        return encoded.length;
    }

    public void set(String key, String value) {
        set(key, value, Transaction.NO_EXPIRY);
    }

    void set(String key, String value, long expireAt) {
        Transaction transaction = transaction();
        transaction.prepare(1);
        int keyLength = lay(0, key);
        int valueLength = lay(keyLength, value);
        transaction.set(bytes.address(), keyLength, bytes.address() + keyLength, valueLength, expireAt);
        commit();
    }

    /** A hash with one field, which is too large to be packed. */
    void setLargeHash(String key) {
        Transaction transaction = transaction();
        StoredValue value = transaction.ownedBy(new StoredValue(shard.store()));
        transaction.open(value, bytes.address(), lay(0, key), ValueType.HASH);
        Hash hash = new Hash(CollectionLimits.standard()).wrap(value);
        int keyLength = lay(0, key);
        int fieldLength = lay(keyLength, "field");
        int valueLength = CollectionLimits.standard().maxBytes();
        long field = bytes.address() + keyLength;
        transaction.effect().begin(Effect.HSET, value, 2, fieldLength + valueLength);
        transaction.effect().argument(field, fieldLength);
        transaction.effect().argument(field + fieldLength, valueLength);
        hash.put(field, fieldLength, field + fieldLength, valueLength);
        transaction.effect().end(value, false);
        commit();
    }

    /** Tells the snapshot under way that the large collection of this key is another's now. */
    void noteMoved(String key) {
        shard.snapshots().moved(0, bytes.address(), lay(0, key));
    }

    /** Loads a function library. */
    public void loadLibrary(String name, String body) {
        shard.begin(false).libraries().load(("#!lua name=" + name + "\n" + body).getBytes(StandardCharsets.ISO_8859_1));
        commit();
    }

    /** The function libraries that are committed. */
    public String libraries() {
        return shard.libraries().all().toString();
    }

    public void append(String key, String value) {
        Transaction transaction = transaction();
        transaction.prepare(1);
        int keyLength = lay(0, key);
        int valueLength = lay(keyLength, value);
        transaction.append(bytes.address(), keyLength, bytes.address() + keyLength, valueLength);
        commit();
    }

    /** Sets a key to this many bytes; the error for the client, or null. */
    public String trySet(String key, int valueLength) {
        Transaction transaction = transaction();
        transaction.prepare(1);
        int keyLength = lay(0, key);
        try {
            transaction.set(
                    bytes.address(), keyLength, bytes.address() + keyLength, valueLength, Transaction.NO_EXPIRY);
        } catch (RefusedException e) {
            return e.getMessage();
        }
        shard.commit();
        return null;
    }

    public void delete(String key) {
        Transaction transaction = transaction();
        transaction.prepare(1);
        transaction.delete(bytes.address(), lay(0, key));
        commit();
    }

    public void flush() {
        transaction().databases().flushAll();
        commit();
    }

    /** What is written, or asked for, from here on is of a database. */
    public void select(int newDatabase) {
        database = newDatabase;
    }

    public void swap(int one, int other) {
        transaction().databases().swap(one, other);
        commit();
    }

    public void flushDatabase() {
        transaction().databases().flush();
        commit();
    }

    private Transaction transaction() {
        Transaction transaction = shard.begin(false);
        transaction.select(database);
        return transaction;
    }

    boolean has(String key) {
        return transaction().find(bytes.address(), lay(0, key));
    }

    private void commit() {
        shard.commit();
    }

    /** Every entry as text: value and deadline. Before a key that is not of database 0 stands its number and a colon. */
    public TreeMap<String, String> contents() {
        TreeMap<String, String> contents = new TreeMap<>();
        for (Store store : shard.databases().stores()) {
            int of = shard.databases().databaseAt(store.place());
            String prefix = of == 0 ? "" : of + ":";
            for (int segment = 0; segment < store.segments(); segment++) {
                store.scan(
                        segment,
                        (address, length, entry) ->
                                contents.put(prefix + Memory.toAscii(address, length), text(entry)));
            }
        }
        return contents;
    }

    private static String text(Entry entry) {
        return Memory.toAscii(entry.valueAddress(), entry.valueLength()) + "@" + entry.expireAtEpochMs();
    }

    /** Sees a background snapshot through, as the duty cycle would. */
    public void finishSnapshot() {
        while (shard.snapshots().job() != null) {
            shard.snapshots().poll(0, Long.MAX_VALUE, true);
        }
    }

    /** Ends as a killed process does: nothing is finished. */
    @Override
    public void close() {
        shard.close();
        bytes.close();
    }
}

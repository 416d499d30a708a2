package io.tailrace.tools.restore;

import io.tailrace.node.backlog.BacklogSettings;
import io.tailrace.node.backlog.LogCheck;
import io.tailrace.node.backlog.LogPrefix;
import io.tailrace.node.directory.OfflineDirectory;
import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.shard.OtherLogs;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.node.shard.ShardHold;
import io.tailrace.node.shard.ShardSettings;
import io.tailrace.node.shard.Spread;
import io.tailrace.node.shard.Transaction;
import io.tailrace.node.store.StoreSizing;
import io.tailrace.snapshot.SnapshotFile;
import io.tailrace.snapshot.SnapshotFiles;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The data directory of a node of several shards, written as a node writes transactions over them; no node runs on it. */
public final class SpreadData implements AutoCloseable {
    public static final String HISTORY = "0123456789abcdef0123456789abcdef01234567";
    /** The time of the first record; each write is a microsecond later. */
    public static final long START_MICROS = 1_769_860_800_000_000L;

    private final Path directory;
    private final List<Shard> shards = new ArrayList<>();
    private final List<Spread> spreads = new ArrayList<>();
    private final NativeBuffer bytes = new NativeBuffer(64);
    private long micros = START_MICROS;

    public SpreadData(Path directory, int count) throws Exception {
        this.directory = Files.createDirectories(directory);
        for (int id = 0; id < count; id++) {
            Shard shard = new Shard(
                    new ShardSettings(
                            id,
                            count,
                            new StoreSizing(1_000, 16, 100),
                            new BacklogSettings(
                                    1 << 20, 64 << 20, 1 << 20, () -> Background.THREADS.executor("disk"), file -> {}),
                            1 << 20,
                            Background.THREADS),
                    new CycleClock(() -> micros));
            shard.open(ShardDirectory.open(ShardDirectory.root(directory, id)));
            shards.add(shard);
        }
        for (Shard shard : shards) {
            shard.sharing()
                    .logs(OtherLogs.of(shards.size(), each -> shards.get(each).backlog()));
            shard.log().beginHistory(HISTORY);
            spreads.add(new Spread(shards.toArray(Shard[]::new), shard.id()));
        }
        OfflineDirectory.create(directory, "1".repeat(HISTORY.length()), HISTORY);
    }

    public Path directory() {
        return directory;
    }

    public Shard shard(int id) {
        return shards.get(id);
    }

    public long micros() {
        return micros;
    }

    /** {@code SET key/shard key} in each of them, at once. */
    public void transact(String key, int... of) {
        tick();
        long held = 0;
        for (int shard : of) {
            held |= ShardHold.only(shard);
        }
        Spread spread = spreads.get(of[0]);
        spread.begin(held);
        for (int shard : of) {
            set(spread.of(shard), key + "/" + shard, key);
        }
        spread.commit();
    }

    /** {@code SET key key} in one shard. */
    public void write(int shard, String key) {
        tick();
        set(shards.get(shard).begin(true), key, key);
        shards.get(shard).commit();
    }

    private void tick() {
        micros++;
        shards.forEach(shard -> shard.clock().tick());
    }

    private void set(Transaction transaction, String key, String value) {
        byte[] text = (key + value).getBytes(StandardCharsets.US_ASCII);
        Memory.copyIn(text, 0, bytes.address(), text.length);
        transaction.prepare(1);
        transaction.set(
                bytes.address(), key.length(), bytes.address() + key.length(), value.length(), Transaction.NO_EXPIRY);
    }

    /** A whole snapshot of one shard. */
    public Path snapshot(int id) throws IOException {
        Shard shard = shards.get(id);
        shard.snapshots().begin(true);
        while (shard.snapshots().job() != null) {
            shard.snapshots().poll(0, Long.MAX_VALUE, true);
            Thread.onSpinWait();
        }
        return snapshots(directory, id).get(0).path();
    }

    private static List<SnapshotFile> snapshots(Path data, int id) throws IOException {
        return new SnapshotFiles(
                        ShardDirectory.current(ShardDirectory.root(data, id)).snapshots())
                .newestFirst();
    }

    /** A copy, in which each log ends with this record, and snapshots that hold more are not there. */
    public Path copyUpTo(Path to, long... ends) throws IOException {
        for (int id = 0; id < ends.length; id++) {
            ShardDirectory from = ShardDirectory.current(ShardDirectory.root(directory, id));
            ShardDirectory copy = ShardDirectory.open(ShardDirectory.root(to, id));
            long end = ends[id];
            LogPrefix.write(LogCheck.of(from.queue(), 0, (index, at) -> index > end), copy.queue());
            Files.copy(from.history(), copy.history());
            for (SnapshotFile file : snapshots(directory, id)) {
                if (file.trailer().endIndex() <= end) {
                    Files.copy(file.path(), copy.snapshots().resolve(file.path().getFileName()));
                }
            }
        }
        OfflineDirectory.create(to, "2".repeat(HISTORY.length()), HISTORY);
        return to;
    }

    @Override
    public void close() {
        shards.forEach(Shard::close);
        shards.clear();
        bytes.close();
    }
}

package io.tailrace.node.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.BacklogSettings;
import io.tailrace.node.backlog.LogCheck;
import io.tailrace.node.backlog.LogPrefix;
import io.tailrace.node.backlog.PartLogs;
import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.shard.LoadProgress;
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
import io.tailrace.wire.record.QueueIndex;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Snapshots of shards with transactions over several, and power losses that take of every log another length: a snapshot is never of
 * what a start has to cut, as the log before it is deleted.
 */
class SpreadSnapshotTest {
    private static final int SHARDS = 3;
    private static final int ROUNDS = Integer.getInteger("tailrace.test.snapshots", 4);
    private static final int STEPS = 25;

    @TempDir
    private Path dir;

    private final List<Shard> shards = new ArrayList<>();
    private final NativeBuffer bytes = new NativeBuffer(64);
    private long micros = 1_700_000_100_000_000L;

    @AfterEach
    void close() {
        closeShards();
        bytes.close();
    }

    private void closeShards() {
        shards.forEach(Shard::close);
        shards.clear();
    }

    private List<ShardStart> start(Path data) throws Exception {
        List<ShardStart> starts = new ArrayList<>();
        for (int id = 0; id < SHARDS; id++) {
            Shard shard = new Shard(
                    new ShardSettings(
                            id,
                            SHARDS,
                            new StoreSizing(1_000, 16, 100),
                            new BacklogSettings(
                                    1 << 20, 4 << 20, 1 << 20, () -> Background.THREADS.executor("disk"), file -> {}),
                            1 << 20,
                            Background.THREADS),
                    new CycleClock(() -> micros++));
            shard.sharing().logs(OtherLogs.of(SHARDS, each -> shards.get(each).backlog()));
            shards.add(shard);
            starts.add(ShardStart.begin(
                    shard, ShardDirectory.open(ShardDirectory.root(data, id)), LoadProgress.unwatched()));
        }
        ClosedStart.of(starts, false);
        for (ShardStart start : starts) {
            start.open();
        }
        return starts;
    }

    private void transact(Spread[] spreads, String key, int a, int b) {
        spreads[a].begin(ShardHold.only(a) | ShardHold.only(b));
        set(spreads[a].of(a), key);
        set(spreads[a].of(b), key);
        spreads[a].commit();
    }

    private void set(Transaction transaction, String key) {
        byte[] text = key.getBytes(StandardCharsets.US_ASCII);
        Memory.copyIn(text, 0, bytes.address(), text.length);
        transaction.prepare(1);
        transaction.set(bytes.address(), text.length, bytes.address(), text.length, Transaction.NO_EXPIRY);
    }

    private void write(Shard shard, String key) {
        set(shard.begin(true), key);
        shard.commit();
    }

    private static void snapshot(Shard shard) {
        shard.snapshots().begin(true);
        while (shard.snapshots().job() != null) {
            shard.snapshots().poll(0, Long.MAX_VALUE, true);
            Thread.onSpinWait();
        }
        assertTrue(shard.snapshots().isLastOk());
    }

    /** Returns the shards of each transaction. */
    private List<int[]> load(SplittableRandom random) {
        Spread[] spreads = new Spread[SHARDS];
        for (int shard = 0; shard < SHARDS; shard++) {
            spreads[shard] = new Spread(shards.toArray(Shard[]::new), shard);
        }
        List<int[]> transactions = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            int shard = random.nextInt(SHARDS);
            int fate = random.nextInt(10);
            if (fate < 5) {
                int other = (shard + 1 + random.nextInt(SHARDS - 1)) % SHARDS;
                transact(spreads, "t" + transactions.size(), shard, other);
                transactions.add(new int[] {shard, other});
            } else if (fate < 7) {
                write(shards.get(shard), "x" + step);
            } else if (fate < 8) {
                shards.get(shard).backlog().sync().now();
            } else {
                snapshot(shards.get(shard));
            }
        }
        return transactions;
    }

    /** What a power loss leaves: of each log what was forced and some of the rest, and every snapshot that has its name. */
    private void lose(Path from, Path to, SplittableRandom random) throws Exception {
        long[] ends = new long[SHARDS];
        for (int shard = 0; shard < SHARDS; shard++) {
            Backlog log = shards.get(shard).backlog();
            long durable = Math.max(0, log.durableIndex());
            long lastOfAll = QueueIndex.sequence(log.lastIndex());
            boolean isSegmentForced = QueueIndex.segment(durable) == QueueIndex.segment(log.lastIndex());
            long least = isSegmentForced ? QueueIndex.sequence(durable) : 0;
            boolean isWholeSegmentLost = !isSegmentForced && random.nextBoolean();
            ends[shard] = isWholeSegmentLost
                    ? durable
                    : QueueIndex.of(QueueIndex.segment(log.lastIndex()), random.nextLong(least, lastOfAll + 1));
        }
        closeShards();
        for (int shard = 0; shard < SHARDS; shard++) {
            ShardDirectory source = ShardDirectory.open(ShardDirectory.root(from, shard));
            ShardDirectory left = ShardDirectory.open(ShardDirectory.root(to, shard));
            long end = ends[shard];
            LogPrefix.write(LogCheck.of(source.queue(), 0, (index, at) -> index > end), left.queue());
            Files.copy(source.history(), left.history());
            for (SnapshotFile file : new SnapshotFiles(source.snapshots()).newestFirst()) {
                Files.copy(file.path(), left.snapshots().resolve(file.path().getFileName()));
            }
        }
    }

    private boolean holds(int shard, String key) {
        byte[] text = key.getBytes(StandardCharsets.US_ASCII);
        Memory.copyIn(text, 0, bytes.address(), text.length);
        Transaction transaction = shards.get(shard).begin(true);
        boolean isThere = transaction.find(bytes.address(), text.length);
        shards.get(shard).commit();
        return isThere;
    }

    @Test
    @Timeout(120)
    void shouldNeverTakeASnapshotOfWhatAStartHasToCut() throws Exception {
        long seed = Long.getLong("tailrace.test.seed", 1);
        int snapshots = 0;
        for (int round = 0; round < ROUNDS; round++) {
            SplittableRandom random = new SplittableRandom(seed + round);
            Path data = dir.resolve("data" + round);
            start(data);
            shards.forEach(shard -> shard.log().beginHistory(PartLogs.HISTORY));
            shards.forEach(shard -> shard.backlog().sync().now());
            List<int[]> transactions = load(random);
            Path left = dir.resolve("left" + round);
            lose(data, left, random);
            List<ShardStart> starts = start(left);
            for (ShardStart started : starts) {
                // as they were before the start: it puts those aside that it can't use any more
                ShardDirectory before = ShardDirectory.open(
                        ShardDirectory.root(data, started.log().shard()));
                for (SnapshotFile file : new SnapshotFiles(before.snapshots()).newestFirst()) {
                    snapshots++;
                    assertTrue(
                            file.trailer().endIndex() <= started.log().last(),
                            "round " + round + ": " + file.path() + " of a log cut after "
                                    + QueueIndex.toString(started.log().last()));
                }
            }
            for (int i = 0; i < transactions.size(); i++) {
                int[] of = transactions.get(i);
                assertEquals(holds(of[0], "t" + i), holds(of[1], "t" + i), "seed " + (seed + round) + ": t" + i);
            }
            closeShards();
        }
        assertTrue(snapshots > ROUNDS, snapshots + " snapshots");
    }
}

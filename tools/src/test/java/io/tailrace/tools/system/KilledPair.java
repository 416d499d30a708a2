package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.node.platform.AtomicFile;
import io.tailrace.snapshot.fault.FaultPoint;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.AwaitException;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.ReplicationInfo;
import io.tailrace.tools.demo.RespClient;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A primary and its replica under a mixed load, one of which dies by each {@link Strike} and is started again. Small segments, a
 * small backlog and a snapshot every two megabytes make everything that may be cut short frequent.
 */
final class KilledPair implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int PER_SECOND = 20_000;
    /** While a node starts that is not missed. */
    private static final int SLOW = 1_000;

    private static final int TORN_BYTES = 12_000;

    private final int shards;
    private final Random random;
    private final Cluster cluster;
    private final KillTable table;
    private final MixedLoad load;
    /** Where there are several shards, between the begin of a strike and the death. */
    private TransferLoad transfers;

    private final Map<NodeProcess, Long> fullSyncsBefore = new HashMap<>();
    private NodeProcess primary;
    private NodeProcess replica;
    private Strike armed;
    private long checkedUntil;
    private long restartMs;

    /** Starts both, the primary ready for the first strike. */
    KilledPair(Path directory, int shards, Strike first, Random random, KillTable table) throws IOException {
        this.shards = shards;
        this.random = random;
        this.table = table;
        cluster = new Cluster(
                directory,
                "--shards",
                Integer.toString(shards),
                "--segment-size",
                "1mb",
                "--backlog-size",
                "2mb",
                "--snapshot-log-bytes",
                "2mb");
        primary = cluster.node("one");
        replica = cluster.replica("other", primary);
        arm(first);
        Cluster.start(primary, replica);
        load = new MixedLoad("writer", primary, 4, PER_SECOND);
        if (shards > 1) {
            try (RespClient client = primary.connect()) {
                TransferLoad.open(client);
            }
        }
    }

    /** Lets one of them die, starts it again, ready for the next strike, and checks that all is there. */
    void strike(Strike strike, Strike next) throws Exception {
        boolean isReplicas = strike.way() == Strike.Way.SYNCING || strike.way() == Strike.Way.PROMOTED;
        load.perSecond(isReplicas ? SLOW : PER_SECOND);
        load.resume();
        if (shards > 1) {
            transfers = new TransferLoad(primary).writers(2);
        }
        switch (strike.way()) {
            case RUNNING -> dieRunning(strike);
            case STARTING, STARTING_TORN -> dieStarting(strike);
            case FOLLOWING -> dieFollowing(strike);
            case SYNCING -> dieSyncing(strike);
            case PROMOTED -> diePromoted(strike);
            default -> dieAtAnyMoment(strike);
        }
        stopTransfers();
        load.pauseSoon();
        if (!primary.isAlive()) {
            arm(next);
        }
        try {
            startAndCheck(strike);
        } catch (IOException | AwaitException | AssertionError e) {
            if (armed == null || !hasEnded(primary)) {
                throw e;
            }
            // the next strike came early: the start opens segments, and expiry writes
            armed = null;
            startAndCheck(strike);
        }
    }

    /** Whether a node ends by itself: its connections are closed a moment before it is gone. */
    private static boolean hasEnded(NodeProcess node) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (node.isAlive() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        return !node.isAlive();
    }

    private void stopTransfers() throws InterruptedException {
        if (transfers != null) {
            transfers.stop();
            transfers = null;
        }
    }

    private void startAndCheck(Strike strike) throws IOException {
        if (!primary.isAlive()) {
            restart(primary);
        }
        check(strike);
    }

    /** What dies by itself, under load or as it starts. */
    private void arm(Strike strike) {
        armed = strike != null && strike.way() == Strike.Way.RUNNING ? strike : null;
        arm(primary, armed);
    }

    private void arm(NodeProcess node, Strike strike) {
        if (strike == null) {
            Cluster.arm(node, null, 0);
        } else {
            int first = strike.hitsOfStart(shards);
            int most = strike.most() * (strike.isInEachShard() ? shards : 1);
            Cluster.arm(node, strike.point(), 1 + first + random.nextInt(most));
        }
    }

    private void restart(NodeProcess node) throws IOException {
        if (armed == null || node != primary) {
            Cluster.arm(node, null, 0);
        }
        long begin = System.nanoTime();
        node.startAndAwait();
        restartMs = (System.nanoTime() - begin) / 1_000_000;
        fullSyncsBefore.put(node, 0L);
    }

    private void dieRunning(Strike strike) throws IOException {
        if (armed != strike) {
            primary.kill();
            arm(strike);
            startUnlessHit(primary);
        }
        awaitDeath(primary, strike);
        armed = null;
    }

    /** It may pass the point while it starts, often enough. */
    private void startUnlessHit(NodeProcess node) throws IOException {
        try {
            restart(node);
        } catch (IOException e) {
            if (node.isAlive()) {
                throw e;
            }
        }
    }

    private static void awaitDeath(NodeProcess node, Strike strike) {
        try {
            Await.until(strike + " to be hit by port " + node.port(), LIMIT, () -> !node.isAlive());
        } catch (AwaitException e) {
            throw new AssertionError(e.getMessage() + "; it says:\n" + Cluster.tail(node), e);
        }
        assertEquals(FaultPoint.EXIT_CODE, node.awaitExit(LIMIT), () -> Cluster.tail(node));
    }

    private void dieStarting(Strike strike) throws IOException {
        load.awaitCount(load.count() + 500 + random.nextInt(5_000), LIMIT);
        primary.kill();
        if (strike.way() == Strike.Way.STARTING_TORN) {
            tearEnds(primary);
        }
        arm(primary, strike);
        primary.start();
        Await.until(strike + ", or the start without it", LIMIT, () -> {
            return !primary.isAlive() || isReady(primary);
        });
        if (primary.isAlive()) {
            // there was less to redo than that
            primary.kill();
        }
        armed = null;
    }

    private static boolean isReady(NodeProcess node) throws IOException {
        try (RespClient client = node.connect()) {
            return "PONG".equals(client.text("PING"));
        }
    }

    /** The library writes a record, then its length: leaves the record and no length, behind each shard's log. */
    private void tearEnds(NodeProcess node) throws IOException {
        for (int shard = 0; shard < shards; shard++) {
            Path root = node.data().resolve("shard-" + shard);
            Path queue = root.resolve(AtomicFile.read(root.resolve("CURRENT")).trim())
                    .resolve("queue");
            String[] place = null;
            int length = 0;
            try (BacklogInspector inspector = new BacklogInspector(queue)) {
                for (var record = inspector.next(); record != null; record = inspector.next()) {
                    length = record.length();
                    // not after the last one: a segment that was closed a moment before the kill is over then
                    place = inspector.place().split(": record .* at byte ");
                }
            }
            byte[] torn = new byte[1 + random.nextInt(TORN_BYTES)];
            random.nextBytes(torn);
            try (RandomAccessFile file = new RandomAccessFile(place[0], "rw")) {
                file.seek((Long.parseLong(place[1]) + length + 3 & -4) + 8);
                file.write(torn);
            }
        }
    }

    private void dieFollowing(Strike strike) throws IOException {
        replica.kill();
        arm(replica, strike);
        replica.start();
        awaitDeath(replica, strike);
        restart(replica);
    }

    private void dieSyncing(Strike strike) throws IOException {
        awaitShorterLogs();
        replica.kill();
        delete(replica.data());
        arm(replica, strike);
        replica.start();
        awaitDeath(replica, strike);
        restart(replica);
    }

    /** A blank replica gets the log itself while it begins with the first record of all, and no copy. */
    private void awaitShorterLogs() {
        load.perSecond(PER_SECOND);
        Await.until("the log of each shard to begin later than with its first record", LIMIT, () -> {
            ReplicationInfo info = Cluster.info(primary);
            for (int shard = 0; shard < shards; shard++) {
                long first = Long.parseLong(info.shardField(shard, "first_index"));
                if (QueueIndex.toString(first).equals("1:0")) {
                    snapshot();
                    return false;
                }
            }
            return true;
        });
        load.perSecond(SLOW);
    }

    private void snapshot() throws IOException {
        try (RespClient client = primary.connect()) {
            client.call("BGSAVE");
        }
    }

    private static void delete(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> tree = Files.walk(directory)) {
            all = tree.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }

    /** The roles change: the one that died is the primary from then on. */
    private void diePromoted(Strike strike) throws Exception {
        stopTransfers();
        replica.kill();
        arm(replica, strike);
        replica.start();
        replica.awaitReady(LIMIT);
        load.pause(primary);
        Cluster.awaitLink(replica);
        Cluster.awaitSame(primary, replica);
        try (RespClient client = replica.connect()) {
            client.call("REPLICAOF", "NO", "ONE");
        } catch (IOException e) {
            // it died before it could answer
        }
        awaitDeath(replica, strike);
        restart(replica);
        assertTrue(Cluster.info(replica).isPrimary(), "the promotion was remembered before it began");
        try (RespClient client = primary.connect()) {
            client.call("REPLICAOF", "127.0.0.1", replica.port());
        }
        NodeProcess promoted = replica;
        replica = primary;
        primary = promoted;
        load.moveTo(primary);
    }

    private void dieAtAnyMoment(Strike strike) throws IOException {
        boolean isStart = strike.way() == Strike.Way.ANY_MOMENT_OF_A_START;
        load.awaitCount(load.count() + 100 + random.nextInt(isStart ? 5_000 : strike.most()), LIMIT);
        if (strike.way() == Strike.Way.BOTH) {
            replica.kill();
        }
        primary.kill();
        if (isStart) {
            Cluster.arm(primary, null, 0);
            primary.start();
            primary.killAfter(Duration.ofMillis(random.nextInt(strike.most())));
        }
        if (strike.way() == Strike.Way.BOTH) {
            restart(replica);
        }
    }

    private void check(Strike strike) throws IOException {
        load.pause(primary);
        Cluster.awaitLink(replica);
        Cluster.awaitSame(primary, replica);
        if (shards > 1) {
            TransferLoad.check(primary);
            TransferLoad.check(replica);
        }
        MixedLoad.Difference found = load.difference(primary);
        long fullSyncs = Math.max(fullSyncs(primary), fullSyncs(replica));
        table.add(strike.toString(), load.count() - checkedUntil, found, fullSyncs, restartMs);
        checkedUntil = load.count();
        assertTrue(found.isNone(), () -> strike + ": " + found + "; it says:\n" + Cluster.tail(primary));
        assertTrue(
                fullSyncs == 0 || strike.isInFullSync(),
                () -> strike + ": a full sync; the primary says:\n" + Cluster.tail(primary) + "\nthe replica:\n"
                        + Cluster.tail(replica));
    }

    /** Since the last time. */
    private long fullSyncs(NodeProcess node) throws IOException {
        long now = Cluster.info(node).fullSyncs();
        Long before = fullSyncsBefore.put(node, now);
        return now - (before == null ? 0 : before);
    }

    /** After the last strike. */
    void finish() throws IOException {
        load.stop();
        Cluster.verifyLogs(primary, replica);
        load.requireAllAcknowledged(replica);
    }

    @Override
    public void close() {
        load.close();
        cluster.close();
    }
}

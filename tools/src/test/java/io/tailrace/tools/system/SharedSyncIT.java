package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many replicas that ask for a full sync at once: the store is walked once, and the primary's memory does not grow with what it
 * sends. {@code -Dtailrace.fullsync.gb=5} does it with this many gigabytes, and with a node's usual heap.
 */
@Timeout(
        value = 6,
        unit = TimeUnit.HOURS) // as long as its size property asks for; what it waits for has limits of its own
class SharedSyncIT {
    private static final int GIGABYTES = Integer.getInteger("tailrace.fullsync.gb", 0);
    private static final int REPLICAS = 10;
    private static final int VALUE_BYTES = 2_000;
    private static final int KEYS = GIGABYTES == 0 ? 15_000 : (int) ((long) GIGABYTES * (1 << 30) / VALUE_BYTES);
    private static final long MAX_GROWTH = 64 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(60 + 120L * GIGABYTES);

    @TempDir
    private Path dir;

    @Test
    void shouldWalkOnceForTenReplicasAndGrowByLittle() throws Exception {
        try (Cluster cluster = new Cluster(
                dir,
                "--max-entries",
                Integer.toString(KEYS + 100_000),
                "--avg-value-size",
                Integer.toString(VALUE_BYTES),
                "--segment-size",
                "8mb",
                "--backlog-size",
                "16mb",
                "--max-value-size",
                "1mb",
                "--snapshot-log-bytes",
                "1024gb",
                "--snapshot-interval",
                "0")) {
            NodeProcess primary = cluster.node("primary");
            if (GIGABYTES > 0) {
                primary.javaOptions("");
            }
            primary.startAndAwait();
            fillAndForgetTheBegin(primary);
            assertEquals(0, primary.terminate());
            deleteAllButTheNewest(primary.data().resolve("shard-0/gen-1/snapshots"));
            primary.startAndAwait();
            syncAll(primary);
        }
    }

    private static void fillAndForgetTheBegin(NodeProcess primary) throws IOException {
        SyncedNodes.fill(primary, "key:", KEYS, VALUE_BYTES);
        SyncedNodes.snapshot(primary);
        SyncedNodes.fill(primary, "key:", 15_000, VALUE_BYTES);
        SyncedNodes.snapshot(primary);
        SyncedNodes.fill(primary, "key:", 1, VALUE_BYTES);
        assertTrue(Long.parseLong(Cluster.info(primary).shardField(0, "first_index")) >= 2L << 32, "the log is whole");
    }

    /** What a clean stop writes is for a start and not for a replica, so nothing is left that could be sent. */
    private static void deleteAllButTheNewest(Path snapshots) throws IOException {
        try (Stream<Path> files = Files.list(snapshots)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).skip(1).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void syncAll(NodeProcess primary) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(REPLICAS);
        try (RespClient client = primary.connect()) {
            assertEquals(0, SyncedNodes.saves(client));
            MemoryUse before = MemoryUse.of(primary);
            List<Future<RawSync>> syncs = new ArrayList<>();
            for (int i = 0; i < REPLICAS; i++) {
                String id = "replica-" + i;
                syncs.add(threads.submit(() -> sync(primary, id)));
            }
            MemoryUse most = awaitAll(primary, syncs, before);

            RawSync first = syncs.get(0).get();
            for (Future<RawSync> future : syncs) {
                RawSync sync = future.get();
                assertEquals(first.snapshotId(), sync.snapshotId());
                assertEquals(first.bytes(), sync.bytes());
                assertTrue(sync.entries() == KEYS, () -> sync.entries() + " entries");
            }
            assertEquals(REPLICAS, Cluster.info(primary).fullSyncs());
            assertEquals(1, SyncedNodes.saves(client), "walks of the store");
            System.out.printf(
                    "%d full syncs at once of %d keys, %,d MB each: %s before, at most %s%n",
                    REPLICAS, KEYS, first.bytes() >> 20, before, most);
            long growth = most.anonymous() - before.anonymous();
            assertTrue(growth < MAX_GROWTH, () -> "the memory of the primary grew by " + growth + " bytes");
        } finally {
            threads.shutdownNow();
        }
    }

    private static RawSync sync(NodeProcess primary, String id) throws IOException {
        try (RawSync sync = new RawSync(primary, id)) {
            sync.readSnapshot();
            return sync;
        }
    }

    /** Watches the primary's memory until all are through; gives the most that was seen of each kind. */
    private static MemoryUse awaitAll(NodeProcess primary, List<Future<RawSync>> syncs, MemoryUse before) {
        AtomicReference<MemoryUse> most = new AtomicReference<>(before);
        Await.until("all full syncs", LIMIT, () -> {
            MemoryUse now = MemoryUse.of(primary);
            most.getAndUpdate(now::max);
            return syncs.stream().allMatch(Future::isDone);
        });
        return most.get();
    }
}

package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.KeyspaceDigest;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.ReplicationInfo;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A replica that the log does not reach back to gets a snapshot, while the primary serves and is written to. */
@Timeout(
        value = 6,
        unit = TimeUnit.HOURS) // as long as its size property asks for; what it waits for has limits of its own
class FullSyncIT {
    private static final int KEYS = Integer.getInteger("tailrace.test.keys", 400_000);
    private static final int OLD_KEYS = 1_000;
    private static final int VALUE_BYTES = 100;
    private static final int BATCH = 500;
    private static final int WRITES_PER_SECOND = 2_000;
    private static final double MAX_PING_MILLIS = 2_000;
    private static final Duration LIMIT = Duration.ofSeconds(120);

    @TempDir
    private Path dir;

    @Test
    void shouldCopyAllKeysWhilePrimaryIsWrittenTo() throws Exception {
        try (Cluster cluster = new Cluster(
                dir,
                "--max-entries",
                "1500000",
                "--avg-key-size",
                "16",
                "--avg-value-size",
                "120",
                "--segment-size",
                "1mb",
                "--backlog-size",
                "4mb",
                "--snapshot-log-bytes",
                "64mb",
                "--reconnect-window",
                "0")) {
            NodeProcess primary = cluster.node("primary");
            NodeProcess fresh = cluster.replica("fresh", primary);
            NodeProcess old = cluster.replica("old", primary);
            Cluster.start(primary, old);
            long firstAtStart = firstIndex(Cluster.info(primary));
            fill(primary, "old:", OLD_KEYS);
            KeyspaceDigest before = Cluster.awaitSame(primary, old);
            old.kill();
            fill(primary, "key:", KEYS);
            Cluster.await("the log's beginning to go", primary, info -> firstIndex(info) > firstAtStart);

            copyToAFreshOne(primary, fresh);
            killInTheMiddle(primary, old, before);
            Cluster.awaitSame(fresh, old);
        }
    }

    private static void copyToAFreshOne(NodeProcess primary, NodeProcess fresh) throws Exception {
        try (MixedLoad load = new MixedLoad("during", primary, 2, WRITES_PER_SECOND);
                PingWatch pings = new PingWatch(primary)) {
            load.awaitCount(100, LIMIT);
            long begin = System.nanoTime();
            fresh.startAndAwait();
            Await.until("the full sync", LIMIT, () -> Cluster.info(fresh).isUp());
            double seconds = (System.nanoTime() - begin) / 1e9;
            int written = load.count();
            load.awaitCount(written + 100, LIMIT);
            double longest = pings.stop();
            load.stop();
            System.out.printf(
                    "full sync of %d keys: %.1f s with the replica's start, %d writes meanwhile, longest of %d PINGs"
                            + " %.1f ms%n",
                    KEYS, seconds, written, pings.count(), longest);
            assertTrue(longest < MAX_PING_MILLIS, longest + " ms");
            KeyspaceDigest digest = Cluster.awaitSame(primary, fresh);
            assertTrue(digest.keys() >= KEYS + OLD_KEYS, digest::toString);
        }
        assertEquals(1, Cluster.info(primary).fullSyncs());
        assertEquals(1, Cluster.info(fresh).fullSyncs());
        assertEquals(0, Cluster.info(fresh).partialSyncs());
    }

    private static void killInTheMiddle(NodeProcess primary, NodeProcess old, KeyspaceDigest before) throws Exception {
        old.startAndAwait();
        Cluster.await("the full sync to be under way", old, info -> info.number("master_sync_read_bytes") > 0);
        primary.pause();
        assertEquals(1, Cluster.info(old).number("master_sync_in_progress"));
        assertEquals(before, Cluster.digest(old), "a full sync changes nothing before it is complete");
        old.kill();

        old.startAndAwait();
        assertEquals(before, Cluster.digest(old), "half a full sync leaves no trace");
        primary.resume();
        Cluster.awaitLink(old);
        assertEquals(2, Cluster.info(primary).fullSyncs());
        assertEquals(1, Cluster.info(primary).number("resumed_syncs"));
        ReplicationInfo info = Cluster.info(old);
        assertEquals(0, info.fullSyncs());
        assertEquals(1, info.number("resumed_syncs"));
        assertEquals(0, info.number("master_sync_in_progress"));
    }

    private static long firstIndex(ReplicationInfo info) {
        return Long.parseLong(info.shardField(0, "first_index"));
    }

    private static void fill(NodeProcess primary, String prefix, int keys) throws IOException {
        byte[] value = new byte[VALUE_BYTES];
        try (RespClient client = primary.connect()) {
            for (int from = 0; from < keys; from += BATCH) {
                for (int i = from; i < from + BATCH; i++) {
                    value[i % VALUE_BYTES] = (byte) i;
                    client.send("SET", prefix + i, value);
                }
                client.flush();
                for (int i = from; i < from + BATCH; i++) {
                    assertEquals("OK", client.read());
                }
            }
        }
    }
}

package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.KeyspaceDigest;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node of two shards that is sized for far too few keys grows to its limit of memory, and is a good node there too. */
@Tag("long")
class CapacityIT {
    private static final long LIMIT_BYTES = Long.getLong("tailrace.test.megabytes", 24) << 20;
    private static final int CLIENTS = 3;
    private static final int REFUSALS = 200;
    private static final int ANY = Integer.MAX_VALUE;

    @TempDir
    private Path dir;

    private final List<FillingClient> clients = new ArrayList<>();

    @Test
    void shouldGrowRefuseEvictAndNeverDisagree() throws Exception {
        long seed = Long.getLong("tailrace.test.seed", System.nanoTime());
        System.out.println("capacity: -Dtailrace.test.seed=" + seed);
        try (Cluster cluster = new Cluster(
                dir,
                "--shards",
                "2",
                "--max-entries",
                "1000",
                "--avg-value-size",
                "64",
                "--segment-size",
                "1mb",
                "--backlog-size",
                "8mb",
                "--snapshot-log-bytes",
                "4mb",
                "--reconnect-window",
                "0")) {
            NodeProcess primary = cluster.node("primary", "--max-memory", "" + LIMIT_BYTES);
            // what it may hold itself is less, and it would rather throw away: neither matters while it is a replica
            NodeProcess replica =
                    cluster.replica("replica", primary, "--max-memory", "1mb", "--max-memory-policy", "allkeys-random");
            NodeProcess fresh = cluster.replica("fresh", primary);
            Cluster.start(primary, replica);
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(new FillingClient("c" + i + ":", seed));
            }

            fillUntilFull(primary);
            shouldHoldWhatWasTaken(primary);
            Cluster.awaitSame(primary, replica);
            shouldTakeWhatNeedsNoRoom(primary);
            deleteAndGoOn(primary);

            primary.kill();
            Cluster.start(primary, fresh);
            Cluster.awaitLink(replica);
            shouldHoldWhatWasTaken(primary);
            Cluster.awaitSame(primary, replica, fresh);
            assertEquals(1, Cluster.info(fresh).fullSyncs(), "the log's beginning is gone");
            assertTrue(memory(fresh, "store_moves") > 0, "it grew while it loaded");

            evict(primary);
            Cluster.awaitSame(primary, replica, fresh);
            assertEquals(0, Cluster.info(replica).fullSyncs());
            assertEquals(0, memory(replica, "evicted_keys"));
            Cluster.verifyLogs(primary, replica);
        }
    }

    private static long memory(NodeProcess node, String field) throws IOException {
        try (RespClient client = node.connect()) {
            Map<String, String> fields = new HashMap<>(client.info("memory"));
            fields.putAll(client.info("stats"));
            return Long.parseLong(fields.get(field));
        }
    }

    private void fill(NodeProcess node, int refusals, int writes) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (FillingClient client : clients) {
            threads.add(new Thread(() -> client.fill(node, refusals, writes), client.tag()));
        }
        threads.forEach(thread -> thread.setDaemon(true));
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join(Cluster.LIMIT.toMillis());
            assertTrue(!thread.isAlive(), "the node is never full");
        }
    }

    private void fillUntilFull(NodeProcess primary) throws Exception {
        fill(primary, REFUSALS, ANY);
        // a move that ends behind the last refusal gives room back
        Await.until("the moves to end", Cluster.LIMIT, () -> memory(primary, "store_moving_shards") == 0);
        fill(primary, REFUSALS, ANY);
        long used = memory(primary, "used_memory");
        assertTrue(used > LIMIT_BYTES / 2 && used < LIMIT_BYTES + (1 << 20), used + " bytes of " + LIMIT_BYTES);
        assertEquals(0, memory(primary, "evicted_keys"));
        assertTrue(memory(primary, "store_moves") >= 2, memory(primary, "store_moves") + " moves");
    }

    private void shouldHoldWhatWasTaken(NodeProcess node) throws IOException {
        Map<String, byte[]> actual = new HashMap<>();
        try (RespClient client = node.connect()) {
            KeyspaceDigest.forEach(
                    client, (key, value, deadline) -> actual.put(new String(key, StandardCharsets.UTF_8), value));
        }
        int expected = 0;
        for (FillingClient client : clients) {
            expected += client.held().size();
            client.held().forEach((key, value) -> assertArrayEquals(value, actual.get(key), key));
        }
        assertEquals(expected, actual.size(), "what was refused is there");
    }

    /** On the fullest shard and the other. */
    private void shouldTakeWhatNeedsNoRoom(NodeProcess primary) throws IOException {
        Map<String, byte[]> held = clients.get(0).held();
        int checked = 0;
        try (RespClient client = primary.connect()) {
            List<String> keys = List.copyOf(held.keySet()).subList(0, 20);
            // what was overwritten by less since the last refusal may have left room: until that is taken, too
            byte[] more = new byte[400_000];
            int refused = 0;
            for (String key : keys) {
                byte[] before = held.get(key);
                try {
                    client.call("APPEND", key, more);
                    held.put(key, Arrays.copyOf(before, before.length + more.length));
                } catch (ErrorReplyException e) {
                    assertTrue(e.getMessage().startsWith("OOM "), e.getMessage());
                    refused++;
                }
                assertArrayEquals(held.get(key), (byte[]) client.call("GET", key));
            }
            assertTrue(refused >= keys.size() / 2, refused + " of " + keys.size() + " refused");
            // only now, as what these give back may be room enough for the others
            for (String key : keys) {
                byte[] value = held.get(key);
                if (value.length > 100) {
                    byte[] shorter = new byte[value.length / 2];
                    assertEquals("OK", client.text("SET", key, shorter));
                    held.put(key, shorter);
                    checked++;
                }
            }
        }
        assertTrue(checked > 0);
    }

    private void deleteAndGoOn(NodeProcess primary) throws Exception {
        long used = memory(primary, "used_memory");
        int deleted = 0;
        for (FillingClient client : clients) {
            deleted += client.delete(primary, 5);
        }
        assertTrue(deleted > 0);
        assertTrue(memory(primary, "used_memory") < used * 9 / 10);
        int refused = clients.stream().mapToInt(FillingClient::refused).sum();
        fill(primary, REFUSALS, 500);
        assertEquals(refused, clients.stream().mapToInt(FillingClient::refused).sum(), "there is room again");
        fill(primary, REFUSALS, ANY);
    }

    private void evict(NodeProcess primary) throws Exception {
        int refused = clients.stream().mapToInt(FillingClient::refused).sum();
        try (RespClient client = primary.connect()) {
            client.call("CONFIG", "SET", "maxmemory-policy", "allkeys-random");
        }
        fill(primary, REFUSALS, 2_000);
        assertEquals(refused, clients.stream().mapToInt(FillingClient::refused).sum(), "keys are evicted instead");
        assertTrue(memory(primary, "evicted_keys") > 1_000, memory(primary, "evicted_keys") + " keys");
        try (RespClient client = primary.connect()) {
            client.call("CONFIG", "SET", "maxmemory", LIMIT_BYTES / 2);
            Await.until(
                    "the rest to be evicted",
                    Cluster.LIMIT,
                    () -> Long.parseLong(client.info("memory").get("used_memory")) <= LIMIT_BYTES / 2);
            assertNotNull(client.text("RANDOMKEY"));
        }
    }
}

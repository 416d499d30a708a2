package io.tailrace.tools.bugs;

import static io.tailrace.tools.NodeGroup.assertSame;
import static io.tailrace.tools.NodeGroup.awaitCaughtUp;
import static io.tailrace.tools.NodeGroup.fill;
import static io.tailrace.tools.NodeGroup.replication;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kevy's bugs in what a write makes of a replica, on a primary and a replica of two shards. */
class EffectBugsIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String[] TWO_SHARDS = {"--shards", "2", "--pump-budget", "64kb"};

    @TempDir
    private static Path dir;

    private static NodeGroup group;
    private static NodeProcess primary;
    private static NodeProcess replica;

    @BeforeAll
    static void start() throws Exception {
        group = new NodeGroup(dir);
        primary = group.add("primary", TWO_SHARDS);
        replica = group.addReplica("replica", primary, TWO_SHARDS);
        NodeGroup.start(primary, replica);
    }

    @AfterAll
    static void stop() {
        group.close();
    }

    @Test
    @DisplayName("10: DEL of several keys, MSET, RENAME and FLUSHALL reach the replica, in order with later writes")
    void shouldReplicateCommandsOnSeveralKeys() throws Exception {
        try (RespClient client = primary.connect()) {
            client.call("MSET", "foo", "1", "bar", "2", "{t}a", "3", "{t}b", "4");
            assertSame(primary, replica);
            client.call("RENAME", "{t}a", "{t}c");
            assertSame(primary, replica);
            assertEquals(3, client.number("DEL", "foo", "bar", "{t}b", "none"));
            assertSame(primary, replica);
            client.call("MSET", "foo", "5", "bar", "6");
            client.call("FLUSHALL");
            client.call("MSETNX", "{t}a", "7", "{t}b", "8");
            client.call("UNLINK", "{t}a", "foo");
            client.call("SET", "bar", "9");
            client.call("FLUSHDB");
            client.call("SET", "foo", "10");
            assertSame(primary, replica);
        }
        try (RespClient client = replica.connect()) {
            assertEquals(1, client.number("DBSIZE"));
            assertEquals("10", client.text("GET", "foo"));
        }
    }

    @Test
    @DisplayName("11: the effect of one command doesn't leak into the next of its pipeline")
    void shouldKeepTheEffectsOfAPipelineApart() throws Exception {
        String[] requests = {
            "SET p:n 41",
            "INCR p:n",
            "GET p:n",
            "APPEND p:n x",
            "INCR p:n",
            "SET p:n 1 PX 5000000",
            "INCRBY p:n 9",
            "GETDEL p:gone",
            "SETRANGE p:r 5 abc",
            "PERSIST p:n",
            "EXPIRE p:n 1000 XX",
            "SETNX p:n 7",
            "GETEX p:r EX 900",
            "INCRBYFLOAT p:f 0.5",
            "GETSET p:f 3",
            "PEXPIRE p:f -1",
            "STRLEN p:f",
            "SETEX p:s 1000 v",
            "GET p:s",
            "SET p:s w KEEPTTL",
            "DEL p:nothing",
            "SET p:last end"
        };
        try (RespClient client = primary.connect()) {
            for (int round = 0; round < 20; round++) {
                for (String request : requests) {
                    client.send(
                            (Object[]) request.replace("p:", "p" + round + ":").split(" "));
                }
            }
            client.flush();
            for (int i = 0; i < 20 * requests.length; i++) {
                client.read();
            }
            assertSame(primary, replica);
            assertEquals("10", client.text("GET", "p0:n"));
            assertEquals(-1, client.number("PTTL", "p19:n"));
            assertTrue(client.number("PTTL", "p19:s") > 0);
            assertEquals(0, client.number("EXISTS", "p7:f"));
        }
    }

    @Test
    @DisplayName("18: a command whose destination is of another shard is done on both, or not at all")
    void shouldNotRunACommandOnTheShardOfItsSourceOnly() throws Exception {
        try (RespClient client = primary.connect()) {
            client.call("MSET", "foo", "1", "bar", "2");
            client.call("RENAME", "foo", "bar");
            assertEquals(0, client.number("EXISTS", "foo"));
            assertEquals("1", client.text("GET", "bar"));
        }
        assertSame(primary, replica);
    }

    @Test
    @DisplayName("20: deadlines are equal on both sides, also of keys that were written while the replica was away")
    void shouldKeepDeadlinesThroughAnOutage() throws Exception {
        try (RespClient client = primary.connect()) {
            client.call("SET", "ttl:before", "1", "EX", 500);
            awaitCaughtUp(primary, replica);
            replica.kill();
            client.call("SET", "ttl:ex", "1", "EX", 500);
            client.call("SETEX", "ttl:setex", 500, "1");
            client.call("SET", "ttl:expire", "1");
            client.call("EXPIRE", "ttl:expire", 500);
            client.call("GETEX", "ttl:expire", "PX", 400_000);
            client.call("EXPIRE", "ttl:before", 700);
            client.call("SET", "ttl:short", "1", "PX", 50);
            Await.until("the end of the short one", LIMIT, () -> client.call("GET", "ttl:short") == null);
            replica.startAndAwait();
            awaitCaughtUp(primary, replica);
            try (RespClient follower = replica.connect()) {
                for (String key : List.of("ttl:before", "ttl:ex", "ttl:setex", "ttl:expire")) {
                    long deadline = client.number("PEXPIRETIME", key);
                    assertTrue(deadline > 0, key);
                    assertEquals(deadline, follower.number("PEXPIRETIME", key), key);
                }
                assertEquals(0, follower.number("EXISTS", "ttl:short"));
            }
        }
        assertSame(primary, replica);
        assertEquals("0", replication(replica).get("full_syncs"));
    }

    @Test
    @DisplayName("new: a record larger than the pump's budget passes, and what is behind it too")
    void shouldPassRecordsLargerThanTheBudget() throws Exception {
        try (RespClient client = primary.connect()) {
            for (int length : new int[] {65_536, 300_000, 3_000_000, 16 << 20}) {
                client.call("SET", "large", new byte[length]);
                client.call("SET", "behind", length);
                assertSame(primary, replica);
            }
            client.call("DEL", "large");
        }
    }

    @Test
    @DisplayName("new: another number of shards is refused by name")
    void shouldNameAnotherNumberOfShards() throws Exception {
        try (RawReplica raw = new RawReplica(primary, 1)) {
            String answer = raw.handshake("one-shard", 0, 1);
            assertTrue(answer.startsWith("-SHARDS this is shard 1 of 2, the replica asks as shard 0 of 1"), answer);
            raw.awaitEnd();
        }
        try (NodeProcess single = group.addReplica("single", primary)) {
            single.startAndAwait();
            Await.until("the refusal", LIMIT, () -> !replication(single)
                    .getOrDefault("sync_refused_reason", "LOADING")
                    .startsWith("LOADING"));
            String reason = replication(single).get("sync_refused_reason");
            assertTrue(reason.matches("SHARDS .* has 2 shards, this node has 1: .*"), reason);
            NodeGroup.awaitPrinted(single, reason);
            unknownHost(single);
        }
    }

    /** Also seen there: an unknown host became 127.0.0.1, and silence was counted from 1970. */
    private static void unknownHost(NodeProcess node) throws IOException {
        try (RespClient client = node.connect()) {
            client.call("REPLICAOF", "no-such-host.invalid", primary.port());
            Await.until(
                    "the name to fail", LIMIT, () -> node.printed().contains("no-such-host.invalid:" + primary.port()));
            assertEquals("down", client.info("replication").get("master_link_status"));
            assertEquals("-1", client.info("replication").get("master_last_io_seconds_ago"));
            assertEquals("PONG", client.text("PING"));
        }
    }

    @Test
    @DisplayName("new: both shards replicate and agree, and a reader of the replica never sees half a MULTI")
    void shouldShowTransactionsWhole() throws Exception {
        int rounds = 2_000;
        AtomicBoolean isOver = new AtomicBoolean();
        try (RespClient writer = primary.connect()) {
            writer.call("MSET", "{m}a", 0, "{m}b", 0);
            awaitCaughtUp(primary, replica);
            CompletableFuture<Integer> reads = CompletableFuture.supplyAsync(() -> readPairs(isOver));
            for (int i = 1; i <= rounds; i++) {
                writer.send("MULTI");
                writer.send("SET", "{m}a", i);
                writer.send("SET", "{m}b", i);
                writer.send("EXEC");
                writer.flush();
                for (int reply = 0; reply < 4; reply++) {
                    assertNotNull(writer.read());
                }
            }
            isOver.set(true);
            assertTrue(reads.get(20, TimeUnit.SECONDS) > 10);
        }
        fill(primary, "both", 2_000, 10);
        assertSame(primary, replica);
        for (String shard : List.of("shard0", "shard1")) {
            assertEquals(replication(primary).get(shard).replaceAll(".*chain=", ""), chain(shard), shard);
        }
        try (RespClient client = replica.connect()) {
            assertEquals(Integer.toString(rounds), client.text("GET", "{m}b"));
        }
    }

    private static String chain(String shard) throws IOException {
        return replication(replica).get(shard).replaceAll(".*chain=", "");
    }

    private static int readPairs(AtomicBoolean isOver) {
        try (RespClient reader = replica.connect()) {
            int pairs = 0;
            for (; !isOver.get(); pairs++) {
                List<?> pair = (List<?>) reader.call("MGET", "{m}a", "{m}b");
                assertEquals(text(pair.get(0)), text(pair.get(1)));
            }
            return pairs;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.US_ASCII);
    }
}

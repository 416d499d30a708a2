package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a client is told of where its writes are: a primary and a replica of two shards each, which all tests share. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(
        value = 6,
        unit = TimeUnit.HOURS) // as long as its size property asks for; what it waits for has limits of its own
class AckLevelsIT {
    private static final int KILLS = Integer.getInteger("tailrace.test.ack-kills", 2);
    private static final int LAST = Integer.MAX_VALUE;

    private Cluster cluster;
    private NodeProcess primary;
    private NodeProcess replica;

    @BeforeAll
    void start(@TempDir Path dir) throws IOException {
        cluster = new Cluster(dir, "--shards", "2", "--segment-size", "1mb");
        primary = cluster.node("primary");
        replica = cluster.replica("replica", primary);
        Cluster.start(primary, replica);
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    private static void set(NodeProcess node, String... settings) throws IOException {
        try (RespClient client = node.connect()) {
            for (int i = 0; i < settings.length; i += 2) {
                client.call("CONFIG", "SET", settings[i], settings[i + 1]);
            }
        }
    }

    private static String text(Object reply) {
        return reply instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(reply);
    }

    @Test
    void shouldSayNoReplicasInThePipelineOfAPausedReplica() throws IOException {
        set(primary, "ack-replicas", "1", "ack-timeout", "30000");
        try (RespClient client = primary.connect();
                RespClient other = primary.connect()) {
            assertEquals("OK", client.text("SET", "one", "1"));
            replica.pause();
            for (int i = 0; i < 500; i++) {
                client.send("INCR", "counter:" + i % 10);
                client.send("GET", "counter:" + i % 10);
            }
            client.flush();
            Await.until(
                    "the pipeline to be executed", Cluster.LIMIT, () -> "50".equals(other.text("GET", "counter:9")));
            assertEquals("500", other.info("replication").get("ack_held_replies"));
            set(primary, "ack-timeout", "200");
            for (int i = 0; i < 500; i++) {
                ErrorReplyException error = assertInstanceOf(ErrorReplyException.class, client.read());
                assertTrue(
                        error.getMessage()
                                .matches(
                                        "NOREPLICAS 0 of 1 replicas applied the write within 200 ms; it is in the log at"
                                                + " \\d+:\\d+ of shard [01]"),
                        error.getMessage());
                assertEquals(Integer.toString(i / 10 + 1), text(client.read()));
            }
            replica.resume();
            set(primary, "ack-timeout", "30000");
            client.call("MULTI");
            client.call("INCR", "counter:0");
            assertEquals(List.of(51L), client.call("EXEC"));
            assertEquals("500", other.info("replication").get("ack_failed_replies"));
        } finally {
            replica.resume();
            set(primary, "ack-replicas", "0", "ack-timeout", "1000");
        }
    }

    @Test
    void shouldWaitForDisksThatNobodyElseForces() throws IOException {
        set(primary, "appendfsync", "no");
        set(replica, "appendfsync", "no");
        try (RespClient client = primary.connect()) {
            for (int i = 0; i < 20; i++) {
                client.call("MSET", "disk:" + i, "1", "disc:" + i, "2", "disk", "3");
                assertEquals(List.of(1L, 1L), client.call("WAITAOF", "1", "1", "30000"));
            }
            replica.pause();
            client.call("SET", "disk", "4");
            assertEquals(List.of(1L, 0L), client.call("WAITAOF", "1", "1", "100"));
            assertEquals(0, client.number("WAIT", "1", "100"));
            replica.resume();
            assertEquals(1, client.number("WAIT", "1", "30000"));
            assertEquals(List.of(1L, 1L), client.call("WAITAOF", "0", "1", "30000"));
        } finally {
            replica.resume();
            set(primary, "appendfsync", "everysec");
            set(replica, "appendfsync", "everysec");
        }
    }

    @Test
    void shouldRefuseWritesWhileReplicasAreTooFew() throws IOException {
        set(primary, "min-slaves-max-lag", "1", "min-slaves-to-write", "1");
        try (RespClient client = primary.connect()) {
            assertEquals("OK", client.text("SET", "few", "1"));
            assertEquals("1", client.info("replication").get("min_slaves_good_slaves"));
            replica.pause();
            Await.until("writes to be refused", Cluster.LIMIT, () -> {
                client.send("SET", "few", "2");
                client.flush();
                return "NOREPLICAS Not enough good replicas to write.".equals(message(client.read()));
            });
            assertEquals("0", client.info("replication").get("min_slaves_good_slaves"));
            assertEquals("2", client.text("GET", "few"));
            replica.resume();
            Await.until("writes to be taken", Cluster.LIMIT, () -> "OK".equals(client.text("SET", "few", "3")));
        } finally {
            replica.resume();
            set(primary, "min-slaves-to-write", "0", "min-slaves-max-lag", "10");
        }
    }

    private static String message(Object reply) {
        return reply instanceof ErrorReplyException error ? error.getMessage() : text(reply);
    }

    @Test
    void shouldReadItsOwnWritesOnTheReplica() throws IOException {
        try (RespClient writer = primary.connect();
                RespClient reader = replica.connect()) {
            for (int i = 0; i < 300; i++) {
                writer.call("SET", "own:" + i % 7, i);
                writer.call("SET", "owned:" + i % 5, i);
                assertEquals("OK", reader.text("WAITTOKEN", writer.text("TOKEN"), "30000"));
                assertEquals(Integer.toString(i), reader.text("GET", "own:" + i % 7));
                assertEquals(Integer.toString(i), reader.text("GET", "owned:" + i % 5));
            }
            replica.pause();
            writer.call("SET", "own:0", "later");
            String token = writer.text("TOKEN");
            replica.resume();
            assertEquals("OK", reader.text("WAITTOKEN", token, "30000"));
            assertEquals("later", reader.text("GET", "own:0"));
        } finally {
            replica.resume();
        }
    }

    @Test
    void shouldNotReadDataThatAreTooOld() throws IOException {
        long limitMs = 250;
        try (RespClient writer = primary.connect();
                RespClient reader = replica.connect()) {
            writer.call("SET", "stale", "1");
            assertEquals("OK", reader.text("WAITTOKEN", writer.text("TOKEN"), "30000"));
            set(replica, "replica-max-staleness-ms", Long.toString(limitMs));
            Await.until("the primary to tell", Cluster.LIMIT, () -> "1".equals(reader.text("GET", "stale")));
            primary.pause();
            Await.until("the data to be too old", Cluster.LIMIT, () -> {
                reader.send("GET", "stale");
                reader.flush();
                return message(reader.read())
                        .matches("STALE the data of shard [01] may be \\d+ ms old, replica-max-staleness-ms is 250");
            });
            assertTrue(Long.parseLong(reader.info("replication").get("replica_data_age_ms")) >= limitMs);
            assertEquals("PONG", reader.text("PING"));
            primary.resume();
            Await.until("the data to be young again", Cluster.LIMIT, () -> "1".equals(reader.text("GET", "stale")));
        } finally {
            primary.resume();
            set(replica, "replica-max-staleness-ms", "0");
        }
    }

    @Test
    @Order(LAST - 1)
    void shouldAnswerHeldRepliesWhenThePrimaryBecomesAReplica() throws IOException {
        set(primary, "ack-replicas", "1", "ack-timeout", "30000");
        replica.pause();
        try (RespClient client = primary.connect();
                RespClient other = primary.connect()) {
            client.send("MSET", "demoted:0", "1", "demoted:1", "1", "demoted:2", "1");
            client.send("SET", "demoted:0", "2");
            client.send("WAIT", "1", "0");
            client.flush();
            Await.until("the write to be executed", Cluster.LIMIT, () -> "2".equals(other.text("GET", "demoted:0")));
            other.call("REPLICAOF", "127.0.0.1", "1");
            for (int i = 0; i < 2; i++) {
                String answer = message(client.read());
                assertTrue(answer.startsWith("NOREPLICAS this node became a replica before"), answer);
            }
            assertEquals(0L, client.read());
            other.call("REPLICAOF", "NO", "ONE");
            replica.resume();
            assertEquals("OK", client.text("SET", "demoted:0", "3"), "the replica has come again");
        } finally {
            replica.resume();
            set(primary, "ack-replicas", "0", "ack-timeout", "1000");
        }
    }

    @Test
    @Order(LAST)
    void shouldHaveEveryAcknowledgedWriteOnThePromotedReplica() throws Exception {
        Map<String, String> acknowledged = new HashMap<>();
        for (int kill = 0; kill < KILLS; kill++) {
            if (kill > 0) {
                followTheOther();
            }
            set(primary, "ack-replicas", "1", "ack-timeout", "30000");
            String token = tokenOfEveryShard();
            try (CountingLoad load = new CountingLoad(primary, 4)) {
                load.awaitCount(3_000, Cluster.LIMIT);
                primary.kill();
                acknowledged.putAll(load.acknowledged());
            }
            promote(acknowledged, token);
        }
    }

    private String tokenOfEveryShard() throws IOException {
        try (RespClient client = primary.connect()) {
            client.call("MSET", "token:0", "1", "token:1", "1", "token:2", "1");
            return client.text("TOKEN");
        }
    }

    private void promote(Map<String, String> acknowledged, String token) throws IOException {
        assertTrue(acknowledged.size() > 100, acknowledged::toString);
        try (RespClient client = replica.connect()) {
            assertEquals("OK", client.text("REPLICAOF", "NO", "ONE"));
            assertEquals("OK", client.text("WAITTOKEN", token, "30000"), "it is of the history before");
            for (Map.Entry<String, String> entry : acknowledged.entrySet()) {
                long found = Long.parseLong(client.text("GET", entry.getKey()));
                assertTrue(
                        found >= Long.parseLong(entry.getValue()), entry + " is acknowledged, " + found + " is there");
            }
        }
    }

    /** The node that was killed comes back, rolls back what nobody else has, and follows the one that took its place. */
    private void followTheOther() throws IOException {
        NodeProcess old = primary;
        primary = replica;
        replica = old;
        replica.startAndAwait();
        try (RespClient client = replica.connect()) {
            client.call("REPLICAOF", "127.0.0.1", primary.port());
        }
        Cluster.awaitLink(replica);
    }
}

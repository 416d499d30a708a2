package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.Node;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.Setting;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.FreePorts;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real node while it loads its data: what it answers to clients and replicas, and what its log says of start and stop. */
class LoadingIT {
    private static final int KEYS = 50_000;
    private static final int BATCH = 10_000;

    /** So that loading takes seconds and is seen by who asks once a second: a compiled node may have loaded before. */
    private static final String SLOWLY = "-Xint -Xms64m";

    @TempDir
    private Path dir;

    private static void fill(NodeProcess node) throws IOException {
        try (RespClient client = node.connect()) {
            for (int from = 0; from < KEYS; from += BATCH) {
                for (int i = from; i < from + BATCH; i++) {
                    client.send("SET", "key" + i, "v".repeat(50));
                }
                client.flush();
                for (int i = 0; i < BATCH; i++) {
                    client.read();
                }
            }
        }
    }

    /** What it says about its loading, or null as long as it does not listen. */
    private static Map<String, String> persistence(NodeProcess node) {
        try (RespClient client = new RespClient(node.port(), Duration.ofSeconds(20))) {
            return client.info("persistence");
        } catch (IOException e) {
            return null;
        }
    }

    private static boolean isLoading(Map<String, String> persistence) {
        return persistence != null && persistence.get("loading").equals("1");
    }

    @Test
    void shouldAnswerWhileItLoads() throws Exception {
        try (Cluster cluster = new Cluster(
                        dir, "--backlog-size", "1gb", "--snapshot-interval", "0", "--snapshot-log-bytes", "1gb");
                NodeProcess node = cluster.node("node", "--shards", "2")) {
            Cluster.start(node);
            assertTrue(node.printed().contains("this is the first start here"), node.printed());
            NodeProcess replica = cluster.replica("replica", node, "--shards", "2");
            Cluster.start(replica);
            fill(node);
            node.kill();

            node.javaOptions(SLOWLY).start();
            Await.until("the node to load", Cluster.LIMIT, () -> isLoading(persistence(node)));
            assertEquals(0, node.terminate());
            assertTrue(
                    node.printed().contains("\"stopped while loading; no write was accepted, and the next start"),
                    node.printed());
            node.start();
            Await.until("the node to load", Cluster.LIMIT, () -> isLoading(persistence(node)));
            try (RespClient client = new RespClient(node.port(), Duration.ofSeconds(20))) {
                assertLoading(client, "PING");
                assertLoading(client, "GET", "key1");
                Await.until("a part to be loaded", Cluster.LIMIT, () -> percent(client) > 0);
                Map<String, String> seen = client.info("persistence");
                assertTrue(Long.parseLong(seen.get("loading_total_bytes")) > KEYS * 50L, seen::toString);
                assertTrue(Long.parseLong(seen.get("loading_eta_seconds")) >= 0, seen::toString);
            }
            Await.until("the replica to be told", Cluster.LIMIT, () -> replica.printed()
                    .contains("not ready: LOADING this node is loading its data: "));
            node.awaitReady(Cluster.LIMIT);
            Cluster.awaitLink(replica);
            try (RespClient client = node.connect()) {
                assertEquals(KEYS, client.number("DBSIZE"));
                assertEquals("0", client.info("persistence").get("loading"));
            }
            String printed = node.printed();
            assertTrue(printed.contains("the last run did not end in order"), printed);
            assertTrue(printed.contains("the last start was broken off before it was complete"), printed);
            assertTrue(
                    printed.matches(
                            "(?s).*shard=1 msg=\"\\d+ keys at \\S+ in \\d+ ms, from no snapshot and \\d+ records of the log.*"),
                    printed);
        }
    }

    private static double percent(RespClient client) throws IOException {
        return Double.parseDouble(client.info("persistence").getOrDefault("loading_loaded_perc", "100"));
    }

    private static void assertLoading(RespClient client, Object... command) throws IOException {
        try {
            throw new AssertionError("it answered " + client.call(command));
        } catch (ErrorReplyException e) {
            assertEquals("LOADING Redis is loading the dataset in memory", e.getMessage());
        }
    }

    @Test
    void shouldTellHowItStopsAndHowItStopped() throws Exception {
        try (Cluster cluster = new Cluster(dir);
                NodeProcess node = cluster.node("node")) {
            Cluster.start(node);
            try (RespClient client = node.connect()) {
                client.call("SET", "k", "v");
            }
            assertEquals(0, node.terminate());
            assertTrue(
                    node.printed()
                            .matches(
                                    "(?s).* level=info msg=\"stopping: a signal\"\n.* level=info msg=\"stopped after \\d+ ms\"\n"),
                    node.printed());
            Cluster.start(node);
            assertTrue(node.printed().contains("the last stop was in order"), node.printed());
            assertTrue(node.printed().contains("from snapshot snapshot-"), node.printed());
            try (RespClient client = node.connect()) {
                client.send("SHUTDOWN", "NOSAVE");
                client.flush();
                assertEquals(0, node.awaitExit(Cluster.LIMIT));
            }
            assertTrue(
                    node.printed()
                            .matches(
                                    "(?s).* level=info msg=\"stopping without a last snapshot: SHUTDOWN by client \\S+\"\n.*stopped.*"),
                    node.printed());
        }
    }

    @Test
    void shouldStopInTheMiddleOfLoading() throws Exception {
        try (Cluster cluster = new Cluster(
                        dir, "--backlog-size", "1gb", "--snapshot-interval", "0", "--snapshot-log-bytes", "1gb");
                NodeProcess node = cluster.node("node")) {
            Cluster.start(node);
            fill(node);
            node.kill();
            node.javaOptions(SLOWLY).start();
            Await.until("the node to load", Cluster.LIMIT, () -> isLoading(persistence(node)));
            try (RespClient client = new RespClient(node.port(), Duration.ofSeconds(20))) {
                client.send("SHUTDOWN");
                client.flush();
            }
            node.awaitExit(Cluster.LIMIT);
            assertTrue(node.printed().contains("stopping: SHUTDOWN by client "), node.printed());
            Cluster.start(node.javaOptions("-Xms64m"));
            try (RespClient client = node.connect()) {
                assertEquals(KEYS, client.number("DBSIZE"));
            }
        }
    }

    /** A signal from then on must stop it in order: what it has taken is not to be told of as nothing. */
    @Test
    void shouldSayThatItWillServeBeforeItTakesTheFirstWrite() throws Exception {
        int port = FreePorts.find(1);
        NodeConfig config = NodeConfig.builder()
                .set(Setting.PORT, Integer.toString(port), "a test")
                .set(Setting.DATA_DIR, dir.resolve("data").toString(), "a test")
                .build();
        AtomicReference<Object> told = new AtomicReference<>();
        Node node = Node.launch(config, () -> told.set(reply(port, "SET", "key", "value")));
        try {
            assertEquals("LOADING Redis is loading the dataset in memory", told.get());
            assertEquals("PONG", reply(port, "PING"));
        } finally {
            node.shutdown("the test is over");
            node.awaitTermination();
        }
    }

    private static Object reply(int port, Object... command) {
        try (RespClient client = new RespClient(port, Duration.ofSeconds(20))) {
            return client.call(command);
        } catch (ErrorReplyException e) {
            return e.getMessage();
        } catch (IOException e) {
            return e;
        }
    }
}

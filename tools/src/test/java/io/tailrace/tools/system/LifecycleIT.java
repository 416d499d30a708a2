package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.demo.KeyspaceDigest;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a node begins and ends, and what it says when it can't. */
class LifecycleIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path dir;

    @Test
    void shouldEndInOrderAndKeepEverything() throws Exception {
        try (Cluster cluster = new Cluster(dir, "--segment-size", "1mb");
                NodeProcess node = cluster.node("node")) {
            Cluster.start(node);
            try (MixedLoad load = new MixedLoad("writer", node, 2, 1_000_000)) {
                load.awaitCount(20_000, LIMIT);
                load.stop();
                KeyspaceDigest before = Cluster.awaitSame(node);
                assertEquals(0, node.terminate());
                try (Stream<Path> files = Files.walk(node.data())) {
                    assertTrue(files.anyMatch(file -> file.toString().endsWith(".tsnap")), "a last snapshot");
                }
                Cluster.start(node);
                assertEquals(before, Cluster.digest(node));
            }
            assertNoNoise(node);
            try (RespClient client = node.connect()) {
                client.send("SHUTDOWN");
                client.flush();
                assertEquals(0, node.awaitExit(LIMIT));
            }
        }
    }

    /** Its own lines and none of a library's. */
    private static void assertNoNoise(NodeProcess node) throws IOException {
        for (String line : node.printed().lines().toList()) {
            assertTrue(line.matches("time=\\d{4}-\\d\\d-\\d\\dT\\S+Z level=(info|warn) (\\w+=\\S+ )*msg=\".*\""), line);
        }
        assertTrue(node.printed().lines().count() < 20, node.printed());
    }

    @Test
    void shouldRefuseAPortInUse() throws Exception {
        try (Cluster cluster = new Cluster(dir)) {
            NodeProcess node = cluster.node("node");
            refuseWhileTaken(node, node.port(), "port");
            refuseWhileTaken(node, node.replicationPort(0), "replication-port");
            assertFalse(Files.exists(node.data()), "a node that can't listen makes no directory");
        }
    }

    private static void refuseWhileTaken(NodeProcess node, int port, String key) throws IOException {
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            node.start();
            assertRefused(node, "can't listen on 127.0.0.1:" + taken.getLocalPort() + " (" + key + "): ");
            Files.delete(node.output());
        }
    }

    @Test
    void shouldRefuseADataDirectoryInUseOrOfOtherShards() throws Exception {
        try (Cluster cluster = new Cluster(dir)) {
            NodeProcess first = cluster.node("first");
            NodeProcess second = cluster.node("second").dataDirectory(first.data());
            Cluster.start(first);
            try (RespClient client = first.connect()) {
                client.call("SET", "k", "v");
            }
            second.start();
            assertRefused(second, first.data().toString());
            try (RespClient client = first.connect()) {
                assertEquals("v", client.text("GET", "k"));
            }
            assertEquals(0, first.terminate());

            Map<String, String> before = files(first.data());
            Files.delete(second.output());
            second.start("--shards", "2");
            assertRefused(second, "shard");
            assertEquals(before, files(first.data()), "nothing is touched");
            Cluster.start(first);
            try (RespClient client = first.connect()) {
                assertEquals("v", client.text("GET", "k"));
            }
        }
    }

    @Test
    void shouldNameAWrongSetting() throws Exception {
        try (Cluster cluster = new Cluster(dir);
                NodeProcess node = cluster.node("node")) {
            for (List<String> wrong : List.of(
                    List.of("--segment-size", "5"),
                    List.of("--idle", "sometimes"),
                    List.of("--replicaof", "nowhere"),
                    List.of("--max-clients", "-1"))) {
                node.start(wrong.toArray(String[]::new));
                assertEquals(2, node.awaitExit(LIMIT));
                String key = wrong.get(0).substring(2);
                String said = node.printed();
                assertEquals(1, said.lines().count(), said);
                assertTrue(
                        said.contains(key) && said.contains("'" + wrong.get(1) + "'") && said.contains("must be"),
                        said);
                Files.delete(node.output());
            }
            assertFalse(Files.exists(node.data()));
        }
    }

    private static void assertRefused(NodeProcess node, String reason) throws IOException {
        assertEquals(1, node.awaitExit(LIMIT), node.printed());
        String said = node.printed();
        assertEquals(1, said.lines().count(), said);
        assertTrue(said.startsWith("tailrace node: ") && said.contains(reason), said);
    }

    /** Every file with its length and time of change. */
    private static Map<String, String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .collect(Collectors.toMap(
                            file -> directory.relativize(file).toString(),
                            file -> file.toFile().length() + " bytes, changed "
                                    + file.toFile().lastModified(),
                            (one, other) -> one,
                            TreeMap::new));
        }
    }
}

package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.FreePorts;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that is told to follow what is no Tailrace, and a Redis that is told to follow a node. */
class ForeignServersIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Path REDIS = Path.of("/usr/bin/redis-server");

    @TempDir
    private Path dir;

    private Process redis(int port, String... options) throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(REDIS), REDIS + " is missing");
        List<String> command = new ArrayList<>(List.of(REDIS.toString(), "--port", Integer.toString(port)));
        command.addAll(List.of("--bind", "127.0.0.1", "--save", "", "--dir", dir.toString()));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("redis.log").toFile())
                .start();
        Await.until("redis-server to answer", LIMIT, () -> {
            try (RespClient client = new RespClient(port, LIMIT)) {
                return "PONG".equals(client.text("PING"));
            }
        });
        return process;
    }

    @Test
    void shouldSayWhatItWasToldToFollow() throws Exception {
        int port = FreePorts.find(1);
        Process redis = redis(port);
        try (NodeGroup group = new NodeGroup(dir)) {
            NodeProcess node = group.add("node").startAndAwait();
            NodeGroup.fill(node, "key", 10, 10);
            follow(node, port);
            awaitField(node, "sync_refused_reason", "NOTTAILRACE it answered '-ERR");
            for (String greeting :
                    List.of("HTTP/1.1 400 Bad Request\r\n\r\n", "220 mail ready\r\n", "\u0001\u0002\n")) {
                try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
                    Thread serving = new Thread(() -> serve(server, greeting));
                    serving.setDaemon(true);
                    serving.start();
                    follow(node, server.getLocalPort());
                    awaitField(node, "sync_refused_reason", "NOTTAILRACE it answered ");
                }
            }
            follow(node, FreePorts.find(1));
            awaitField(node, "master_link_problem", "can't ask 127.0.0.1:");
            assertEquals("down", NodeGroup.replication(node).get("master_link_status"));
            try (RespClient client = node.connect()) {
                assertEquals(10, client.number("DBSIZE"), "it keeps what it has");
            }
        } finally {
            redis.destroy();
        }
    }

    private static void serve(ServerSocket server, String greeting) {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                client.getOutputStream().write(greeting.getBytes(StandardCharsets.ISO_8859_1));
                client.getInputStream().readNBytes(1);
            } catch (IOException e) {
                // the test is over, or the node has hung up
            }
        }
    }

    private static void follow(NodeProcess node, int port) throws IOException {
        try (RespClient client = node.connect()) {
            assertEquals("OK", client.text("REPLICAOF", "127.0.0.1", port));
        }
    }

    private static void awaitField(NodeProcess node, String field, String start) {
        Await.until(field + " to begin with " + start, LIMIT, () -> NodeGroup.replication(node)
                .getOrDefault(field, "")
                .startsWith(start));
    }

    /** It asked 1,250 times a second, without a pause. */
    @Test
    void shouldLetARedisThatFollowsItWaitBetweenItsAttempts() throws Exception {
        try (NodeGroup group = new NodeGroup(dir)) {
            NodeProcess node = group.add("node").startAndAwait();
            Process redis = redis(FreePorts.find(1), "--replicaof", "127.0.0.1 " + node.port());
            try (RespClient client = node.connect()) {
                Await.until("the Redis to ask", LIMIT, () -> connections(client) >= 3);
                long before = connections(client);
                long begin = System.nanoTime();
                Await.until("the Redis to ask again", LIMIT, () -> connections(client) >= before + 3);
                long seconds = (System.nanoTime() - begin) / 1_000_000_000;
                assertTrue(seconds >= 1, "three attempts took " + seconds + " s");
                assertTrue(connections(client) - before <= 2 * (seconds + 2), "attempts in " + seconds + " s");
            } finally {
                redis.destroy();
            }
            String said = Files.readString(dir.resolve("redis.log"));
            assertTrue(said.contains("Master is currently unable to PSYNC"), said);
            assertTrue(said.contains("this is Tailrace, which no Redis can follow"), said);
        }
    }

    private static long connections(RespClient client) throws IOException {
        Map<String, String> stats = client.info("stats");
        return Long.parseLong(stats.get("total_connections_received"));
    }
}

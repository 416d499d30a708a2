package io.tailrace.tools.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.FreePorts;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HAProxy with the two checks that people use: that it is a Redis at all, and that it is the primary. */
@Tag("long")
class HAProxyIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** The check by which a proxy finds the primary, as in every guide to HAProxy before Redis; HAProxy's own is PING. */
    private static final String CONFIGURATION =
            """
            defaults
              mode tcp
              timeout connect 2s
              timeout client 60s
              timeout server 60s
              timeout check 2s
            frontend any
              bind 127.0.0.1:%1$d
              default_backend any
            frontend primary
              bind 127.0.0.1:%2$d
              default_backend primary
            backend any
              option redis-check
              balance roundrobin
              default-server check inter 100ms fall 2 rise 1
              server first 127.0.0.1:%3$d
              server second 127.0.0.1:%4$d
            backend primary
              option tcp-check
              tcp-check connect
              tcp-check send PING\\r\\n
              tcp-check expect string +PONG
              tcp-check send info\\ replication\\r\\n
              tcp-check expect string role:master
              tcp-check send QUIT\\r\\n
              tcp-check expect string +OK
              default-server check inter 100ms fall 2 rise 1 on-marked-down shutdown-sessions
              server first 127.0.0.1:%3$d
              server second 127.0.0.1:%4$d
            """;

    @TempDir
    private Path dir;

    @BeforeEach
    void wantHAProxy() {
        ClientProgram.assumeInstalled("haproxy", "haproxy");
    }

    @Test
    void shouldFindThePrimaryAmongRedisServers() throws Exception {
        ClientProgram.assumeInstalled(RealRedis.PROGRAM, "redis-server");
        try (RealRedis first = new RealRedis(dir.resolve("first"));
                RealRedis second = new RealRedis(dir.resolve("second"))) {
            follow(second.port(), "127.0.0.1", first.port());
            assertFound(first.port(), second.port(), first::close);
        }
    }

    @Test
    void shouldFindThePrimaryAmongNodes() throws Exception {
        try (NodeGroup group = new NodeGroup(dir)) {
            NodeProcess first = group.add("first").startAndAwait();
            NodeProcess second = group.addReplica("second", first).startAndAwait();
            assertFound(first.port(), second.port(), first::kill);
        }
    }

    private static void follow(int port, Object... primary) throws IOException {
        try (RespClient client = new RespClient(port, LIMIT)) {
            assertEquals("OK", client.text("REPLICAOF", primary[0], primary[1]));
        }
    }

    private void assertFound(int first, int second, Runnable kill) throws Exception {
        int any = FreePorts.find(1);
        int primary = FreePorts.find(1);
        name(first, "first");
        Await.until("the replica to have the name", LIMIT, () -> name(second).equals("first"));
        Path config = dir.resolve("haproxy.cfg");
        Files.writeString(config, CONFIGURATION.formatted(any, primary, first, second));
        List<String> command = List.of("haproxy", "-db", "-f", config.toString());
        try (ClientProgram proxy = new ClientProgram(dir, "haproxy", command, Map.of())) {
            Await.until("the proxy to serve", LIMIT, () -> role(primary).equals("master"));
            Await.until("both to be among any", LIMIT, () -> !role(any).equals(role(any)));
            kill.run();
            Await.until("only the replica to be among any", LIMIT, () -> isAlwaysReplica(any));
            follow(second, "NO", "ONE");
            name(second, "second");
            Await.until("the proxy to find the new primary", LIMIT, () -> name(primary)
                    .equals("second"));
            assertEquals("master", role(primary));
            assertTrue(proxy.isAlive());
        }
    }

    private static boolean isAlwaysReplica(int port) throws IOException {
        for (int i = 0; i < 4; i++) {
            if (!role(port).equals("slave")) {
                return false;
            }
        }
        return true;
    }

    private static String role(int port) throws IOException {
        try (RespClient client = new RespClient(port, LIMIT)) {
            return client.info("replication").get("role");
        }
    }

    private static void name(int port, String name) throws IOException {
        try (RespClient client = new RespClient(port, LIMIT)) {
            assertEquals("OK", client.text("SET", "name", name));
        }
    }

    private static String name(int port) throws IOException {
        try (RespClient client = new RespClient(port, LIMIT)) {
            return String.valueOf(client.text("GET", "name"));
        }
    }
}

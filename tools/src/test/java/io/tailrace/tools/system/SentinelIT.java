package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.AwaitException;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.ReplicationInfo;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three unmodified Redis Sentinels watch a primary and two replicas, all with a password, and drive failover over ordinary
 * commands as a user who may do nothing else.
 */
@Tag("long")
class SentinelIT {
    private static final String PASSWORD = "only for nodes and clients";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String[] FLAGS = {"--shards", "2", "--segment-size", "1mb", "--backlog-size", "64mb"};

    @TempDir
    private Path dir;

    private final List<Sentinel> sentinels = new ArrayList<>();

    @AfterEach
    void endSentinels() {
        sentinels.forEach(Sentinel::close);
    }

    @Test
    void shouldFailOverAndBack() throws Exception {
        assumeTrue(Sentinel.isInstalled(), "skipped: no redis-server (Debian's redis-server)");
        try (Cluster cluster = new Cluster(dir, FLAGS)) {
            NodeProcess first = protect(cluster.node("first"));
            List<NodeProcess> replicas =
                    List.of(protect(cluster.replica("second", first)), protect(cluster.replica("third", first)));
            Cluster.start(first, replicas.get(0), replicas.get(1));
            for (int i = 0; i < 3; i++) {
                sentinels.add(new Sentinel(dir.resolve("sentinel" + i), first, 2));
            }
            awaitDiscovery();
            NodeProcess promoted = killPrimary(first, replicas);
            NodeProcess other = replicas.get(promoted == replicas.get(0) ? 1 : 0);
            awaitFollowing(other, promoted);

            writeWhereNobodySees(cluster, first);
            first.startAndAwait();
            awaitFollowing(first, promoted);
            ReplicationInfo rewound = Cluster.info(first);
            assertEquals(1, rewound.number("rewinds"));
            assertTrue(rewound.number("lost_writes") >= 1, () -> "lost_writes " + rewound.number("lost_writes"));
            Cluster.awaitSame(promoted, other, first);

            failOver(List.of(first, promoted, other));
        }
    }

    /** With a password, and a user for Sentinel that may do what Redis's documentation says it needs. */
    private NodeProcess protect(NodeProcess node) throws IOException {
        Path users = dir.resolve("users.acl");
        if (Files.notExists(users)) {
            Files.writeString(
                    users,
                    "user " + Sentinel.USER + " on >" + Sentinel.PASSWORD + " allchannels +multi +slaveof +ping +exec"
                            + " +subscribe +config|rewrite +role +publish +info +client|setname +client|kill +script|kill");
        }
        return node.password(PASSWORD).variable("TAILRACE_ACLFILE", users.toString());
    }

    private void awaitDiscovery() throws IOException {
        for (Sentinel sentinel : sentinels) {
            await("a Sentinel to find the others and the replicas", () -> {
                Map<String, String> primary = sentinel.primary();
                return primary.get("num-slaves").equals("2")
                        && primary.get("num-other-sentinels").equals("2")
                        && primary.get("flags").equals("master")
                        && sentinel.replicas().stream().allMatch(SentinelIT::isValid);
            });
            assertTrue(sentinel.call("SENTINEL", "CKQUORUM", Sentinel.NAME)
                    .toString()
                    .startsWith("OK 3 usable Sentinels"));
        }
    }

    private static boolean isValid(Map<String, String> replica) {
        return replica.get("flags").equals("slave")
                && replica.get("master-link-status").equals("ok")
                && replica.get("slave-priority").equals("100");
    }

    /** Under load; every write is acknowledged only once both replicas have it, so none of those may be missing. */
    private NodeProcess killPrimary(NodeProcess primary, List<NodeProcess> replicas) throws IOException {
        set(primary, "ack-replicas", "2");
        NodeProcess promoted;
        try (SentinelLoad load = new SentinelLoad(sentinels, PASSWORD)) {
            await("some load", () -> load.acknowledged() > 100);
            primary.kill();
            promoted = awaitAgreement(replicas);
            long before = load.acknowledged();
            await("the load to go on", () -> load.acknowledged() > before + 100);
            load.stop();
            try (RespClient client = promoted.connect()) {
                long value = Long.parseLong(client.text("GET", SentinelLoad.KEY));
                assertTrue(value >= load.acknowledged() && value <= load.acknowledged() + load.unsure());
            }
        }
        return promoted;
    }

    private static void set(NodeProcess node, String setting, String value) throws IOException {
        try (RespClient client = node.connect()) {
            assertEquals("OK", client.text("CONFIG", "SET", setting, value));
        }
    }

    /** Which one of some nodes all Sentinels have made the primary. */
    private NodeProcess awaitAgreement(List<NodeProcess> candidates) throws IOException {
        await("all Sentinels to know the new primary", () -> {
            int port = sentinels.get(0).primaryPort();
            for (Sentinel sentinel : sentinels) {
                if (sentinel.primaryPort() != port) {
                    return false;
                }
            }
            return candidates.stream().anyMatch(node -> node.port() == port);
        });
        int port = sentinels.get(0).primaryPort();
        NodeProcess promoted = candidates.stream()
                .filter(node -> node.port() == port)
                .findFirst()
                .orElseThrow();
        assertTrue(Cluster.info(promoted).isPrimary());
        return promoted;
    }

    /** Returns when a Sentinel has made it a replica of the primary, and it is one without having copied anything. */
    private void awaitFollowing(NodeProcess node, NodeProcess primary) throws IOException {
        await("port " + node.port() + " to follow port " + primary.port(), () -> {
            ReplicationInfo info = Cluster.info(node);
            return !info.isPrimary() && info.number("master_port") == primary.port() && info.isUp();
        });
        assertEquals(0, Cluster.info(node).fullSyncs());
    }

    /** As on a primary that was cut off: on another port no Sentinel finds it. */
    private static void writeWhereNobodySees(Cluster cluster, NodeProcess node) throws IOException {
        NodeProcess hidden = cluster.node("hidden").dataDirectory(node.data()).password(PASSWORD);
        hidden.startAndAwait();
        try (RespClient client = hidden.connect()) {
            assertEquals("OK", client.text("SET", "nobody", "else has it"));
            assertEquals("OK", client.text("SET", SentinelLoad.KEY, "0"));
        }
        hidden.kill();
    }

    /** As an operator asks for it. */
    private void failOver(List<NodeProcess> nodes) throws IOException {
        int old = sentinels.get(0).primaryPort();
        await("a failover to begin", () -> "OK".equals(sentinels.get(0).call("SENTINEL", "FAILOVER", Sentinel.NAME)));
        NodeProcess promoted =
                awaitAgreement(nodes.stream().filter(node -> node.port() != old).toList());
        for (NodeProcess node : nodes) {
            if (node != promoted) {
                awaitFollowing(node, promoted);
            }
        }
        try (RespClient client = promoted.connect()) {
            assertEquals("OK", client.text("SET", "after", "all"));
        }
        Cluster.awaitSame(
                promoted, nodes.stream().filter(node -> node != promoted).toArray(NodeProcess[]::new));
        assertEquals(0, Cluster.info(promoted).fullSyncs());
    }

    private void await(String what, Await.Condition condition) throws IOException {
        try {
            Await.until(what, LIMIT, condition);
        } catch (AwaitException e) {
            throw new AssertionError(
                    e.getMessage() + "; a Sentinel says:\n" + sentinels.get(0).printed(), e);
        }
    }
}

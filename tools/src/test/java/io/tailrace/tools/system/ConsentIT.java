package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.demo.KeyspaceDigest;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a node holds goes only for a complete copy of a history that it consented to be copied from, whatever becomes of
 * the primary meanwhile.
 */
class ConsentIT {
    private static final String[] SHORT = {
        "--backlog-size", "2mb", "--segment-size", "1mb", "--reconnect-window", "0", "--max-value-size", "256kb"
    };
    private static final int KEYS = 1_000;
    private static final int VALUE_LENGTH = 4_000;

    @TempDir
    private Path dir;

    /** Three nodes with the same keys; B was promoted and has forgotten where A left it, and A has writes of its own. */
    private static final class Fork implements AutoCloseable {
        final Cluster cluster;
        final NodeProcess a;
        final NodeProcess b;
        final NodeProcess c;

        Fork(Path dir) throws IOException {
            cluster = new Cluster(dir, SHORT);
            a = cluster.node("a");
            b = cluster.node("b");
            c = cluster.node("c");
            Cluster.start(a, b, c);
            follow(b, a);
            follow(c, a);
            SyncedNodes.fill(a, "key", KEYS, VALUE_LENGTH);
            Cluster.awaitSame(a, b, c);
            call(b, "REPLICAOF", "NO", "ONE");
            SyncedNodes.rate(b, "200000");
            for (int round = 0; round < 2; round++) {
                churn(b, 700);
                SyncedNodes.snapshot(b);
            }
            SyncedNodes.fill(a, "own", 50, VALUE_LENGTH);
            Cluster.awaitSame(a, c);
        }

        private static void churn(NodeProcess node, int writes) throws IOException {
            String value = "b".repeat(VALUE_LENGTH);
            try (RespClient client = node.connect()) {
                for (int i = 0; i < writes; i++) {
                    assertEquals("OK", client.text("SET", "key" + i % 50, value));
                }
            }
        }

        @Override
        public void close() {
            cluster.close();
        }
    }

    private static void call(NodeProcess node, Object... command) throws IOException {
        try (RespClient client = node.connect()) {
            assertEquals("OK", client.text(command));
        }
    }

    private static void follow(NodeProcess node, NodeProcess primary) throws IOException {
        call(node, "REPLICAOF", "127.0.0.1", primary.port());
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static List<Path> lostWrites(NodeProcess node) throws IOException {
        try (Stream<Path> files = Files.walk(node.data())) {
            return files.filter(file -> file.getFileName().toString().startsWith("lost-writes-"))
                    .toList();
        }
    }

    @Test
    void shouldKeepItsDataWhenThePrimaryOfARewindsCopyComesBackEmpty() throws Exception {
        try (Fork fork = new Fork(dir)) {
            KeyspaceDigest before = Cluster.digest(fork.a);
            for (NodeProcess node : List.of(fork.a, fork.c)) {
                follow(node, fork.b);
                Cluster.await("a full copy to begin", node, info -> info.number("master_sync_in_progress") == 1);
                assertEquals(1, lostWrites(node).size());
            }
            fork.b.kill();
            delete(fork.b.data());
            fork.b.startAndAwait();
            for (NodeProcess node : List.of(fork.a, fork.c)) {
                Cluster.await("the refusal", node, info -> info.fields().containsKey("sync_refused_reason"));
                String reason = Cluster.info(node).fields().get("sync_refused_reason");
                assertTrue(reason.startsWith("FOREIGN "), reason);
                assertEquals(before, Cluster.digest(node), () -> Cluster.tail(node));
                node.kill();
                node.startAndAwait();
                assertEquals(before, Cluster.digest(node), () -> "after a restart too: " + Cluster.tail(node));
            }
        }
    }
}

package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.demo.KeyspaceDigest;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A primary and two replicas under a mixed load hold the same at its end, and after a promotion. */
@Timeout(
        value = 6,
        unit = TimeUnit.HOURS) // as long as its size property asks for; what it waits for has limits of its own
@Tag("long")
class MixedLoadIT {
    private static final int WRITES = Integer.getInteger("tailrace.test.writes", 200_000);

    @TempDir
    private Path dir;

    @Test
    void shouldHoldTheSameOnAllNodesAlsoAfterAPromotion() throws Exception {
        try (Cluster cluster = new Cluster(dir, "--segment-size", "1mb", "--backlog-size", "64mb")) {
            NodeProcess primary = cluster.node("primary");
            NodeProcess one = cluster.replica("one", primary);
            NodeProcess other = cluster.replica("other", primary);
            Cluster.start(primary, one, other);
            String history = Cluster.info(primary).fields().get("master_replid");

            try (MixedLoad load = new MixedLoad("before", primary, 4, 1_000_000)) {
                load.awaitCount(WRITES, Duration.ofSeconds(120));
                load.stop();
                Cluster.awaitSame(primary, one, other);
                load.requireAllAcknowledged(one);
            }
            assertEquals(2, Cluster.info(primary).number("connected_slaves"));
            assertEquals(0, Cluster.info(primary).fullSyncs());
            primary.kill();

            promote(one);
            follow(other, one);
            Cluster.awaitLink(other);
            assertNotEquals(history, Cluster.info(one).fields().get("master_replid"));
            try (MixedLoad load = new MixedLoad("after", one, 4, 1_000_000)) {
                load.awaitCount(WRITES / 20, Duration.ofSeconds(60));
                load.stop();
            }
            KeyspaceDigest digest = Cluster.awaitSame(one, other);
            assertTrue(digest.keys() > 0);
            assertEquals(0, Cluster.info(one).fullSyncs());
            assertEquals(0, Cluster.info(other).fullSyncs());
        }
    }

    private static void promote(NodeProcess node) throws Exception {
        try (RespClient client = node.connect()) {
            assertEquals("OK", client.text("REPLICAOF", "NO", "ONE"));
        }
    }

    private static void follow(NodeProcess node, NodeProcess primary) throws Exception {
        try (RespClient client = node.connect()) {
            assertEquals("OK", client.text("REPLICAOF", "127.0.0.1", primary.port()));
        }
    }
}

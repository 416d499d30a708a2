package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.KeyspaceDigest;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A primary that comes back without its data takes nothing from its replicas; {@code IdentityBugsIT} has more such primaries. */
class GuardIT {
    @TempDir
    private Path dir;

    @Test
    void shouldKeepTheReplicasDataWhenThePrimaryComesBackEmpty() throws Exception {
        try (Cluster cluster = new Cluster(dir, "--shards", "2", "--segment-size", "1mb")) {
            NodeProcess primary = cluster.node("primary");
            NodeProcess replica = cluster.replica("replica", primary);
            Cluster.start(primary, replica);
            NodeGroup.fill(primary, "key", 500, 100);
            KeyspaceDigest all = Cluster.awaitSame(primary, replica);
            String history = Cluster.info(replica).fields().get("master_replid");
            primary.kill();
            Files.move(primary.data(), dir.resolve("lost"));

            Cluster.start(primary);
            requireRefusal(replica, history);
            NodeGroup.fill(primary, "other", 2_000, 100);
            replica.kill();
            replica.startAndAwait();
            requireRefusal(replica, history);
            assertEquals(all, Cluster.digest(replica), "after a restart too, and though the primary has more by now");
            assertEquals(
                    0, Cluster.info(primary).fullSyncs() + Cluster.info(replica).fullSyncs());
            assertEquals(0, Cluster.info(primary).number("connected_slaves"));
            requireFewLines(primary, replica);

            theRightDirectoryComesBack(primary, replica, all);
            forceIsTheOtherWayOut(primary, replica);
        }
    }

    /** Says whose records it keeps and from whom, in the terms of INFO that a monitor looks at; LOADING comes before that. */
    private static void requireRefusal(NodeProcess replica, String history) throws IOException {
        Cluster.await("the refusal", replica, info -> !info.fields()
                .getOrDefault("sync_refused_reason", "LOADING")
                .startsWith("LOADING"));
        Map<String, String> fields = Cluster.info(replica).fields();
        assertEquals("slave", fields.get("role"));
        assertEquals("down", fields.get("master_link_status"));
        assertEquals("0", fields.get("master_sync_in_progress"));
        String reason = fields.get("sync_refused_reason");
        assertTrue(
                reason.matches("FOREIGN the replica is at \\d+:\\d+ of history " + history
                        + ", this log is of history [0-9a-f]{40} and never was of that one; ways out, on the replica: REPLICAOF .*"
                        + "REPLICAOF NO ONE .*REPLICAOF 127\\.0\\.0\\.1 \\d+ FORCE .*"),
                reason);
        try (RespClient client = replica.connect()) {
            assertEquals(100, client.number("STRLEN", "key:1"), "it answers from what it has");
        }
    }

    /** A replica that is refused asks again each second: neither log gets a line each time, and both name the ways out. */
    private static void requireFewLines(NodeProcess primary, NodeProcess replica) throws Exception {
        Await.until("five more requests", Cluster.LIMIT, () -> {
            String refused = Cluster.info(primary).fields().get("refused0_shard0");
            return refused != null && Integer.parseInt(refused.replaceAll(".*times=([0-9]+).*", "$1")) >= 5;
        });
        List<String> ofPrimary = lines(primary, ": refused: FOREIGN ");
        assertTrue(ofPrimary.size() <= 2, "one of each shard: " + ofPrimary);
        for (String line : ofPrimary) {
            assertTrue(
                    line.matches(".*; ways out, on the replica: REPLICAOF .*REPLICAOF 127\\.0\\.0\\.1 " + primary.port()
                            + " FORCE .*"),
                    line);
        }
        List<String> ofReplica = lines(replica, "refuses this node: FOREIGN ");
        assertTrue(ofReplica.size() <= 4, "one of each shard and start: " + ofReplica);
    }

    private static List<String> lines(NodeProcess node, String part) throws IOException {
        NodeGroup.awaitPrinted(node, part);
        return node.printed().lines().filter(line -> line.contains(part)).toList();
    }

    private void theRightDirectoryComesBack(NodeProcess primary, NodeProcess replica, KeyspaceDigest all)
            throws Exception {
        primary.kill();
        Files.move(primary.data(), dir.resolve("empty"));
        Files.move(dir.resolve("lost"), primary.data());
        Cluster.start(primary);
        Cluster.awaitLink(replica);
        assertEquals(all, Cluster.awaitSame(primary, replica));
        assertEquals(0, Cluster.info(replica).fullSyncs());
        assertTrue(!Cluster.info(replica).fields().containsKey("sync_refused_reason"));
    }

    private void forceIsTheOtherWayOut(NodeProcess primary, NodeProcess replica) throws Exception {
        primary.kill();
        Files.move(primary.data(), dir.resolve("lost again"));
        Cluster.start(primary);
        NodeGroup.fill(primary, "new", 300, 100);
        Cluster.await("the refusal", replica, info -> !info.fields()
                .getOrDefault("sync_refused_reason", "LOADING")
                .startsWith("LOADING"));
        try (RespClient client = replica.connect()) {
            assertEquals("OK", client.text("REPLICAOF", "127.0.0.1", primary.port(), "FORCE"));
        }
        Await.until("the link", Cluster.LIMIT, () -> Cluster.info(replica).isUp());
        assertEquals(300, Cluster.awaitSame(primary, replica).keys());
    }
}

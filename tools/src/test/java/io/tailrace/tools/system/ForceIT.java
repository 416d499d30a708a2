package io.tailrace.tools.system;

import static io.tailrace.tools.system.ConsentIT.awaitRefusal;
import static io.tailrace.tools.system.ConsentIT.call;
import static io.tailrace.tools.system.ConsentIT.delete;
import static io.tailrace.tools.system.ConsentIT.follow;
import static io.tailrace.tools.system.ConsentIT.kept;
import static io.tailrace.tools.system.ConsentIT.lostWrites;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.KeyspaceDigest;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.ReplicationInfo;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** REPLICAOF .. FORCE is for the history of the node that answers first, and gives nothing up before that is copied. */
@Tag("long")
class ForceIT {
    @TempDir
    private Path dir;

    private static void force(NodeProcess node, NodeProcess primary) throws IOException {
        call(node, "REPLICAOF", "127.0.0.1", primary.port(), "FORCE");
    }

    private static String remembered(NodeProcess node) throws IOException {
        return Files.readString(node.data().resolve("node.properties"));
    }

    /** It is noted in the background that an order is carried out. */
    private static void awaitForgotten(NodeProcess node) {
        Await.until("the order to be forgotten", Cluster.LIMIT, () -> !remembered(node)
                .contains("forced"));
    }

    private static NodeProcess filled(Cluster cluster, String name, int keys) throws IOException {
        NodeProcess node = cluster.node(name);
        Cluster.start(node);
        SyncedNodes.fill(node, name, keys, 1_000);
        return node;
    }

    @Test
    void shouldSaveItsLogAndCopyTheNodeThatItIsForcedTo() throws Exception {
        try (Cluster cluster = new Cluster(dir, SyncedNodes.SHORT_LOG)) {
            NodeProcess own = filled(cluster, "own", 300);
            NodeProcess whole = filled(cluster, "whole", 200);
            NodeProcess trimmed = filled(cluster, "trimmed", 200);
            SyncedNodes.forgetTheBegin(trimmed);

            force(own, whole);
            Cluster.awaitLink(own);
            Cluster.awaitSame(whole, own);
            ReplicationInfo info = Cluster.info(own);
            assertEquals(300, info.number("lost_writes"));
            assertEquals(1, info.fullSyncs());
            assertEquals(0, info.number("rewinds"), "there was nothing in common");
            assertEquals(1, lostWrites(own).size());
            assertFalse(info.fields().containsKey("sync_consent"));

            force(own, trimmed);
            Cluster.awaitLink(own);
            Cluster.awaitSame(trimmed, own);
            assertEquals(500, Cluster.info(own).number("lost_writes"));
            assertEquals(2, lostWrites(own).size());

            force(own, trimmed);
            Cluster.awaitLink(own);
            assertEquals(2, Cluster.info(own).fullSyncs(), "what can be continued is continued");
            awaitForgotten(own);
        }
    }

    @Test
    void shouldKeepItsDataWhenThePrimaryGoesAwayOrComesBackEmpty() throws Exception {
        try (Cluster cluster = new Cluster(dir, SyncedNodes.SHORT_LOG)) {
            NodeProcess own = filled(cluster, "own", 300);
            NodeProcess primary = filled(cluster, "primary", 3_000);
            SyncedNodes.forgetTheBegin(primary);
            KeyspaceDigest before = Cluster.digest(own);
            SyncedNodes.rate(primary, "200000");
            force(own, primary);
            Cluster.await("a full copy to begin", own, info -> info.number("master_sync_in_progress") == 1);
            String history = Cluster.info(primary).fields().get("master_replid");
            assertTrue(remembered(own).contains("forced-history=" + history), remembered(own));
            primary.kill();
            Cluster.await("the link to be down", own, info -> info.fields().containsKey("master_link_problem"));
            assertEquals(before, Cluster.digest(own));
            assertTrue(Cluster.info(own).fields().get("sync_consent").startsWith(history + ":"));

            Path right = dir.resolve("right");
            Files.move(primary.data(), right);
            primary.startAndAwait();
            String reason = awaitRefusal(own);
            assertTrue(reason.startsWith("FOREIGN "), reason);
            assertTrue(reason.contains("it consents to a copy of history " + history), reason);
            own.kill();
            own.startAndAwait();
            awaitRefusal(own);
            assertEquals(before, Cluster.digest(own), "after a restart too");

            primary.kill();
            delete(primary.data());
            Files.move(right, primary.data());
            primary.startAndAwait();
            Cluster.awaitLink(own);
            Cluster.awaitSame(primary, own);
            awaitForgotten(own);
        }
    }

    /** Emptiness that is wanted: an empty log is a complete copy of an empty log, and what went stays on the disk. */
    @Test
    void shouldBecomeEmptyWhereThatIsWhatItIsForcedTo() throws Exception {
        try (Cluster cluster = new Cluster(dir, "--batch-size", "0")) {
            NodeProcess own = filled(cluster, "own", 300);
            NodeProcess empty = cluster.node("empty");
            Cluster.start(empty);
            KeyspaceDigest before = Cluster.digest(own);
            follow(own, empty);
            assertTrue(awaitRefusal(own).startsWith("FOREIGN "));
            assertEquals(before, Cluster.digest(own));

            force(own, empty);
            Cluster.awaitLink(own);
            assertEquals(0, Cluster.awaitSame(empty, own).keys());
            assertEquals(300, Cluster.info(own).number("lost_writes"));
            assertEquals(1, kept(own).size());
            String said = Files.readString(kept(own).get(0));
            assertTrue(said.startsWith("it was replaced by a log without a write"), said);
        }
    }

    @Test
    void shouldTakeAForceBack() throws Exception {
        try (Cluster cluster = new Cluster(dir, SyncedNodes.SHORT_LOG)) {
            NodeProcess own = filled(cluster, "own", 300);
            NodeProcess primary = filled(cluster, "primary", 100);
            KeyspaceDigest before = Cluster.digest(own);
            primary.kill();
            force(own, primary);
            assertEquals("ANY", Cluster.info(own).fields().get("sync_consent"));
            assertTrue(remembered(own).contains("forced=0"), remembered(own));
            try (RespClient client = own.connect()) {
                assertEquals(
                        "OK the FORCE that is not complete yet is revoked",
                        client.text("REPLICAOF", "127.0.0.1", primary.port()));
            }
            assertFalse(Cluster.info(own).fields().containsKey("sync_consent"));
            assertFalse(remembered(own).contains("forced"), remembered(own));
            primary.startAndAwait();
            assertTrue(awaitRefusal(own).startsWith("FOREIGN "));
            own.kill();
            own.startAndAwait();
            assertTrue(awaitRefusal(own).startsWith("FOREIGN "));
            assertEquals(before, Cluster.digest(own));
        }
    }

    /** The first shard has its copy, the second has not when the primary comes back empty: it keeps what it has. */
    @Test
    void shouldHoldForEachShardAndForTheSameHistory() throws Exception {
        try (Cluster cluster = new Cluster(dir, "--shards", "2", "--segment-size", "1mb", "--backlog-size", "2mb")) {
            NodeProcess own = cluster.node("own");
            NodeProcess primary = cluster.node("primary");
            Cluster.start(own, primary);
            // by Redis Cluster's slots {a} is of the second of two shards, and {b} of the first
            SyncedNodes.fill(own, "{a}own", 300, 100);
            SyncedNodes.fill(own, "{b}own", 200, 100);
            SyncedNodes.fill(primary, "{b}", 100, 100);
            for (int round = 0; round < 3; round++) {
                SyncedNodes.fill(primary, "{a}", 1_000, 2_000);
                SyncedNodes.snapshot(primary);
            }
            SyncedNodes.rate(primary, "400000");
            force(own, primary);
            // it is not served beside a shard of another log
            Await.until("one shard to have its copy", Duration.ofSeconds(60), () -> own.printed()
                    .lines()
                    .anyMatch(line -> line.contains("shard=0") && line.contains("full sync complete")));
            primary.kill();
            delete(primary.data());
            primary.startAndAwait();
            assertTrue(awaitRefusal(own).startsWith("FOREIGN "));
            NodeGroup.fill(primary, "other", 10, 10);
            own.kill();
            own.startAndAwait();
            assertTrue(awaitRefusal(own).startsWith("FOREIGN "));
            assertEquals(-1, keys(own), "the two are not served beside each other after a start either");
            try (RespClient client = own.connect()) {
                String held = client.info("keyspace").get("db0");
                assertTrue(held.startsWith("keys=400,"), held);
                String refusal = assertThrows(ErrorReplyException.class, () -> client.call("REPLICAOF", "NO", "ONE"))
                        .getMessage();
                assertTrue(refusal.contains("'tailrace export'"), refusal);
            }
            assertTrue(remembered(own).contains("forced=1"), remembered(own));

            force(own, primary);
            Cluster.awaitLink(own);
            assertEquals(10, Cluster.awaitSame(primary, own).keys());
        }
    }

    private static long keys(NodeProcess node) {
        try (RespClient client = node.connect()) {
            return client.number("DBSIZE");
        } catch (IOException e) {
            return -1;
        }
    }
}

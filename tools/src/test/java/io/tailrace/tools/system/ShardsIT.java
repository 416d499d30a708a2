package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.ReplicationInfo;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two shards: keys spread, commands cross over, each shard's log is replicated and resumed for itself. */
class ShardsIT {
    private static final int KEYS = 200;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path dir;

    @Test
    void shouldReplicateAndResumeEveryShard() throws Exception {
        try (Cluster cluster = new Cluster(dir, "--shards", "2", "--segment-size", "1mb", "--backlog-size", "64mb")) {
            NodeProcess primary = cluster.node("primary");
            NodeProcess replica = cluster.replica("replica", primary);
            Cluster.start(primary, replica);
            assertEquals(1, Cluster.info(primary).number("connected_slaves"));
            crossShards(primary);
            Cluster.awaitSame(primary, replica);
            readAcrossShards(replica);

            try (MixedLoad load = new MixedLoad("writer", primary, 4, 4_000)) {
                load.awaitCount(2_000, LIMIT);
                replica.kill();
                load.awaitCount(load.count() + 1_000, LIMIT);
                Cluster.start(replica);
                assertEquals(0, Cluster.info(replica).fullSyncs());
                primary.kill();
                Cluster.start(primary);
                Cluster.awaitLink(replica);
                load.awaitCrashes(1, LIMIT);
                load.stop();
                Cluster.awaitSame(primary, replica);
                load.requireAllAcknowledged(replica);
            }
            ReplicationInfo ours = Cluster.info(primary);
            ReplicationInfo theirs = Cluster.info(replica);
            assertEquals(0, ours.fullSyncs());
            assertEquals(0, theirs.fullSyncs());
            assertEquals(ours.offset(), theirs.offset());
            assertTrue(theirs.index(0) > 0 && theirs.index(1) > 0, theirs::positions);
            assertEquals(0, primary.terminate());
            assertEquals(0, replica.terminate());
        }
    }

    private static void crossShards(NodeProcess primary) throws IOException {
        List<Object> mset = new ArrayList<>(List.of("MSET"));
        for (int i = 0; i < KEYS; i++) {
            mset.add("k" + i);
            mset.add("v" + i);
        }
        try (RespClient client = primary.connect()) {
            assertEquals("OK", client.text(mset.toArray()));
            readAcrossShards(client, KEYS);
            List<Object> del = new ArrayList<>(List.of("DEL"));
            for (int i = KEYS / 2; i < KEYS + 10; i++) {
                del.add("k" + i);
            }
            assertEquals(KEYS / 2, client.number(del.toArray()));
            assertEquals(KEYS / 2, client.number("DBSIZE"));
        }
        assertTrue(Cluster.info(primary).index(0) > 0 && Cluster.info(primary).index(1) > 0);
    }

    private static void readAcrossShards(NodeProcess node) throws IOException {
        try (RespClient client = node.connect()) {
            readAcrossShards(client, KEYS / 2);
        }
    }

    private static void readAcrossShards(RespClient client, int present) throws IOException {
        List<Object> mget = new ArrayList<>(List.of("MGET"));
        for (int i = 0; i < KEYS; i++) {
            mget.add("k" + i);
        }
        List<?> values = (List<?>) client.call(mget.toArray());
        for (int i = 0; i < KEYS; i++) {
            if (i < present) {
                assertEquals("v" + i, new String((byte[]) values.get(i), StandardCharsets.UTF_8));
            } else {
                assertNull(values.get(i));
            }
        }
    }

    /** kevy's replica silently mirrored half the keys. */
    @Test
    void shouldRefuseAReplicaWithAnotherShardCount() throws Exception {
        try (Cluster cluster = new Cluster(dir)) {
            NodeProcess primary = cluster.node("primary", "--shards", "2");
            NodeProcess replica = cluster.replica("replica", primary);
            Cluster.start(primary);
            replica.startAndAwait();
            Cluster.await("the refusal", replica, info -> !info.fields()
                    .getOrDefault("sync_refused_reason", "LOADING")
                    .startsWith("LOADING"));

            ReplicationInfo info = Cluster.info(replica);
            String reason = info.fields().get("sync_refused_reason");
            String why = "SHARDS " + primary.address()
                    + " has 2 shards, this node has 1: use the same number of shards on both nodes";
            assertTrue(reason.startsWith(why + "; ways out: "), reason);
            assertEquals("down", info.fields().get("master_link_status"));
            assertTrue(Cluster.tail(replica).contains("has 2 shards, this node has 1"), Cluster.tail(replica));
            assertEquals(0, Cluster.info(primary).number("connected_slaves"));
        }
    }
}

package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.snapshot.fault.FaultPoint;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transactions over the four shards of a node: nobody sees half of one, and nothing leaves half of one behind. */
class TransfersIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long LOOKS = 1_500;

    @TempDir
    private Path dir;

    private Cluster cluster(String... more) {
        String[] flags = new String[more.length + 6];
        System.arraycopy(
                new String[] {"--shards", "4", "--segment-size", "1mb", "--backlog-size", "64mb"}, 0, flags, 0, 6);
        System.arraycopy(more, 0, flags, 6, more.length);
        return new Cluster(dir, flags);
    }

    @Test
    void shouldNeverShowHalfOfATransaction() throws Exception {
        try (Cluster cluster = cluster()) {
            NodeProcess node = cluster.node("node");
            Cluster.start(node);
            run(node, LOOKS);
            node.kill();
            Cluster.start(node);
            TransferLoad.check(node);
            assertEquals(0, node.terminate());
        }
    }

    @Test
    void shouldNeverShowHalfOfATransactionThatIsForced() throws Exception {
        try (Cluster cluster = cluster("--fsync", "always")) {
            NodeProcess node = cluster.node("node");
            Cluster.start(node);
            run(node, LOOKS / 10);
            node.kill();
            Cluster.start(node);
            TransferLoad.check(node);
        }
    }

    private static void run(NodeProcess node, long looks) throws Exception {
        try (RespClient client = node.connect()) {
            TransferLoad.open(client);
        }
        try (TransferLoad load = new TransferLoad(node).writers(3).readers(node, 3)) {
            Await.until("the readers look", LIMIT, () -> {
                load.requireGood();
                return load.looks() >= looks && load.transfers() >= looks;
            });
            load.stop();
            assertTrue(load.transfers() >= looks);
        }
        TransferLoad.check(node);
    }

    @Test
    void shouldLeaveNoHalfBehindWhereverItIsKilled() throws Exception {
        try (Cluster cluster = cluster()) {
            NodeProcess node = cluster.node("node");
            Cluster.start(node);
            try (RespClient client = node.connect()) {
                TransferLoad.open(client);
            }
            node.kill();
            for (int hit : new int[] {1, 402}) {
                kill(node, FaultPoint.PART_LOGGED, hit);
            }
            kill(node, FaultPoint.PARTS_LOGGED, 150);
            Cluster.arm(node, null, 1);
            Cluster.start(node);
            TransferLoad.check(node);
            run(node, 100);
            assertEquals(0, node.terminate());
        }
    }

    private static void kill(NodeProcess node, FaultPoint point, int hit) throws Exception {
        Cluster.arm(node, point, hit);
        node.startAndAwait();
        TransferLoad.check(node);
        try (TransferLoad load = new TransferLoad(node).writers(3)) {
            Await.until("the fault", LIMIT, () -> !node.isAlive());
            load.stop();
        }
        assertEquals(FaultPoint.EXIT_CODE, node.awaitExit(LIMIT));
    }

    /** A client that waits for the disk waits for all that a power loss could take with its shard's part. */
    @Test
    void shouldForceAllShardsOfATransactionWhereAClientWaitsForTheDisk() throws Exception {
        try (Cluster cluster = cluster("--fsync", "no")) {
            NodeProcess primary = cluster.node("primary");
            NodeProcess replica = cluster.replica("replica", primary);
            Cluster.start(primary, replica);
            Cluster.awaitLink(replica);
            try (RespClient other = primary.connect();
                    RespClient client = primary.connect()) {
                for (int i = 0; i < 20; i++) {
                    assertEquals("OK", other.call("MSET", "a", "1", "b", "2", "c", "3", "d", "4", "e", "5"));
                    assertEquals("OK", client.call("SET", "abcde".substring(i % 5, i % 5 + 1), "6"));
                    assertEquals(List.of(1L, 1L), client.call("WAITAOF", 1, 1, LIMIT.toMillis()));
                }
            }
        }
    }
}

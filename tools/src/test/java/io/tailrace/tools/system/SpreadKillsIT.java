package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.snapshot.fault.FaultPoint;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills where the shards of one node are not in the same state for a moment: none of them shows half of a transaction afterwards. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SpreadKillsIT {
    private static final int SHARDS = Integer.getInteger("tailrace.kills.shards", 2);
    private static final int LOOKS = 50;

    @TempDir
    private Path dir;

    private Cluster cluster(String... flags) {
        List<String> all = new ArrayList<>(List.of(flags));
        all.addAll(List.of("--shards", Integer.toString(SHARDS), "--segment-size", "1mb"));
        return new Cluster(dir, all.toArray(String[]::new));
    }

    /**
     * A node gives up what it has for another primary's data, and dies when one shard has that and the other has not. Its own logs are
     * longer than the primary's, so their indexes seem to have all that the new data needs.
     */
    @Test
    void shouldShowNoHalfWhenItDiesBetweenTheCopiesOfTwoShards() throws Exception {
        try (Cluster cluster = cluster()) {
            NodeProcess primary = cluster.node("primary");
            NodeProcess copied = cluster.node("copied");
            Cluster.arm(copied, FaultPoint.SWITCH_RENAMED, SHARDS + 1);
            Cluster.start(primary, copied);
            transfer(primary, 50);
            transfer(copied, 500);
            try (RespClient client = copied.connect()) {
                client.call("REPLICAOF", "127.0.0.1", primary.port(), "FORCE");
            } catch (IOException e) {
                // it died before it could answer
            }
            Await.until("the switch of one shard", Cluster.LIMIT, () -> !copied.isAlive());
            assertEquals(FaultPoint.EXIT_CODE, copied.awaitExit(Cluster.LIMIT), () -> Cluster.tail(copied));
            primary.kill();
            Cluster.arm(copied, null, 1);
            copied.start();
            copied.awaitReady(Cluster.LIMIT);
            int hidden = 0;
            for (int i = 0; i < LOOKS; i++) {
                hidden += isHidden(copied) ? 1 : 0;
            }
            assertEquals(LOOKS, hidden, "nobody has what the other shard lacks");
            try (RespClient client = copied.connect()) {
                ErrorReplyException refused =
                        assertThrows(ErrorReplyException.class, () -> client.call("REPLICAOF", "NO", "ONE"));
                assertTrue(refused.getMessage().startsWith("TRYAGAIN shard "), refused.getMessage());
            }
            Cluster.start(primary);
            Cluster.awaitLink(copied);
            Cluster.awaitSame(primary, copied);
            TransferLoad.check(copied);
            copied.kill();
            Cluster.start(copied);
            TransferLoad.check(copied);
        }
    }

    /** Two logs have to be cut for what two others lack, and each start dies when it has cut one. */
    @Test
    void shouldLeaveNoHalfWhenItsRepairIsKilled() throws Exception {
        try (Cluster cluster = new Cluster(dir, "--shards", "4")) {
            NodeProcess node = cluster.node("node");
            Cluster.arm(node, FaultPoint.PART_LOGGED, 4 + 2);
            Cluster.start(node);
            try (RespClient client = node.connect()) {
                client.call("MSET", "b", 0, "c", 0, "d", 0, "a", 0);
                assertThrows(IOException.class, () -> client.call("MSET", "b", 1, "c", 1, "d", 1, "a", 1));
            }
            assertEquals(FaultPoint.EXIT_CODE, node.awaitExit(Cluster.LIMIT));
            for (int cuts = 0; cuts < 2; cuts++) {
                Cluster.arm(node, FaultPoint.LOG_CUT, 1);
                node.start();
                assertEquals(FaultPoint.EXIT_CODE, node.awaitExit(Cluster.LIMIT), () -> Cluster.tail(node));
            }
            Cluster.start(node);
            try (RespClient client = node.connect()) {
                assertEquals("[0, 0, 0, 0]", texts(client.call("MGET", "b", "c", "d", "a")));
            }
        }
    }

    private static String texts(Object values) {
        return ((List<?>) values)
                .stream()
                        .map(value -> new String((byte[]) value, StandardCharsets.US_ASCII))
                        .toList()
                        .toString();
    }

    private static void transfer(NodeProcess node, int transfers) throws Exception {
        try (RespClient client = node.connect()) {
            TransferLoad.open(client);
        }
        try (TransferLoad load = new TransferLoad(node).writers(2)) {
            Await.until("the transfers", Cluster.LIMIT, () -> load.transfers() >= transfers);
            load.stop();
        }
    }

    /** What it shows must be whole. */
    private static boolean isHidden(NodeProcess node) throws IOException {
        try (RespClient client = node.connect()) {
            TransferLoad.requirePairs((List<?>) client.call(TransferLoad.pairs()));
            return false;
        } catch (ErrorReplyException e) {
            assertTrue(e.getMessage().startsWith("LOADING"), e.getMessage());
            return true;
        }
    }
}

package io.tailrace.tools.bugs;

import static io.tailrace.tools.NodeGroup.assertSame;
import static io.tailrace.tools.NodeGroup.awaitCaughtUp;
import static io.tailrace.tools.NodeGroup.fill;
import static io.tailrace.tools.NodeGroup.replication;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kevy's bugs around a promotion. */
class PromotionBugsIT {
    private static final String[] TWO_SHARDS = {"--shards", "2"};

    @TempDir
    private Path dir;

    @Test
    @DisplayName("5, 6, 7: writes during a promotion survive, and new replicas of the promoted node get everything")
    void shouldKeepAndShipEverythingOfAPromotedNode() throws Exception {
        try (NodeGroup group = new NodeGroup(dir)) {
            NodeProcess old = group.add("old", TWO_SHARDS);
            NodeProcess promoted = group.addReplica("promoted", old, TWO_SHARDS);
            NodeGroup.start(old, promoted);
            fill(old, "before", 5_000, 10);
            awaitCaughtUp(old, promoted);
            String identity = replication(old).get("master_replid");

            List<String> acknowledged = promoteWhileWriting(promoted);
            old.kill();

            assertNotEquals(identity, replication(promoted).get("master_replid"));
            assertEquals(identity, replication(promoted).get("master_replid2"));
            NodeProcess fresh = group.addReplica("fresh", promoted, TWO_SHARDS);
            fresh.startAndAwait();
            assertSame(promoted, fresh);
            assertHas(fresh, acknowledged);
            old.startAndAwait("--replicaof", promoted.address());
            assertSame(promoted, old);
            assertEquals("0", replication(old).get("full_syncs"), "it has nothing that the promoted node lacks");

            promoted.kill();
            NodeProcess later = group.addReplica("later", promoted, TWO_SHARDS);
            NodeGroup.start(promoted, later);
            assertSame(promoted, later);
            assertSame(promoted, fresh);
            assertHas(later, acknowledged);
            assertEquals("0", replication(fresh).get("full_syncs"));
        }
    }

    /** Writes without a pause from before the promotion until after it; gives the keys that were answered with OK. */
    private static List<String> promoteWhileWriting(NodeProcess node) throws Exception {
        AtomicBoolean isOver = new AtomicBoolean();
        CompletableFuture<List<String>> writes = CompletableFuture.supplyAsync(() -> write(node, isOver));
        List<String> acknowledged;
        try (RespClient client = node.connect()) {
            for (int i = 0; i < 200; i++) {
                client.call("PING");
            }
            assertEquals("OK", client.text("REPLICAOF", "NO", "ONE"));
            client.call("SET", "promoted", "1");
        } finally {
            isOver.set(true);
            acknowledged = writes.get(30, TimeUnit.SECONDS);
        }
        assertTrue(acknowledged.size() >= 500, acknowledged.size() + " writes");
        return acknowledged;
    }

    private static List<String> write(NodeProcess node, AtomicBoolean isOver) {
        List<String> acknowledged = new ArrayList<>();
        int refused = 0;
        int after = 0;
        try (RespClient client = node.connect()) {
            for (int i = 0; !isOver.get() || after < 500; i++) {
                after += isOver.get() ? 1 : 0;
                String key = "window:" + i;
                client.send("SET", key, i);
                client.flush();
                Object reply = client.read();
                if (reply instanceof ErrorReplyException error) {
                    assertTrue(error.getMessage().startsWith("READONLY "), error::getMessage);
                    assertTrue(acknowledged.isEmpty() || after == 0, "refused after it was promoted");
                    refused++;
                } else {
                    assertEquals("OK", reply);
                    acknowledged.add(key);
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        assertTrue(refused > 0, "the writer began too late");
        return acknowledged;
    }

    private static void assertHas(NodeProcess node, List<String> keys) throws IOException {
        try (RespClient client = node.connect()) {
            for (String key : keys) {
                client.send("GET", key);
            }
            client.flush();
            for (String key : keys) {
                assertNotNull(client.read(), key);
            }
        }
    }
}

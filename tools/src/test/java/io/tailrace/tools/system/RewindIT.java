package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.ReplicationInfo;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A primary that was left behind by a promotion takes its own writes back and follows, without copying the data set. */
@Timeout(
        value = 6,
        unit = TimeUnit.HOURS) // as long as its size property asks for; what it waits for has limits of its own
class RewindIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int KILLS = Integer.getInteger("tailrace.rewind.kills", 4);
    private static final int KEYS = 20_000;

    @TempDir
    private Path dir;

    @Test
    void shouldRollBackWhatNobodyElseHas() throws Exception {
        String[] flags = {"--shards", "2", "--segment-size", "1mb", "--backlog-size", "64mb"};
        try (NodeGroup group = new NodeGroup(dir)) {
            NodeProcess old = group.add("old", flags);
            NodeProcess promoted = group.addReplica("promoted", old, flags);
            NodeGroup.start(old, promoted);
            NodeGroup.fill(old, "shared", KEYS, 100);
            NodeGroup.awaitCaughtUp(old, promoted);
            promote(promoted);
            writeAlone(old, "old");
            writeAlone(promoted, "promoted");
            NodeGroup.fill(promoted, "later", 2_000, 100);

            old.kill();
            old.startAndAwait();
            follow(old, promoted);
            awaitRewound(old, promoted);

            ReplicationInfo info = info(old);
            assertEquals(0, info.fullSyncs());
            assertEquals(1, info.number("rewinds"));
            assertTrue(info.number("lost_writes") >= 9, () -> "lost_writes " + info.number("lost_writes"));
            assertEquals(0, info(promoted).fullSyncs());
            shouldHaveSavedTheWrites(group, old, flags);

            NodeGroup.fill(promoted, "after", 1_000, 10);
            NodeGroup.assertSame(promoted, old);
            old.kill();
            old.startAndAwait();
            NodeGroup.assertSame(promoted, old);
            assertEquals(0, info(old).fullSyncs());
        }
    }

    /** Every kind of effect, on keys that both have, only one has, or that are new. */
    private static void writeAlone(NodeProcess node, String name) throws IOException {
        try (RespClient client = node.connect()) {
            client.call("SET", "shared:1", name);
            client.call("DEL", "shared:2");
            client.call("APPEND", "shared:3", name);
            client.call("SETRANGE", "shared:4", 50, name);
            client.call("PEXPIREAT", "shared:5", System.currentTimeMillis() + 3_600_000);
            client.call("SET", "shared:6", "gone", "PX", 1);
            client.call("INCR", "counter");
            client.call("SET", name + ":own", "x".repeat(100_000));
            client.call("MULTI");
            client.call("SET", "{m}:1", name);
            client.call("SET", "{m}:2", name);
            client.call("EXEC");
            client.call("SET", "last", name);
        }
    }

    private static void shouldHaveSavedTheWrites(NodeGroup group, NodeProcess old, String... flags) throws IOException {
        NodeProcess fresh = group.add("replayed", flags);
        fresh.startAndAwait();
        try (RespClient client = fresh.connect()) {
            int files = 0;
            for (Path file : lostWrites(old)) {
                client.sendRaw(Files.readAllBytes(file));
                files++;
            }
            assertTrue(files > 0, "no file of lost writes");
            client.send("ECHO", "end");
            client.flush();
            for (Object reply = client.read(); !isEnd(reply); reply = client.read()) {
                assertFalse(reply instanceof ErrorReplyException, String.valueOf(reply));
            }
            assertEquals("old", client.text("GET", "last"));
            assertEquals("old", client.text("GET", "shared:1"));
            assertEquals("old", client.text("GET", "shared:3"));
            assertEquals("old", client.text("GET", "{m}:2"));
            assertEquals(100_000, client.number("STRLEN", "old:own"));
        }
    }

    private static boolean isEnd(Object reply) {
        return reply instanceof byte[] bytes && new String(bytes, StandardCharsets.US_ASCII).equals("end");
    }

    private static List<Path> lostWrites(NodeProcess node) throws IOException {
        try (Stream<Path> files = Files.walk(node.data())) {
            return files.filter(file -> file.getFileName().toString().startsWith("lost-writes-"))
                    .toList();
        }
    }

    @Test
    void shouldBeginAgainWhenKilledAtAnyMoment() throws Exception {
        long seed = Long.getLong("tailrace.rewind.seed", System.nanoTime());
        Random random = new Random(seed);
        try (NodeGroup group = new NodeGroup(dir)) {
            NodeProcess old = group.add("old", "--segment-size", "1mb");
            NodeProcess promoted = group.addReplica("promoted", old, "--segment-size", "1mb");
            NodeGroup.start(old, promoted);
            NodeGroup.fill(old, "shared", 2 * KEYS, 100);
            NodeGroup.awaitCaughtUp(old, promoted);
            promote(promoted);
            for (int round = 0; round < KILLS / 2; round++) {
                NodeGroup.fill(old, "shared", KEYS, 200 + round);
                NodeGroup.fill(promoted, "shared", KEYS / 2, 50 + round);
                follow(old, promoted);
                old.killAfter(Duration.ofMillis(random.nextInt(300)));
                old.startAndAwait();
                old.killAfter(Duration.ofMillis(random.nextInt(300)));
                old.startAndAwait();
                awaitRewound(old, promoted);
                promote(old);
            }
            assertEquals(0, info(old).fullSyncs(), "seed " + seed);
            assertEquals(0, info(promoted).fullSyncs(), "seed " + seed);
            assertEquals(KILLS / 2, lostWrites(old).size(), "seed " + seed);
        }
    }

    @Test
    void shouldGoBackAndForth() throws Exception {
        try (NodeGroup group = new NodeGroup(dir)) {
            NodeProcess first = group.add("first", "--segment-size", "1mb");
            NodeProcess primary = group.addReplica("a", first, "--segment-size", "1mb");
            NodeProcess replica = group.addReplica("b", first, "--segment-size", "1mb");
            NodeGroup.start(first, primary, replica);
            NodeGroup.fill(first, "shared", 1_000, 100);
            NodeGroup.awaitCaughtUp(first, primary);
            NodeGroup.awaitCaughtUp(first, replica);
            promote(primary);
            for (int round = 0; round < 4; round++) {
                promote(replica);
                writeAlone(primary, "a" + round);
                writeAlone(replica, "b" + round);
                follow(primary, replica);
                awaitRewound(primary, replica);
                NodeProcess old = primary;
                primary = replica;
                replica = old;
            }
            writeAlone(first, "first");
            follow(first, primary);
            awaitRewound(first, primary);
            for (NodeProcess node : List.of(first, primary, replica)) {
                assertEquals(0, info(node).fullSyncs());
            }

            promote(replica);
            try (RespClient client = replica.connect()) {
                client.call("FLUSHALL");
                client.call("SET", "only", "here");
            }
            int before = lostWrites(replica).size();
            long rewinds = info(replica).number("rewinds");
            follow(replica, primary);
            awaitRewound(replica, primary);
            assertEquals(before + 1, lostWrites(replica).size());
            assertEquals(rewinds + 1, info(replica).number("rewinds"), "by a full copy: all keys were touched");
        }
    }

    private static void awaitRewound(NodeProcess node, NodeProcess primary) throws IOException {
        Await.until("the rewound node to be where the primary is", LIMIT, () -> {
            ReplicationInfo now = info(node);
            return now.isUp() && now.positions().equals(info(primary).positions());
        });
        NodeGroup.assertSame(primary, node);
    }

    private static ReplicationInfo info(NodeProcess node) throws IOException {
        return new ReplicationInfo(NodeGroup.replication(node));
    }

    private static void promote(NodeProcess node) throws IOException {
        try (RespClient client = node.connect()) {
            assertEquals("OK", client.text("REPLICAOF", "NO", "ONE"));
        }
    }

    private static void follow(NodeProcess node, NodeProcess primary) throws IOException {
        try (RespClient client = node.connect()) {
            assertEquals("OK", client.text("REPLICAOF", "127.0.0.1", primary.port()));
        }
    }
}

package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.snapshot.fault.FaultPoint;
import io.tailrace.tools.demo.KeyspaceDigest;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.ReplicationInfo;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a node holds goes only for a complete copy of a history that it consented to be copied from, whatever becomes of
 * the primary meanwhile.
 */
@Tag("long")
class ConsentIT {
    private static final String[] SHORT = {
        "--backlog-size",
        "2mb",
        "--segment-size",
        "1mb",
        "--reconnect-window",
        "0",
        "--max-value-size",
        "256kb",
        "--batch-size",
        "0"
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

    static void call(NodeProcess node, Object... command) throws IOException {
        try (RespClient client = node.connect()) {
            assertEquals("OK", client.text(command));
        }
    }

    static void follow(NodeProcess node, NodeProcess primary) throws IOException {
        call(node, "REPLICAOF", "127.0.0.1", primary.port());
    }

    static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    static List<Path> lostWrites(NodeProcess node) throws IOException {
        try (Stream<Path> files = Files.walk(node.data())) {
            return files.filter(file -> file.getFileName().toString().startsWith("lost-writes-"))
                    .toList();
        }
    }

    static String awaitRefusal(NodeProcess node) throws IOException {
        // LOADING comes before
        Cluster.await("the refusal", node, info -> !info.fields()
                .getOrDefault("sync_refused_reason", "LOADING")
                .startsWith("LOADING"));
        return Cluster.info(node).fields().get("sync_refused_reason");
    }

    private static void awaitCopy(NodeProcess node) {
        Cluster.await("a full copy to begin", node, info -> info.number("master_sync_in_progress") == 1);
    }

    /** It is refused, and has what it had, after a restart too. */
    private static void requireRefused(NodeProcess node, String code, KeyspaceDigest before) throws IOException {
        String reason = awaitRefusal(node);
        assertTrue(reason.startsWith(code + " "), reason);
        assertEquals(before, Cluster.digest(node), () -> Cluster.tail(node));
        node.kill();
        node.startAndAwait();
        assertEquals(before, Cluster.digest(node), () -> "after a restart too: " + Cluster.tail(node));
    }

    @Test
    void shouldKeepItsDataWhenThePrimaryOfARewindsCopyComesBackEmpty() throws Exception {
        try (Fork fork = new Fork(dir)) {
            KeyspaceDigest before = Cluster.digest(fork.a);
            for (NodeProcess node : List.of(fork.a, fork.c)) {
                follow(node, fork.b);
                awaitCopy(node);
                assertEquals(1, lostWrites(node).size());
            }
            fork.b.kill();
            delete(fork.b.data());
            fork.b.startAndAwait();
            requireRefused(fork.a, "FOREIGN", before);
            requireRefused(fork.c, "FOREIGN", before);
            assertEquals("2", Cluster.info(fork.b).fields().get("refused_replicas"));
        }
    }

    /** What is in the place of the primary's data is another node's, or an older state of its own. */
    @Test
    void shouldKeepItsDataWhenThePrimaryOfARewindsCopyComesBackAsAnotherOrAnOlderOne() throws Exception {
        try (Fork fork = new Fork(dir)) {
            NodeProcess stranger = fork.cluster.node("stranger");
            Cluster.start(stranger);
            SyncedNodes.fill(stranger, "strange", 3_000, 100);
            stranger.kill();
            assertEquals(0, fork.b.terminate());
            Path older = dir.resolve("older");
            copy(fork.b.data(), older);
            fork.b.startAndAwait("--snapshot-rate", "200000");
            Fork.churn(fork.b, 100);

            KeyspaceDigest before = Cluster.digest(fork.a);
            follow(fork.a, fork.b);
            awaitCopy(fork.a);
            fork.b.kill();
            Path right = dir.resolve("right");
            Files.move(fork.b.data(), right);
            Files.move(older, fork.b.data());
            fork.b.startAndAwait();
            String reason = awaitRefusal(fork.a);
            assertTrue(reason.startsWith("FUTURE the log of history"), reason);
            assertEquals(before, Cluster.digest(fork.a), () -> Cluster.tail(fork.a));

            fork.b.kill();
            delete(fork.b.data());
            copy(stranger.data(), fork.b.data());
            fork.b.startAndAwait();
            Cluster.await("the other refusal", fork.a, info -> info.fields()
                    .getOrDefault("sync_refused_reason", "")
                    .startsWith("FOREIGN "));
            assertEquals(before, Cluster.digest(fork.a), () -> Cluster.tail(fork.a));

            fork.b.kill();
            delete(fork.b.data());
            Files.move(right, fork.b.data());
            fork.b.startAndAwait();
            Cluster.awaitLink(fork.a);
            Cluster.awaitSame(fork.b, fork.a);
            assertEquals(1, Cluster.info(fork.a).number("rewinds"), "the right one completes it");
        }
    }

    @Test
    void shouldCountARewindThatEndsInACopy() throws Exception {
        try (Fork fork = new Fork(dir)) {
            SyncedNodes.rate(fork.b, "0");
            follow(fork.a, fork.b);
            Cluster.awaitLink(fork.a);
            Cluster.awaitSame(fork.b, fork.a);
            ReplicationInfo info = Cluster.info(fork.a);
            assertEquals(1, info.number("rewinds"));
            assertEquals(50, info.number("lost_writes"));
            assertEquals(1, info.fullSyncs());
            String saved = info.fields().get("lost_writes_file_shard0");
            assertTrue(lostWrites(fork.a).get(0).endsWith(Path.of(saved).getFileName()), saved);
        }
    }

    /** Killed at each step of the take-over it has all of the one or all of the other. */
    @Test
    void shouldHaveTheOneOrTheOtherWhenItIsKilledWhileItTakesOver() throws Exception {
        try (Fork fork = new Fork(dir)) {
            KeyspaceDigest before = Cluster.digest(fork.c);
            KeyspaceDigest after = Cluster.digest(fork.b);
            assertEquals(0, fork.c.terminate());
            Path saved = dir.resolve("saved");
            Files.move(fork.c.data(), saved);
            Map<FaultPoint, KeyspaceDigest> expected = new LinkedHashMap<>();
            expected.put(FaultPoint.SYNC_DURABLE, before);
            expected.put(FaultPoint.SWITCH_WRITTEN, before);
            expected.put(FaultPoint.SWITCH_RENAMED, after);
            expected.put(FaultPoint.SYNC_REPLACED, after);
            for (Map.Entry<FaultPoint, KeyspaceDigest> each : expected.entrySet()) {
                String point = each.getKey().text();
                copy(saved, fork.c.data());
                fork.b.kill();
                fork.b.startAndAwait();
                Cluster.arm(fork.c, each.getKey(), 1);
                fork.c.startAndAwait();
                follow(fork.c, fork.b);
                assertEquals(FaultPoint.EXIT_CODE, fork.c.awaitExit(Cluster.LIMIT), point);
                fork.b.kill();
                Cluster.arm(fork.c, null, 0);
                fork.c.startAndAwait();
                assertEquals(each.getValue(), Cluster.digest(fork.c), point);
                fork.b.startAndAwait();
                Cluster.awaitLink(fork.c);
                assertEquals(after, Cluster.awaitSame(fork.b, fork.c), point);
                fork.c.kill();
                delete(fork.c.data());
            }
        }
    }

    /** C is fed by A, which gives its own records up; what C has of them it gives up as well, and no more. */
    @Test
    void shouldLeadAChainedReplicaAlong() throws Exception {
        try (Fork fork = new Fork(dir)) {
            follow(fork.a, fork.b);
            awaitCopy(fork.a);
            KeyspaceDigest before = Cluster.digest(fork.c);
            Cluster.await("C to say that A can't feed it", fork.c, info -> info.fields()
                    .getOrDefault("sync_refused_reason", "")
                    .startsWith("LOADING "));
            assertEquals(before, Cluster.digest(fork.c));
            SyncedNodes.rate(fork.b, "0");
            Cluster.awaitLink(fork.a);
            Cluster.awaitLink(fork.c);
            Cluster.awaitSame(fork.b, fork.a, fork.c);
            assertEquals(50, Cluster.info(fork.c).number("lost_writes"));
            assertEquals(1, lostWrites(fork.c).size());
        }
    }

    /** B continued with the history that A left when it was promoted, so that the fork is at no boundary of B's histories. */
    @Test
    void shouldGetOutOfAForkThatIsOlderThanThePrimarysLogAndAtNoBoundary() throws Exception {
        try (Cluster cluster = new Cluster(dir, SHORT)) {
            NodeProcess a = cluster.node("a");
            NodeProcess b = cluster.node("b");
            Cluster.start(a, b);
            follow(a, b);
            SyncedNodes.fill(b, "key", KEYS, VALUE_LENGTH);
            Cluster.awaitSame(b, a);
            call(a, "REPLICAOF", "NO", "ONE");
            SyncedNodes.fill(a, "own", 40, VALUE_LENGTH);
            for (int round = 0; round < 2; round++) {
                Fork.churn(b, 700);
                SyncedNodes.snapshot(b);
            }
            follow(a, b);
            Cluster.awaitLink(a);
            Cluster.awaitSame(b, a);
            ReplicationInfo info = Cluster.info(a);
            assertEquals(1, info.number("rewinds"));
            assertEquals(40, info.number("lost_writes"));
            assertEquals(1, info.fullSyncs());
            assertEquals(1, lostWrites(a).size());
            assertEquals(List.of(), kept(a), "the file has all of it");
        }
    }

    /** Neither log reaches back to where they parted: what is in no file stays on the disk as it was. */
    @Test
    void shouldKeepTheOldDataOnTheDiskWhereItsOwnLogDoesNotReachBackToTheForkEither() throws Exception {
        try (Fork fork = new Fork(dir)) {
            for (int round = 0; round < 2; round++) {
                Fork.churn(fork.a, 700);
                SyncedNodes.snapshot(fork.a);
            }
            SyncedNodes.rate(fork.b, "0");
            follow(fork.a, fork.b);
            Cluster.awaitLink(fork.a);
            Cluster.awaitSame(fork.b, fork.a);
            assertEquals(1, lostWrites(fork.a).size());
            assertEquals(1, kept(fork.a).size());
            assertTrue(Cluster.info(fork.a).number("lost_writes") > 0);
            fork.a.kill();
            fork.a.startAndAwait();
            assertEquals(1, kept(fork.a).size(), "a start leaves it");
        }
    }

    static List<Path> kept(NodeProcess node) throws IOException {
        try (Stream<Path> files = Files.walk(node.data())) {
            return files.filter(file -> file.getFileName().toString().equals("KEPT"))
                    .toList();
        }
    }
}

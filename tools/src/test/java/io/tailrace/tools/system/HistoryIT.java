package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.KeyspaceDigest;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import io.tailrace.tools.history.Histories;
import io.tailrace.tools.output.Progress;
import io.tailrace.wire.record.QueueIndex;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which histories a log went through, as every tool and node tells it, and what becomes of copies that lie about it. */
@Tag("long")
class HistoryIT {
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z";
    private static final String CHAIN = "[0-9a-f]{16}";

    @TempDir
    private Path dir;

    @Test
    void shouldTellTheSameLineageEverywhere() throws Exception {
        try (Cluster cluster = new Cluster(dir, "--segment-size", "1mb", "--batch-size", "0")) {
            NodeProcess first = cluster.node("first");
            NodeProcess second = cluster.replica("second", first);
            Cluster.start(first, second);
            NodeGroup.fill(first, "one", 100, 10);
            Cluster.awaitSame(first, second);
            List<String> before = history(second.data());
            assertEquals(2, before.size(), before::toString);
            assertTrue(
                    before.get(1)
                            .matches("1 [0-9a-f]{40} 1:0 " + TIME + " 101 records, is the first, at 1:100 " + CHAIN
                                    + " since " + TIME),
                    before.get(1));
            first.kill();
            call(second, "REPLICAOF", "NO", "ONE");
            NodeGroup.fill(second, "two", 50, 10);

            List<String> after = history(second.data());
            assertEquals(before.get(1).substring(0, before.get(1).indexOf(", at")), after.get(1), "what was, stays");
            Map<String, String> info = Cluster.info(second).fields();
            assertTrue(
                    after.get(2)
                            .matches("2 " + info.get("master_replid") + " 2:0 " + TIME + " 51 records, follows 1:100 "
                                    + CHAIN + ", at 2:50 " + CHAIN + " since " + TIME),
                    after.get(2));
            assertTrue(after.get(1).contains(info.get("master_replid2")), after.get(1));
            assertTrue(
                    info.get("history0_shard0")
                            .matches("id=" + info.get("master_replid") + ",term=2,first_index=" + QueueIndex.of(2, 0)
                                    + ",records_before=101,began_us=\\d+,previous_index=" + QueueIndex.of(1, 100)
                                    + ",previous_chain=" + CHAIN),
                    info.get("history0_shard0"));
            assertEquals("102", info.get("second_repl_offset"));
            assertTrue(info.get("history1_shard0").startsWith("id=" + info.get("master_replid2") + ",term=1,"));

            first.start("--replicaof", second.address());
            first.awaitReady(Cluster.LIMIT);
            Cluster.awaitSame(second, first);
            assertEquals(after.subList(1, 3), history(first.data()).subList(1, 3), "on both nodes");
            first.kill();
            assertEquals(after.subList(1, 3), history(first.data()).subList(1, 3), "also of a killed node");
            json(second.data());
        }
    }

    /** Through the launcher, as an operator does. */
    private static void json(Path data) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(NodeProcess.launcher().toString(), "history", data.toString(), "--format", "json");
        builder.environment().put("TAILRACE_BUILD", "never");
        Process process = builder.redirectErrorStream(true).start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertEquals(0, process.waitFor(), lines::toString);
        assertEquals(2, lines.size(), lines::toString);
        assertTrue(
                lines.get(1).contains("\"current\":true,\"first_index\":8589934592,\"first\":\"2:0\""), lines.get(1));
    }

    @Test
    void shouldNotTakeACopyForTheOriginal() throws Exception {
        try (Cluster cluster = new Cluster(dir, "--segment-size", "1mb", "--batch-size", "0")) {
            NodeProcess original = cluster.node("original");
            NodeProcess replica = cluster.replica("replica", original);
            Cluster.start(original, replica);
            NodeGroup.fill(original, "key", 100, 10);
            Cluster.awaitSame(original, replica);
            NodeProcess copy = cluster.node("copy");
            original.kill();
            copy(original.data(), copy.data());
            Cluster.start(original, copy);
            Cluster.awaitLink(replica);

            goOnOnItsOwn(original, copy, replica);
            refuseToFollowItself(original, copy);
            copy.kill();
            noticeACopiedReplica(original, replica, cluster.replica("twin", original));
        }
    }

    private static void refuseToFollowItself(NodeProcess original, NodeProcess copy) throws IOException {
        follow(copy, original);
        String reason = awaitRefusal(copy);
        assertTrue(reason.contains("is this node itself, or has a copy of its data directory"), reason);
    }

    /** Both continue in a history of one name, but from the copy on with other records; the chain tells. */
    private static void goOnOnItsOwn(NodeProcess original, NodeProcess copy, NodeProcess replica) throws Exception {
        NodeGroup.fill(original, "original", 200, 10);
        NodeGroup.fill(copy, "copied", 400, 10);
        Cluster.awaitSame(original, replica);
        KeyspaceDigest kept = Cluster.digest(replica);
        String fullSyncs = Cluster.info(replica).fields().get("full_syncs");

        follow(replica, copy);

        String reason = awaitRefusal(replica);
        assertTrue(reason.matches("(FOREIGN|FUTURE) the replica is at .*"), reason);
        NodeGroup.awaitPrinted(copy, "refused: " + reason.substring(0, 25));
        assertEquals(kept, Cluster.digest(replica));
        assertNotEquals(kept, Cluster.digest(copy));
        follow(replica, original);
        Cluster.awaitSame(original, replica);
        assertEquals(fullSyncs, Cluster.info(replica).fields().get("full_syncs"));
    }

    /** Both have a prefix of the log, so both may follow; but they are taken for one. */
    private static void noticeACopiedReplica(NodeProcess original, NodeProcess replica, NodeProcess twin)
            throws Exception {
        replica.kill();
        copy(replica.data(), twin.data());
        Cluster.start(replica, twin);
        Await.until("the copy to be noticed", Cluster.LIMIT, () -> original.printed()
                .contains("attached twice, here and elsewhere: "));
        NodeGroup.fill(original, "more", 10, 10);
        Cluster.awaitSame(original, replica, twin);
        try (RespClient client = original.connect()) {
            client.call("SET", "last", "1");
            assertEquals(1, client.number("WAIT", 2, 1_000), "two that are one");
        }
    }

    private static String awaitRefusal(NodeProcess node) {
        Await.until("the refusal", Cluster.LIMIT, () -> !Cluster.info(node)
                .fields()
                .getOrDefault("sync_refused_reason", "LOADING")
                .startsWith("LOADING"));
        try {
            Map<String, String> fields = Cluster.info(node).fields();
            assertEquals("down", fields.get("master_link_status"));
            return fields.get("sync_refused_reason");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void follow(NodeProcess node, NodeProcess primary) throws IOException {
        call(node, "REPLICAOF", "127.0.0.1", primary.port());
    }

    private static void call(NodeProcess node, Object... command) throws IOException {
        try (RespClient client = node.connect()) {
            assertEquals("OK", client.text(command));
        }
    }

    private static List<String> history(Path data) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Histories.print(data, null, false, new PrintStream(out, true, StandardCharsets.UTF_8), Progress.none());
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}

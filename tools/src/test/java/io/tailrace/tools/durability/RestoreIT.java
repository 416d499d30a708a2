package io.tailrace.tools.durability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.CommandRun;
import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose data are brought back to before a mistake, by the command, and started again. */
class RestoreIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path dir;

    private NodeGroup group;
    private NodeProcess node;

    @BeforeEach
    void place() throws Exception {
        group = new NodeGroup(dir);
        node = group.add("node");
    }

    @AfterEach
    void stop() {
        group.close();
    }

    @Test
    void shouldBringBackWhatWasThereBeforeAMistake() throws Exception {
        node.startAndAwait();
        NodeGroup.fill(node, "before", 500, 20);
        String early = lastIndex();
        Path snapshot = save(0);
        NodeGroup.fill(node, "after", 300, 20);
        String wanted = lastIndex();
        try (RespClient client = node.connect()) {
            client.call("FLUSHALL");
            client.call("SET", "later", "1");
        }
        assertEquals(
                1,
                restore("--snapshot", snapshot.toString(), "--to-index", wanted).code(),
                () -> "a node runs there, index " + wanted);
        node.kill();
        Path copy = dir.resolve("copy");
        CommandRun refused = restore("--snapshot", snapshot.toString(), "--to-index", early, "--into", copy.toString());
        assertEquals(1, refused.code(), "before the snapshot's end");
        assertTrue(refused.text().contains("possible is any record from "), refused.text());
        CommandRun done = restore("--snapshot", snapshot.toString(), "--to-index", wanted, "--into", copy.toString());
        assertEquals(0, done.code(), done.text());

        try (NodeProcess restored = group.add("restored").dataDirectory(copy)) {
            restored.startAndAwait();
            try (RespClient client = restored.connect()) {
                assertEquals(800, client.number("DBSIZE"));
                assertEquals(0, client.number("EXISTS", "later"));
                String history = done.text().replaceAll("(?s).*begins history ([0-9a-f]{40}).*", "$1");
                assertEquals(history, client.info("replication").get("master_replid"));
            }
        }
        node.startAndAwait();
        try (RespClient client = node.connect()) {
            assertEquals(1, client.number("DBSIZE"), "the old one is as it was");
        }
    }

    /** In place, all shards to one moment; one replica had not seen the mistake yet, the other had. */
    @Test
    void shouldTakeSeveralShardsAndTheirReplicasBackToAMoment() throws Exception {
        node = group.add("sharded", "--shards", "2");
        NodeProcess behind = group.addReplica("behind", node, "--shards", "2");
        NodeProcess ahead = group.addReplica("ahead", node, "--shards", "2");
        NodeGroup.start(node, behind, ahead);
        NodeGroup.fill(node, "before", 300, 20);
        List<String> arguments = new ArrayList<>();
        for (Path snapshot : List.of(save(0), save(1))) {
            arguments.addAll(List.of("--snapshot", snapshot.toString()));
        }
        NodeGroup.fill(node, "after", 200, 20);
        NodeGroup.awaitCaughtUp(node, behind);
        String wanted = NodeGroup.digest(node).toString();
        behind.kill();
        try (RespClient client = node.connect()) {
            List<?> time = (List<?>) client.call("TIME");
            arguments.addAll(List.of(
                    "--to-time", text(time.get(0)) + "." + "%06d".formatted(Long.parseLong(text(time.get(1))))));
            client.call("FLUSHALL");
            client.call("SET", "later", "1");
        }
        NodeGroup.awaitCaughtUp(node, ahead);
        node.kill();
        CommandRun untold = restore(arguments.toArray(String[]::new));
        assertEquals(0, untold.code(), untold.text());
        assertTrue(untold.text().contains("nothing was changed: --yes does this"), untold.text());
        arguments.add("--yes");
        CommandRun done = restore(arguments.toArray(String[]::new));
        assertEquals(0, done.code(), done.text());

        NodeGroup.start(node, behind);
        assertEquals(wanted, NodeGroup.digest(node).toString());
        NodeGroup.assertSame(node, behind);
        assertEquals(0, NodeGroup.number(behind, "full_syncs"));
        NodeGroup.assertSame(node, ahead);
        try (Stream<Path> files = Files.walk(ahead.data())) {
            assertTrue(
                    files.anyMatch(file -> file.getFileName().toString().matches("lost-writes-.*[.]resp")),
                    ahead.printed());
        }
    }

    @Test
    void shouldStartFromTheSnapshotBeforeADamagedOne() throws Exception {
        node.startAndAwait();
        NodeGroup.fill(node, "first", 300, 20);
        save(0);
        NodeGroup.fill(node, "second", 300, 20);
        Path older = finished(snapshots(0));
        saveNow();
        Await.until("the second snapshot", LIMIT, () -> !finished(snapshots(0)).equals(older));
        NodeGroup.fill(node, "third", 300, 20);
        String wanted = NodeGroup.digest(node).toString();
        node.kill();
        Path newest = finished(snapshots(0));
        byte[] bytes = Files.readAllBytes(newest);
        bytes[bytes.length / 2] ^= 4;
        Files.write(newest, bytes);
        node.startAndAwait();
        assertEquals(wanted, NodeGroup.digest(node).toString());
        assertTrue(node.printed().contains("snapshot " + newest + " can't be used: "), node.printed());
    }

    private static String text(Object reply) {
        return new String((byte[]) reply, StandardCharsets.US_ASCII);
    }

    private String lastIndex() throws IOException {
        return NodeGroup.replication(node).get("shard0").replaceAll("^index=([^,]*),.*", "$1");
    }

    /** A shard's newest snapshot, copied to a place of its own as a backup would be. */
    private Path save(int shard) throws IOException {
        saveNow();
        Await.until("the snapshot", LIMIT, () -> finished(snapshots(shard)) != null);
        return Files.copy(finished(snapshots(shard)), dir.resolve("backup-" + shard + ".tsnap"));
    }

    /** Begins one; one that has just begun by itself is as good. */
    private void saveNow() throws IOException {
        Await.until("BGSAVE", LIMIT, () -> {
            try (RespClient client = node.connect()) {
                client.call("BGSAVE");
                return true;
            } catch (ErrorReplyException e) {
                return false;
            }
        });
    }

    private Path snapshots(int shard) {
        return node.data().resolve("shard-" + shard + "/gen-1/snapshots");
    }

    /** The newest: the name begins with the index. */
    private static Path finished(Path snapshots) throws IOException {
        try (Stream<Path> files = Files.list(snapshots)) {
            return files.filter(file -> file.toString().endsWith(".tsnap"))
                    .max(Comparator.naturalOrder())
                    .orElse(null);
        }
    }

    private CommandRun restore(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("restore", node.data().toString()));
        all.addAll(List.of(arguments));
        return CommandRun.of(all.toArray(String[]::new));
    }
}

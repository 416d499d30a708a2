package io.tailrace.tools.durability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.NodeGroup;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
        Path snapshot = save();
        NodeGroup.fill(node, "after", 300, 20);
        String wanted = lastIndex();
        try (RespClient client = node.connect()) {
            client.call("FLUSHALL");
            client.call("SET", "later", "1");
        }
        assertEquals(
                1,
                restore("--snapshot", snapshot.toString(), "--to-index", wanted).code,
                () -> "a node runs there, index " + wanted);
        node.kill();
        Path copy = dir.resolve("copy");
        Run refused = restore("--snapshot", snapshot.toString(), "--to-index", early, "--into", copy.toString());
        assertEquals(1, refused.code, "before the snapshot's end");
        assertTrue(refused.text.contains("possible is any record from "), refused.text);
        Run done = restore("--snapshot", snapshot.toString(), "--to-index", wanted, "--into", copy.toString());
        assertEquals(0, done.code, done.text);

        try (NodeProcess restored = group.add("restored").dataDirectory(copy)) {
            restored.startAndAwait();
            try (RespClient client = restored.connect()) {
                assertEquals(800, client.number("DBSIZE"));
                assertEquals(0, client.number("EXISTS", "later"));
                String history = done.text.replaceAll("(?s).*begins history ([0-9a-f]{40}).*", "$1");
                assertEquals(history, client.info("replication").get("master_replid"));
            }
        }
        node.startAndAwait();
        try (RespClient client = node.connect()) {
            assertEquals(1, client.number("DBSIZE"), "the old one is as it was");
        }
    }

    private String lastIndex() throws IOException {
        return NodeGroup.replication(node).get("shard0").replaceAll("^index=([^,]*),.*", "$1");
    }

    /** A snapshot, copied to a place of its own as a backup would be. */
    private Path save() throws IOException {
        Path snapshots = node.data().resolve("shard-0/gen-1/snapshots");
        try (RespClient client = node.connect()) {
            client.call("BGSAVE");
        }
        Await.until("the snapshot", LIMIT, () -> finished(snapshots) != null);
        return Files.copy(finished(snapshots), dir.resolve("backup.tsnap"));
    }

    private static Path finished(Path snapshots) throws IOException {
        try (Stream<Path> files = Files.list(snapshots)) {
            return files.filter(file -> file.toString().endsWith(".tsnap"))
                    .findFirst()
                    .orElse(null);
        }
    }

    private record Run(int code, String text) {}

    private Run restore(String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                NodeProcess.launcher().toString(), "restore", node.data().toString());
        builder.command().addAll(java.util.List.of(arguments));
        builder.environment().put("TAILRACE_BUILD", "never");
        Path output = dir.resolve("restore.txt");
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertTrue(process.waitFor(60, java.util.concurrent.TimeUnit.SECONDS), "restore hangs");
        return new Run(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }
}

package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of a real process: a file that is moved away, levels while it runs, and a reader that has stopped reading. */
class LogIT {
    private static final int LINES = 20_000;

    @TempDir
    private Path dir;

    @Test
    void shouldWriteObjectsToAFileThatMayBeMovedAndChangeItsLevel() throws Exception {
        try (Cluster cluster = new Cluster(dir)) {
            Path file = dir.resolve("node.log");
            NodeProcess node = cluster.node("node", "--log-file", file.toString(), "--log-format", "json");
            node.variable("TAILRACE_ENABLE_DEBUG_COMMAND", "yes");
            Cluster.start(node);
            assertEquals("", node.printed());
            try (RespClient client = node.connect()) {
                client.call("DEBUG", "LOG", "first \"line\"");
                Await.until("the line", Cluster.LIMIT, () -> hasMessage(file, "DEBUG LOG: first \"line\""));
                Files.move(file, dir.resolve("node.log-20260131"));
                Await.until("the file to be made anew", Cluster.LIMIT, () -> {
                    client.call("DEBUG", "LOG", "second");
                    return Files.exists(file) && hasMessage(file, "DEBUG LOG: second");
                });

                assertEquals("OK", client.text("CONFIG", "SET", "loglevel", "warning"));
                client.call("DEBUG", "LOG", "hidden");
                assertEquals("OK", client.text("CONFIG", "SET", "log-level", "debug"));
                client.call("BGSAVE");
                Await.until("a change of state", Cluster.LIMIT, () -> messages(file).stream()
                        .anyMatch(line -> line.path("machine").asText().startsWith("snapshot")));
                assertFalse(hasMessage(file, "DEBUG LOG: hidden"));
            }
            assertEquals(0, node.terminate());
            assertTrue(hasMessage(file, "stopping: a signal"));
        }
    }

    private static boolean hasMessage(Path file, String message) throws IOException {
        return messages(file).stream().anyMatch(line -> line.get("msg").asText().equals(message));
    }

    private static List<JsonNode> messages(Path file) throws IOException {
        ObjectMapper json = new ObjectMapper();
        String text = Files.readString(file);
        // the last line may be half written
        return text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .map(line -> {
                    try {
                        return json.readTree(line);
                    } catch (IOException e) {
                        throw new AssertionError(line, e);
                    }
                })
                .toList();
    }

    @Test
    void shouldServeOnWhenNobodyReadsItsLog() throws Exception {
        try (Cluster cluster = new Cluster(dir)) {
            NodeProcess node = cluster.node("node").variable("TAILRACE_ENABLE_DEBUG_COMMAND", "yes");
            Process process = node.startPiped();
            try (RespClient client = node.connect()) {
                for (int i = 0; i < LINES; i++) {
                    client.send("DEBUG", "LOG", "line " + i + " of what fills any pipe");
                }
                client.flush();
                for (int i = 0; i < LINES; i++) {
                    assertEquals("OK", client.read());
                }
                long dropped = Long.parseLong(client.info("persistence").get("log_lines_dropped"));
                assertTrue(dropped > LINES / 2, dropped + " lines were dropped");
                process.destroy();
                assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it waits for the reader of its log");
                assertEquals(0, process.exitValue());
            }
        }
    }
}

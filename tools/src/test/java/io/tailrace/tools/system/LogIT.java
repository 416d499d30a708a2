package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
                        .anyMatch(line -> line.getOrDefault("machine", "").startsWith("snapshot")));
                assertFalse(hasMessage(file, "DEBUG LOG: hidden"));
            }
            assertEquals(0, node.terminate());
            assertTrue(hasMessage(file, "stopping: a signal"));
        }
    }

    private static boolean hasMessage(Path file, String message) throws IOException {
        return messages(file).stream().anyMatch(line -> message.equals(line.get("msg")));
    }

    private static List<Map<String, String>> messages(Path file) throws IOException {
        List<Map<String, String>> messages = new ArrayList<>();
        String text = Files.readString(file);
        // the last line may be half written
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
            Map<String, String> fields = new HashMap<>();
            try (JsonParser parser = new JsonFactory().createParser(line)) {
                assertEquals(JsonToken.START_OBJECT, parser.nextToken(), line);
                for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                    parser.nextToken();
                    fields.put(name, parser.getText());
                }
                assertEquals(null, parser.nextToken(), line);
            }
            messages.add(fields);
        }
        return messages;
    }

    @Test
    void shouldServeOnWhenNobodyReadsItsLog() throws Exception {
        try (Cluster cluster = new Cluster(dir)) {
            NodeProcess node = cluster.node("node");
            Process process = startUnread(node);
            try (RespClient client = connect(node)) {
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
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static Process startUnread(NodeProcess node) throws IOException {
        Files.createDirectories(node.directory());
        ProcessBuilder builder = new ProcessBuilder(
                NodeProcess.launcher().toString(),
                "node",
                "--port",
                Integer.toString(node.port()),
                "--data-dir",
                node.data().toString(),
                "--enable-debug-command");
        builder.environment().put("TAILRACE_BUILD", "never");
        return builder.redirectErrorStream(true).start();
    }

    private static RespClient connect(NodeProcess node) throws IOException {
        Await.until("the node to answer", Cluster.LIMIT, () -> {
            try (RespClient client = node.connect()) {
                return "PONG".equals(client.text("PING"));
            }
        });
        return node.connect();
    }
}

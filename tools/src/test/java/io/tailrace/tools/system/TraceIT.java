package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.CommandRun;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tailrace trace}: which duty cycles of a node were slow, and why. */
class TraceIT {
    @TempDir
    private Path dir;

    @Test
    void shouldShowWhatHeldAShardUp() throws Exception {
        try (Cluster cluster = new Cluster(dir)) {
            NodeProcess node = cluster.node("node");
            Cluster.start(node);
            try (RespClient client = node.connect()) {
                client.call("SET", "key", "value");
                client.call(
                        "EVAL",
                        "local n = 0 for i = 1, 3000000 do n = n + i % 7 end return redis.call('GET', KEYS[1])",
                        1,
                        "key");
            }

            CommandRun shown = CommandRun.of("trace", node.address(), "--count", "1");

            assertEquals(0, shown.code(), shown.text());
            List<String> lines = shown.text().lines().toList();
            assertEquals(2, lines.size(), shown.text());
            assertTrue(lines.get(0).startsWith("began "), shown.text());
            assertTrue(
                    lines.get(1).matches("\\S+Z +0 +[0-9.]+ +[0-9.]+ +eval [0-9.]+ +.*execute [0-9.]+.*; .*script.*"),
                    lines.get(1));
            try (RespClient client = node.connect()) {
                client.call("CONFIG", "RESETSTAT");
            }
            CommandRun later = CommandRun.of("trace", node.address(), "--seconds", "1");
            assertEquals(0, later.code(), later.text());
            assertTrue(!later.text().contains("eval "), later.text());
        }
    }

    @Test
    void shouldSayWhatIsWrong() throws Exception {
        CommandRun nobody = CommandRun.of("trace", "127.0.0.1:1");
        assertEquals(1, nobody.code(), nobody.text());
        assertEquals("tailrace trace: can't ask 127.0.0.1:1: Connection refused\n", nobody.err());
        CommandRun wrong = CommandRun.of("trace", "127.0.0.1:1", "--count", "0");
        assertEquals(2, wrong.code(), wrong.text());
        assertTrue(wrong.err().contains("--count must be from 1 to "), wrong.err());
    }
}

package io.tailrace.tools.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tools of the other system tests: a process, its signals, and the client. */
class NodeProcessIT {

    @TempDir
    private Path dir;

    @Test
    void shouldStartKillPauseAndTerminateANode() throws Exception {
        try (NodeProcess node = new NodeProcess(dir, FreePorts.find(1), List.of("--max-entries", "10000"))) {
            node.startAndAwait();
            byte[] binary = {0, '\r', '\n', -1};
            try (RespClient client = node.connect()) {
                assertEquals("OK", client.text("SET", "key", binary));
                node.pause();
                client.send("GET", "key");
                client.flush();
                node.resume();
                assertArrayEquals(binary, (byte[]) client.read());
                assertThrows(ErrorReplyException.class, () -> client.call("GET"));
                assertEquals("PONG", client.text("PING"));
            }
            assertTrue(node.residentBytes() > 1 << 20);
            node.kill();
            assertFalse(node.isAlive());

            node.startAndAwait();
            try (RespClient client = node.connect()) {
                assertArrayEquals(binary, (byte[]) client.call("GET", "key"));
            }
            assertEquals(0, node.terminate());
        }
    }

    @Test
    void shouldSayWhatANodePrintedThatDidNotStart() throws Exception {
        try (NodeProcess node = new NodeProcess(dir, FreePorts.find(1), List.of("--shards", "none"))) {
            node.start();
            IOException e = assertThrows(IOException.class, () -> node.awaitReady(Duration.ofSeconds(30)));

            assertTrue(e.getMessage().startsWith("the node exited with code 2:\ntailrace node: shards"), e::getMessage);
            assertEquals(2, node.awaitExit(Duration.ofSeconds(1)));
        }
    }

    @Test
    void shouldGiveEveryPortOnce() throws Exception {
        int one = FreePorts.find(2);
        int other = FreePorts.find(2);

        assertTrue(Math.abs(one - other) >= 2, one + " " + other);
    }
}

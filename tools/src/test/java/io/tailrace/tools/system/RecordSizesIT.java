package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.demo.ErrorReplyException;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values from nothing to the limit, and keys to theirs, over the whole path: log, store, replica, rebuild, snapshot. */
@Tag("long")
class RecordSizesIT {
    private static final int MAX_VALUE = 16 << 20;
    private static final int MAX_KEY = 64 << 10;
    private static final int[] SIZES = {
        0,
        1,
        2,
        100,
        4_095,
        16_383,
        16_384,
        16_385,
        65_535,
        65_536,
        65_537,
        300_000,
        1 << 20,
        5_000_000,
        MAX_VALUE - 1,
        MAX_VALUE
    };

    @TempDir
    private Path dir;

    private final Random random = new Random(1);

    /** A frame above the budget stalled kevy's stream forever; here even the smallest budget lets the largest through. */
    @Test
    void shouldReplicateRecordsOfEverySize() throws Exception {
        try (Cluster cluster = new Cluster(
                dir,
                "--max-entries",
                "1000",
                "--segment-size",
                "1mb",
                "--backlog-size",
                "256mb",
                "--pump-budget",
                "1kb")) {
            NodeProcess primary = cluster.node("primary").javaOptions("-Xms64m -Xmx256m");
            NodeProcess replica = cluster.replica("replica", primary).javaOptions("-Xms64m -Xmx256m");
            Cluster.start(primary, replica);
            try (RespClient client = primary.connect()) {
                for (int size : SIZES) {
                    write(client, "size:" + size, bytes(size));
                }
                byte[] key = bytes(MAX_KEY);
                write(client, key, bytes(100));
                assertEquals("OK", client.text("RENAME", "size:300000", "renamed"));
                assertEquals(MAX_VALUE, client.number("APPEND", "size:" + (MAX_VALUE - 1), "x"));
                refuseWhatIsTooLarge(client);
            }
            Cluster.awaitSame(primary, replica);
            assertEquals(0, Cluster.info(replica).fullSyncs());

            replica.kill();
            primary.kill();
            Cluster.start(primary, replica);
            Cluster.awaitSame(primary, replica);
            assertEquals(0, replica.terminate());
            assertEquals(0, primary.terminate());
            Cluster.start(primary, replica);
            assertEquals(SIZES.length + 1, Cluster.awaitSame(primary, replica).keys());
        }
    }

    private static void write(RespClient client, Object key, byte[] value) throws IOException {
        assertEquals("OK", client.text("SET", key, value));
        assertArrayEquals(value, (byte[]) client.call("GET", key));
    }

    private void refuseWhatIsTooLarge(RespClient client) throws IOException {
        Object[][] requests = {
            {"SET", "large", bytes(MAX_VALUE + 1)},
            {"SET", bytes(MAX_KEY + 1), "v"},
            {"APPEND", "size:" + MAX_VALUE, "x"},
            {"SETRANGE", "size:1", MAX_VALUE, "x"}
        };
        for (Object[] request : requests) {
            ErrorReplyException e = assertThrows(ErrorReplyException.class, () -> client.call(request));
            assertTrue(e.getMessage().startsWith("ERR "), e.getMessage());
            assertEquals("PONG", client.text("PING"), "in sync behind: " + e.getMessage());
        }
        assertEquals(0, client.number("EXISTS", "large"));
        assertEquals(1, client.number("STRLEN", "size:1"));
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}

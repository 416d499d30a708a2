package io.tailrace.tools.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.tools.demo.Await;
import io.tailrace.tools.demo.NodeProcess;
import io.tailrace.tools.demo.RespClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node does to its data while no client talks to it: a question every few seconds is all that wakes it here. */
class IdleNodeIT {
    private static final int KEYS = 20_000;
    private static final int ASKED = 4;
    private static final Duration PAUSE = Duration.ofSeconds(2);

    @TempDir
    private Path dir;

    private static void fill(RespClient client, String prefix, String... options) throws IOException {
        for (int i = 0; i < KEYS; i++) {
            Object[] command = new Object[3 + options.length];
            command[0] = "SET";
            command[1] = prefix + i;
            command[2] = "v".repeat(100);
            System.arraycopy(options, 0, command, 3, options.length);
            client.send(command);
        }
        client.flush();
        for (int i = 0; i < KEYS; i++) {
            client.read();
        }
    }

    /** Asks a few times, with pauses in which the node is left alone. */
    private static void assertSoon(String what, Await.Condition condition) throws Exception {
        for (int i = 0; i < ASKED; i++) {
            long end = System.nanoTime() + PAUSE.toNanos();
            Await.until("a pause to end", Cluster.LIMIT, () -> System.nanoTime() > end);
            if (condition.holds()) {
                return;
            }
        }
        throw new AssertionError(what + " within " + PAUSE.multipliedBy(ASKED));
    }

    @Test
    void shouldRemoveExpiredKeysAndEvict() throws Exception {
        try (Cluster cluster = new Cluster(dir, "--max-memory-policy", "allkeys-random");
                NodeProcess node = cluster.node("node")) {
            Cluster.start(node);
            try (RespClient client = node.connect()) {
                fill(client, "short", "PX", "1500");
                assertSoon("all keys past their deadline were to go", () -> client.number("DBSIZE") == 0);
                assertEquals(KEYS, Long.parseLong(client.info("stats").get("expired_keys")));

                fill(client, "long");
                long limit = Long.parseLong(client.info("memory").get("used_memory")) / 2;
                client.call("CONFIG", "SET", "maxmemory", "" + limit);
                assertSoon("half of the keys were to be evicted", () -> dataset(client) <= limit);
                assertTrue(client.number("DBSIZE") > KEYS / 4, "and not many more");
            }
        }
    }

    private static long dataset(RespClient client) throws IOException {
        return Long.parseLong(client.info("memory").get("used_memory"));
    }
}

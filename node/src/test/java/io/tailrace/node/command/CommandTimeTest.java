package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.shard.RebuildException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is promised to a client counts from when its command runs. Here each write takes 20 ms, and one cycle runs all that a
 * client has sent: it takes as long as all of it.
 */
class CommandTimeTest {
    private static final long WRITE_MICROS = 20_000;
    private static final int SLOW_WRITES = 20;

    private SessionBench bench;
    private SessionBench.Client client;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException, RebuildException {
        bench = new SessionBench(directory, 2);
        client = bench.clientOfShard(0);
        bench.workMicros = () -> WRITE_MICROS
                * bench.shards.stream()
                        .mapToLong(s -> s.transactions().effectsCommitted())
                        .sum();
    }

    @AfterEach
    void stop() throws IOException {
        bench.close();
    }

    /** Each write is one of the shard's effects, so the clock has advanced by 400 ms when the last one has run. */
    private void sendSlowWrites(String key) {
        for (int i = 0; i < SLOW_WRITES; i++) {
            client.send("APPEND", key, "x");
        }
    }

    private void awaitSlowWrites() {
        for (int i = 0; i < SLOW_WRITES; i++) {
            client.next();
        }
    }

    private List<String> keys() {
        return List.of(bench.keyOfShard(0), bench.keyOfShard(1));
    }

    @Test
    void shouldCountDeadlinesFromTheCommand() {
        for (String key : keys()) {
            sendSlowWrites(key + "{" + key + "}");
            client.send("SET", key, "me", "NX", "PX", "200");
            client.send("PTTL", key);
            client.send("GET", key);
            awaitSlowWrites();
            assertEquals("+OK", client.next().line());
            long left = client.next().integer();
            assertTrue(left > 200 - 2 * WRITE_MICROS / 1_000 && left <= 200, left + " ms left");
            assertEquals("me", client.next().body());
        }
    }

    @Test
    void shouldHideAKeyWhoseDeadlineHasPassedWithinTheCycle() {
        for (String key : keys()) {
            client.reply("SET", key, "v", "PX", "200");
            sendSlowWrites(key + "{" + key + "}");
            client.send("GET", key);
            awaitSlowWrites();
            assertEquals("$-1", client.next().toString());
        }
    }

    @Test
    void shouldSeeOneTimeWithinATransaction() {
        String key = bench.keyOfShard(0);
        client.reply("SET", key, "v", "PX", "200");
        client.reply("MULTI");
        client.reply("PTTL", key);
        for (int i = 0; i < SLOW_WRITES; i++) {
            client.reply("APPEND", key + "{" + key + "}", "x");
        }
        client.reply("PTTL", key);
        List<Reply> replies = client.reply("EXEC").elements();
        assertEquals(replies.get(0), replies.get(SLOW_WRITES + 1));
    }

    @Test
    void shouldCountTimeoutsFromTheCommand() throws Exception {
        client.reply("CONFIG", "SET", "timeout", "1");
        long before = bench.nowMicros();
        for (int i = 0; i < 3; i++) {
            sendSlowWrites(bench.keyOfShard(0));
        }
        client.send("TIME");
        awaitSlowWrites();
        awaitSlowWrites();
        awaitSlowWrites();
        List<Reply> time = client.next().elements();
        long seen = Long.parseLong(time.get(0).body()) * 1_000_000
                + Long.parseLong(time.get(1).body());
        assertTrue(seen > before, "TIME is that of the command");
        assertEquals(bench.nowMicros(), seen);
        bench.nowMicros += 900_000;
        assertEquals("+PONG", client.reply("PING").line(), "it was active until the end of a cycle of 1.2 s");
    }
}

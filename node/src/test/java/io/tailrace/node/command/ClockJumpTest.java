package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.shard.RebuildException;
import io.tailrace.node.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody sets the machine's clock by an hour, forwards or back. What takes time takes as long as before. */
class ClockJumpTest {
    private static final long HOUR = 3_600_000_000L;
    private static final long SECOND = 1_000_000L;
    private static final int KEYS = 600;
    private static final int MAX_A_CYCLE = 128;
    private static final int TURNS = 20;

    private SessionBench bench;
    private SessionBench.Client client;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException, RebuildException {
        bench = new SessionBench(directory, 1);
        client = bench.clientOfShard(0);
    }

    @AfterEach
    void stop() throws IOException {
        bench.close();
    }

    @Test
    void shouldRemoveWhatExpiresByItInSlicesAndServeMeanwhile() {
        for (int i = 0; i < KEYS; i++) {
            client.reply("SET", "key" + i, "v", "EX", "1800");
        }
        client.reply("SET", "later", "v", "EX", "7200");
        Store store = bench.shards.get(0).store();
        long records = bench.shards.get(0).backlog().recordCount();
        bench.jumpedMicros = HOUR;
        int cycles = 0;
        for (long before = store.keys(); store.keys() > 1; before = store.keys()) {
            bench.nowMicros += 1_000;
            client.send("GET", "key" + KEYS / 2);
            bench.await(() -> client.poll() != null || client.isSilent(1));
            assertTrue(before - store.keys() <= 2 * MAX_A_CYCLE, "no storm: " + before + " to " + store.keys());
            cycles++;
        }
        assertTrue(cycles > KEYS / MAX_A_CYCLE / 2, cycles + " cycles");
        assertTrue(bench.shards.get(0).backlog().recordCount() - records <= KEYS, "several keys in a record");
        assertEquals(":1", client.reply("EXISTS", "later").line());

        bench.jumpedMicros = -HOUR;
        bench.nowMicros += SECOND;
        assertEquals(":1", client.reply("EXISTS", "later").line());
        long ttl = Long.parseLong(client.reply("TTL", "later").line().substring(1));
        assertTrue(ttl > 7200 && ttl <= 7200 + 3600, "a deadline is a time of the clock, as in Redis: " + ttl);
    }

    @Test
    void shouldEndAPauseWhenItsTimeIsOver() {
        assertEquals("+OK", client.reply("CLIENT", "PAUSE", "5000").line());
        bench.jumpedMicros = HOUR;
        bench.nowMicros += SECOND;
        client.send("GET", "key");
        assertTrue(client.isSilent(TURNS), "not by the clock");
        bench.jumpedMicros = -HOUR;
        bench.nowMicros += 4 * SECOND;
        assertEquals("$-1", client.next().toString(), "nor for an hour longer");
    }

    @Test
    void shouldCloseClientsThatWereIdleForSoLongOnly() throws Exception {
        client.reply("CONFIG", "SET", "timeout", "10");
        SessionBench.Client idle = bench.client();
        idle.reply("PING");
        bench.jumpedMicros = HOUR;
        bench.nowMicros += 2 * SECOND;
        assertTrue(idle.isSilent(TURNS), "it was idle for two seconds");
        bench.jumpedMicros = -HOUR;
        bench.nowMicros += 8 * SECOND;
        client.reply("PING");
        assertTrue(idle.isSilent(TURNS));
        bench.nowMicros += 3 * SECOND;
        assertTrue(idle.isClosed());
    }

    /** In Redis whatever a client sends shows that it is there. */
    @Test
    void shouldNotTakeAClientForIdleWhoseCommandsAreRefused() throws Exception {
        client.reply("CONFIG", "SET", "timeout", "10");
        SessionBench.Client refused = bench.client();
        for (int i = 0; i < 4; i++) {
            bench.nowMicros += 6 * SECOND;
            client.reply("PING");
            String line = refused.reply(i % 2 == 0 ? "NOSUCH" : "GET").line();
            assertTrue(line.startsWith("-ERR "), line);
        }
        bench.nowMicros += 12 * SECOND;
        assertTrue(refused.isClosed());
    }

    @Test
    void shouldWriteSnapshotsAsOftenAsItShould() {
        client.reply("CONFIG", "SET", "snapshot-interval", "60");
        bench.nowMicros += 1_000;
        client.reply("SET", "key", "v");
        bench.jumpedMicros = HOUR;
        bench.nowMicros += SECOND;
        client.isSilent(TURNS);
        assertFalse(isSaving(), "an hour did not pass");
        bench.jumpedMicros = -HOUR;
        bench.nowMicros += 61 * SECOND;
        bench.await(() -> {
            bench.nowMicros += 1_000;
            return bench.shards.get(0).snapshots().count() == 1;
        });
    }

    private boolean isSaving() {
        return bench.shards.get(0).snapshots().job() != null
                || bench.shards.get(0).snapshots().count() > 0;
    }
}

package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.shard.RebuildException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What waits while clients are paused, and what becomes of it, on a node of two shards. */
class ClientPauseTest {
    private static final int TURNS = 20;

    private SessionBench bench;
    private SessionBench.Client writer;
    private SessionBench.Client other;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException, RebuildException {
        bench = new SessionBench(directory, 2);
        writer = bench.client();
        other = bench.client();
    }

    @AfterEach
    void stop() throws IOException {
        bench.close();
    }

    private void passMs(long millis) {
        bench.nowMicros += millis * 1_000;
    }

    @Test
    void shouldLetWritesWaitAndReadsGoOn() {
        other.reply("CLIENT", "PAUSE", "1000", "WRITE");
        writer.send("SET", "a", "1");
        writer.send("GET", "a");
        assertTrue(writer.isSilent(TURNS));
        assertNull(other.reply("GET", "a").body());
        assertTrue(other.reply("INFO", "clients").body().contains("blocked_clients:1"));
        other.reply("CLIENT", "UNPAUSE");
        assertEquals("+OK", writer.next().line());
        assertEquals("1", writer.next().body());
    }

    @Test
    void shouldGoOnByItselfWhenTheTimeIsOver() {
        other.reply("CLIENT", "PAUSE", "1000", "WRITE");
        other.reply("CLIENT", "PAUSE", "10", "WRITE");
        writer.send("SET", "a", "1");
        passMs(999);
        assertTrue(writer.isSilent(TURNS));
        passMs(1);
        assertEquals("+OK", writer.next().line());
    }

    @Test
    void shouldKeepTheOrderOfAPipelineAcrossShards() {
        other.reply("CLIENT", "PAUSE", "1000", "WRITE");
        writer.send("GET", "a");
        writer.send("MSET", "a", "1", "b", "2", "c", "3");
        writer.send("MGET", "a", "b", "c");
        writer.send("PING");
        assertNull(writer.next().body());
        assertTrue(writer.isSilent(TURNS));
        other.reply("CLIENT", "UNPAUSE");
        assertEquals("+OK", writer.next().line());
        assertEquals("3", writer.next().elements().get(2).body());
        assertEquals("+PONG", writer.next().line());
    }

    @Test
    void shouldLetATransactionWaitWhereItFirstWrites() {
        writer.reply("MULTI");
        writer.reply("SET", "a", "1");
        other.reply("CLIENT", "PAUSE", "1000", "WRITE");
        writer.send("EXEC");
        assertTrue(writer.isSilent(TURNS));
        SessionBench.Client reader = other;
        reader.reply("MULTI");
        reader.reply("GET", "a");
        assertEquals(1, reader.reply("EXEC").elements().size());
        reader.reply("MULTI");
        reader.send("SET", "a", "2");
        assertTrue(reader.isSilent(TURNS));
        passMs(1_000);
        assertEquals("+OK", writer.next().elements().get(0).line());
        assertEquals("+QUEUED", reader.next().line());
    }

    /** A script waits by what it says of itself, whether the node knows it or not. */
    @Test
    void shouldLetScriptsGoOnThatSayTheyDoNotWrite() throws IOException {
        other.reply(
                "FUNCTION",
                "LOAD",
                "#!lua name=l\nredis.register_function{function_name='r',callback=function() return 'r' end,flags={'no-writes'}}"
                        + "\nredis.register_function('w',function() return 'w' end)");
        String sha = other.reply("SCRIPT", "LOAD", "#!lua flags=no-writes\nreturn 'loaded'")
                .body();
        other.reply("CLIENT", "PAUSE", "1000", "WRITE");
        String reading = "#!lua flags=no-writes,allow-oom\nreturn 'new'";
        assertEquals("new", writer.reply("EVAL", reading, "0").body());
        assertEquals("new", writer.reply("EVAL", reading, "0").body());
        assertEquals("ro", writer.reply("EVAL_RO", "return 'ro'", "0").body());
        assertEquals("loaded", writer.reply("EVALSHA", sha, "0").body());
        assertEquals("r", writer.reply("FCALL", "R", "0").body());
        writer.reply("MULTI");
        writer.reply("EVAL", reading, "0");
        writer.reply("FCALL", "r", "0");
        assertEquals(2, writer.reply("EXEC").elements().size());
        for (String[] held : new String[][] {
            {"EVAL", "return 'held'", "0"},
            {"EVAL", "#!lua\nreturn 'held'", "0"},
            {"EVAL_RO", "#!lua\nreturn 'held'", "0"},
            {"EVAL", "#!lua flags=nosuch\nreturn 'held'", "0"},
            {"EVALSHA", "0".repeat(40), "0"},
            {"FCALL", "w", "0"},
            {"FCALL", "nosuch", "0"}
        }) {
            SessionBench.Client client = bench.client();
            client.send(held);
            assertTrue(client.isSilent(TURNS), String.join(" ", held));
        }
    }

    @Test
    void shouldLetEverythingWaitIfAskedSo() {
        other.reply("CLIENT", "PAUSE", "1000");
        writer.send("PING");
        assertTrue(writer.isSilent(TURNS));
        passMs(1_000);
        assertEquals("+PONG", writer.next().line());
    }

    @Test
    void shouldKeepWritesWaitingWhenLessIsPausedThanBefore() {
        bench.node.clientPause().beginRoleChange();
        other.reply("CLIENT", "PAUSE", "1000", "ALL");
        writer.send("GET", "a");
        other.send("SET", "a", "1");
        assertTrue(writer.isSilent(TURNS) && other.isSilent(TURNS));
        passMs(1_000);
        assertNull(writer.next().body());
        assertTrue(other.isSilent(TURNS));
        bench.node.clientPause().endRoleChange();
        assertEquals("+OK", other.next().line());
    }

    @Test
    void shouldKeepWritesWaitingForTheSecondOfTwoRoleChanges() {
        bench.node.clientPause().beginRoleChange();
        bench.node.clientPause().beginRoleChange();
        bench.node.clientPause().endRoleChange();
        writer.send("SET", "a", "1");
        assertTrue(writer.isSilent(TURNS));
        bench.node.clientPause().endRoleChange();
        assertEquals("+OK", writer.next().line());
    }

    /** Sentinel tells clients of a new primary as soon as REPLICAOF is answered. */
    @Test
    void shouldLetWritesWaitForAPromotionInsteadOfRefusingThem() throws Exception {
        FakeReplication shard = bench.replication.get(0);
        shard.isBeingPromoted = true;
        writer.send("SET", "a", "1");
        assertEquals(
                "-READONLY You can't write against a read only replica.",
                writer.next().line(),
                "nothing says that it ends");
        bench.node.clientPause().beginRoleChange();
        writer.send("SET", "a", "1");
        other.send("EVAL", "return redis.call('set', KEYS[1], '2')", "1", "a");
        assertTrue(writer.isSilent(TURNS) && other.isSilent(TURNS));
        assertNull(bench.client().reply("GET", "a").body());
        shard.isBeingPromoted = false;
        bench.node.clientPause().endRoleChange();
        assertEquals("+OK", writer.next().line());
        assertEquals("+OK", other.next().line());
    }

    @Test
    void shouldRefuseWhatWaitedOnANodeThatFollowsAnotherThen() {
        bench.node.clientPause().beginRoleChange();
        writer.send("SET", "a", "1");
        writer.send("GET", "a");
        assertTrue(writer.isSilent(TURNS));
        bench.node.primary = new HostPort("127.0.0.1", 1);
        bench.node.clientPause().endRoleChange();
        assertEquals(
                "-READONLY You can't write against a read only replica.",
                writer.next().line());
        assertNull(writer.next().body());
    }

    @Test
    void shouldForgetAClientThatLeavesWhileItWaits() throws IOException {
        other.reply("CLIENT", "PAUSE", "1000", "WRITE");
        writer.send("SET", "a", "1");
        assertTrue(writer.isSilent(TURNS));
        writer.close();
        passMs(1_000);
        assertTrue(other.isSilent(TURNS));
        assertNull(other.reply("GET", "a").body());
    }

    @Test
    void shouldNotRemoveExpiredKeysMeanwhile() {
        other.reply("SET", "a", "1", "PX", "10");
        other.reply("CLIENT", "PAUSE", "1000", "WRITE");
        passMs(20);
        assertNull(other.reply("GET", "a").body());
        assertTrue(other.isSilent(TURNS));
        assertEquals(1, other.reply("DBSIZE").integer());
        passMs(1_000);
        assertTrue(other.isSilent(TURNS));
        assertEquals(0, other.reply("DBSIZE").integer());
    }
}

package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.node.services.LoadStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node answers before its data is loaded, by itself and beside a real Redis that loads slowly. */
class LoadingTest {
    private static final int KEYS = 5_000;

    /** Those that look at data or at other nodes, and those that don't. */
    private static final List<String> COMMANDS = List.of(
            "PING",
            "PING a b",
            "GET a",
            "SET a 1",
            "GET",
            "NOSUCH",
            "ECHO a",
            "SELECT 0",
            "DBSIZE",
            "SCAN 0",
            "KEYS *",
            "RANDOMKEY",
            "MSET a 1 b 2",
            "FLUSHALL",
            "EXPIRE a 1",
            "CLIENT GETNAME",
            "CLIENT SETNAME x",
            "CONFIG GET timeout",
            "CONFIG SET timeout 7",
            "CONFIG RESETSTAT",
            "ACL WHOAMI",
            "COMMAND COUNT x",
            "SUBSCRIBE c",
            "UNSUBSCRIBE c",
            "PUBLISH c m",
            "PUBSUB NUMPAT",
            "WAIT 0 0",
            "BGSAVE",
            "REPLICAOF NO ONE",
            "FAILOVER",
            "MULTI",
            "GET a",
            "ECHO x",
            "EXEC",
            "MULTI",
            "ECHO x",
            "CLIENT GETNAME",
            "EXEC",
            "MULTI",
            "DISCARD",
            "UNWATCH",
            "EXEC",
            "RESET");

    @TempDir
    Path directory;

    private SessionBench bench;
    private SessionBench.Client client;

    @BeforeEach
    void start() throws Exception {
        bench = new SessionBench(directory.resolve("node"), 2);
        client = bench.client();
        bench.loading(new LoadStatus(SessionBench.NOW_MICROS / 1_000 - 4_000, 1_000, 250));
    }

    @AfterEach
    void stop() throws IOException {
        bench.close();
    }

    @Test
    void shouldSayHowFarItIs() {
        String info = client.reply("INFO").body();
        for (String line : List.of(
                "loading:1",
                "loading_start_time:" + (SessionBench.NOW_MICROS / 1_000_000 - 4),
                "loading_total_bytes:1000",
                "loading_loaded_bytes:250",
                "loading_loaded_perc:25.00",
                "loading_eta_seconds:11",
                "role:master",
                "connected_clients:1")) {
            assertTrue(info.contains("\r\n" + line + "\r\n"), line + " in " + info);
        }
        assertTrue(client.reply("METRICS").body().contains("tailrace_"), "metrics too");
        assertEquals("master", client.reply("ROLE").elements().get(0).body());
        assertEquals(":0", client.reply("LASTSAVE").line());
    }

    @Test
    void shouldRefuseWhatNeedsData() {
        String loading = "-LOADING Redis is loading the dataset in memory";
        assertEquals(loading, client.reply("WATCH", "a").line());
        assertEquals(loading, client.reply("TOKEN").line());
        assertEquals(loading, client.reply("REPLCONF", "HANDOVER", "x").line());
        assertEquals("*4", client.reply("REPLCONF", "TOPOLOGY").line());
        bench.loading(null);
        assertEquals("+PONG", client.reply("PING").line());
        assertEquals("+OK", client.reply("SET", "a", "1").line());
        assertTrue(client.reply("INFO").body().contains("loading:0"));
    }

    @Test
    void shouldAnswerAsRedisDoes() throws Exception {
        assumeTrue(RedisServer.isInstalled(), "skipped: no redis-server (Debian's redis-server)");
        Path theirs = Files.createDirectories(directory.resolve("redis"));
        try (RedisServer filled = new RedisServer(theirs, "--enable-debug-command", "yes")) {
            filled.reply("DEBUG", "POPULATE", "" + KEYS);
            filled.reply("SAVE");
        }
        // one key in a millisecond, and a look at its clients every 30 ms or so
        try (RedisServer redis = new RedisServer(
                theirs, "--key-load-delay", "1000", "--loading-process-events-interval-bytes", "1024")) {
            for (String command : COMMANDS) {
                String[] words = command.split(" ");
                assertEquals(redis.reply(words), client.reply(words), command);
            }
            assertTrue(redis.reply("INFO", "persistence").body().contains("loading:1"), "Redis was not slow enough");
        }
    }
}

package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.node.config.Setting;
import io.tailrace.node.shard.RebuildException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** DEBUG OBJECT and DEBUG DIGEST beside a real Redis that holds the same, of all types in all encodings. */
class RedisDebugTest {
    private static final long SEED = System.nanoTime();

    @TempDir
    private Path directory;

    private SideBySide both(int shards) throws IOException, RebuildException {
        assumeTrue(RedisServer.isInstalled(), "skipped: no redis-server (Debian's redis-server)");
        return new SideBySide(
                directory,
                shards,
                Map.of(Setting.ENABLE_DEBUG_COMMAND, "yes"),
                "--enable-debug-command",
                "yes",
                "--rdbcompression",
                "no");
    }

    /** Without what is of the process: the place, and the time. */
    private static String shape(List<Reply> replies) {
        return replies.get(0)
                .line()
                .replaceFirst("at:0x[0-9a-f]+ ", "at:P ")
                .replaceFirst("lru:\\d+", "lru:N")
                .replaceFirst("idle:[01]( |$)", "idle:N$1");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shouldDescribeValuesAsRedis(int shards) throws IOException, RebuildException {
        try (SideBySide both = both(shards)) {
            SideBySide.Client client = both.connect(0);
            for (Map.Entry<String, List<String[]>> value :
                    DumpValues.values(new Random(SEED)).entrySet()) {
                String key = value.getKey();
                for (String[] command : value.getValue()) {
                    client.ours.send(command);
                    client.ours.next();
                }
                String payload = client.ours("DUMP " + key).get(0).body();
                client.sendTheirs(List.<String[]>of(new String[] {"RESTORE", key, "0", payload}));
                assertEquals("+OK", client.nextTheirs().line(), key);
                String asked = "DEBUG OBJECT " + key;
                assertEquals(shape(client.theirs(asked)), shape(client.ours(asked)), key + ", seed " + SEED);
            }
        }
    }

    /** Of the same commands on both, in several databases: whatever the encoding, the order of elements and the number of shards. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shouldHaveTheDigestsOfRedis(int shards) throws IOException, RebuildException {
        try (SideBySide both = both(shards)) {
            SideBySide.Client client = both.connect(0);
            client.compare("nothing", "DEBUG DIGEST", "DEBUG DIGEST-VALUE", "DEBUG DIGEST-VALUE none none");
            int database = 0;
            for (Map.Entry<String, List<String[]>> value :
                    DumpValues.values(new Random(SEED)).entrySet()) {
                client.compare("", "SELECT " + database++ % 3);
                client.sendTheirs(value.getValue());
                for (String[] command : value.getValue()) {
                    client.ours.send(command);
                    client.ours.next();
                    client.nextTheirs();
                }
                client.compare("seed " + SEED, "DEBUG DIGEST-VALUE " + value.getKey());
            }
            client.compare("seed " + SEED, "DEBUG DIGEST", "DEBUG DIGEST-VALUE none int0 ints4 int12 stream");
            client.compare("deadline", "SELECT 0", "EXPIRE int0 1000", "DEBUG DIGEST", "DEBUG DIGEST-VALUE int0");
            client.compare("moved", "SWAPDB 0 2", "DEBUG DIGEST", "SELECT 2", "DEL int0", "DEBUG DIGEST");
            client.compare("none left", "FLUSHALL", "DEBUG DIGEST", "DEBUG DIGEST x");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shouldAnswerAsRedisWhereThereIsNothing(int shards) throws IOException, RebuildException {
        try (SideBySide both = both(shards)) {
            SideBySide.Client client = both.connect(0);
            client.compare(
                    "",
                    "SET k 20000",
                    "DEBUG OBJECT none",
                    "DEBUG OBJECT",
                    "DEBUG OBJECT k k",
                    "DEBUG OBJECT " + "x".repeat(100_000),
                    "SELECT 1",
                    "DEBUG OBJECT k",
                    "SELECT 0",
                    "DEL k",
                    "DEBUG OBJECT k",
                    "SELECT 1",
                    "SET k 1",
                    "SWAPDB 0 1",
                    "DEBUG OBJECT k",
                    "SELECT 0");
            assertEquals(shape(client.theirs("DEBUG OBJECT k")), shape(client.ours("DEBUG OBJECT k")));
        }
    }

    @Test
    void shouldLookWithoutUsingTheKey() throws IOException, RebuildException {
        try (SideBySide both = both(1)) {
            SideBySide.Client client = both.connect(0);
            client.ours("SET k v");
            both.bench.jumpedMicros = 50_000_000;
            for (int i = 0; i < 2; i++) {
                String line = client.ours("DEBUG OBJECT k").get(0).line();
                assertTrue(line.matches(".* lru:\\d+ lru_seconds_idle:5[01]"), line);
            }
        }
    }

    @Test
    void shouldTellThatAValueStaysInItsPlaceWhenItIsChanged() throws IOException, RebuildException {
        try (SideBySide both = both(1)) {
            SideBySide.Client client = both.connect(0);
            client.ours("SET k 20000");
            String before = place(client);
            client.ours("INCR k");
            assertEquals(before, place(client));
        }
    }

    private static String place(SideBySide.Client client) {
        return client.ours("DEBUG OBJECT k").get(0).line().split(" ")[1];
    }
}

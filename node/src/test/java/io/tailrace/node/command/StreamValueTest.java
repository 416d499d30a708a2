package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.shard.EffectReplay;
import io.tailrace.node.shard.StoreText;
import io.tailrace.node.value.CollectionLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What streams are like underneath: their effects, what an undone transaction leaves, their size, and how they go. */
class StreamValueTest {
    private static final int MANY = 1_000_000;
    /** Of the longest values, for one record. */
    private static final int TOO_MANY = 12;
    /** Bytes of an entry of two fields in Redis, as measured. */
    private static final int OF_REDIS = 36;

    @TempDir
    Path directory;

    private CommandBench bench(int maxPacked) {
        return new CommandBench(directory, new CollectionLimits(maxPacked, 4 << 10)).at(1_700_000_000_000L);
    }

    private static List<String> effects(CommandBench bench) {
        return EffectReplay.effects(bench.shard()).stream()
                .map(words -> String.join(" ", words))
                .toList();
    }

    @Test
    void shouldLogWhatWasGivenToAConsumer() {
        try (CommandBench bench = bench(128)) {
            bench.reply("XADD", "s", "MAXLEN", "2", "1-*", "f", "v");
            bench.reply("XADD", "s", "MAXLEN", "1", "1-*", "f", "v");
            bench.reply("XGROUP", "CREATE", "s", "g", "0");
            bench.reply("XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", ">");
            bench.reply("XREADGROUP", "GROUP", "g", "d", "STREAMS", "s", ">");
            bench.reply("XREADGROUP", "GROUP", "g", "e", "STREAMS", "s", "0");
            bench.reply("XACK", "s", "g", "1-1", "1-1", "7-7");
            assertEquals(
                    List.of(
                            "XADD s 1-0 f v",
                            "XADD s 1-1 f v",
                            "XTRIM s MINID 1-1",
                            "XGROUP CREATE s g 0-0 ENTRIESREAD -1",
                            "XGROUP CREATECONSUMER s g c",
                            "XCLAIM s g c 0 1-1 TIME 1700000000000 RETRYCOUNT 1 FORCE JUSTID",
                            "XGROUP SETID s g 1-1 ENTRIESREAD 2",
                            "XGROUP CREATECONSUMER s g e",
                            "XCLAIM s g e 0 0-0 TIME 1700000000000 RETRYCOUNT 0 FORCE JUSTID",
                            "XACK s g 1-1"),
                    effects(bench));
        }
    }

    @Test
    void shouldRememberTheLastIdWithoutEntries() {
        try (CommandBench bench = bench(128)) {
            bench.reply("XADD", "s", "5-0", "f", "v");
            bench.reply("XDEL", "s", "5-0");
            bench.reply("COPY", "s", "t");
            for (String key : List.of("s", "t")) {
                assertEquals(":0", bench.reply("XLEN", key));
                assertTrue(bench.reply("XADD", key, "4-0", "f", "v").contains("equal or smaller"), key);
            }
            EffectReplay.check(bench.shard(), "");
        }
    }

    /** Half of the transactions end with something that the log refuses, and were not then. */
    @ParameterizedTest
    @ValueSource(ints = {2, 128})
    void shouldRollBackWhatATransactionHasDone(int maxPacked) {
        long seed = Long.getLong("tailrace.seed", System.nanoTime());
        Random random = new Random(seed);
        String tooLong = "x".repeat(CommandBench.MAX_VALUE - 100);
        try (CommandBench bench = bench(maxPacked)) {
            StreamGenerator streams = new StreamGenerator(random, 3, 200);
            for (int i = 0; i < 600; i++) {
                List<String[]> commands = new ArrayList<>();
                for (int j = random.nextInt(12); j >= 0; j--) {
                    List<String> words = new ArrayList<>();
                    streams.add(words);
                    commands.add(words.toArray(String[]::new));
                }
                if (random.nextInt(5) == 0) {
                    commands.add(random.nextInt(commands.size() + 1), new String[] {"DEL", "x" + random.nextInt(3)});
                }
                boolean isRefused = i > 20 && random.nextBoolean();
                String before = isRefused ? StoreText.of(bench.shard().store()).toString() : "";
                for (int j = 0; isRefused && j < TOO_MANY; j++) {
                    commands.add(new String[] {"SET", "long" + j, tooLong});
                }
                String reply = bench.replyAll(commands.toArray(String[][]::new));
                if (isRefused) {
                    assertTrue(reply.startsWith("-EXECABORT"), reply);
                    assertEquals(before, StoreText.of(bench.shard().store()).toString(), "seed " + seed);
                }
            }
            EffectReplay.check(bench.shard(), "seed " + seed);
        }
    }

    @Test
    void shouldTakeLittleMoreMemoryThanRedisAndFreeItByAndBy() {
        try (CommandBench bench = bench(128)) {
            long before = bench.shard().store().usedBytes();
            for (int i = 0; i < MANY; i++) {
                bench.reply(
                        "XADD",
                        "s",
                        (1_700_000_000_000L + i) + "-0",
                        "field-0001",
                        "value-" + (1000 + i % 9000),
                        "field-0002",
                        "0123456789");
            }
            long bytes = (bench.shard().store().usedBytes() - before) / MANY;
            assertTrue(bytes <= OF_REDIS * 3 / 2, bytes + " bytes an entry");
            assertEquals(":" + MANY, bench.reply("XLEN", "s"));
            bench.reply("XGROUP", "CREATE", "s", "g", "0");
            for (int i = 0; i < 20; i++) {
                bench.reply("XREADGROUP", "GROUP", "g", "c", "COUNT", "5000", "STREAMS", "s", ">");
            }
            assertEquals(":100000", bench.reply("XPENDING", "s", "g").split(" ")[1]);
            assertEquals(":900000", bench.reply("XTRIM", "s", "MAXLEN", "100000"));
            reap(bench);
            bench.reply("DEL", "s");
            int steps = reap(bench);
            assertTrue(steps > 30, steps + " steps");
            assertEquals(0, bench.shard().store().figures().reapableBytes());
            assertEquals(before, bench.shard().store().usedBytes());
        }
    }

    private static int reap(CommandBench bench) {
        int steps = 0;
        while (bench.shard().store().reap(64) > 0) {
            steps++;
        }
        return steps;
    }

    /** A record takes what is noted of this many; a consumer that names no count still gets all, one part after the other. */
    @Test
    void shouldGiveAsManyEntriesAsARecordTakes() {
        try (CommandBench bench = bench(128)) {
            int entries = 30_000;
            for (int i = 1; i <= entries; i++) {
                bench.reply("XADD", "s", i + "-0", "f", "v");
            }
            bench.reply("XGROUP", "CREATE", "s", "g", "0");
            int reads = 0;
            while (!bench.reply("XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", ">")
                    .equals("*-1")) {
                reads++;
            }
            assertTrue(reads > 1 && reads < 20, reads + " reads");
            assertEquals(":" + entries, bench.reply("XPENDING", "s", "g").split(" ")[1]);
            assertTrue(bench.reply("XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", "0")
                    .startsWith("*1"));
            assertTrue(bench.reply("XAUTOCLAIM", "s", "g", "d", "0", "0", "COUNT", "1000000", "JUSTID")
                    .startsWith("*3"));
            EffectReplay.check(bench.shard(), "");
        }
    }
}

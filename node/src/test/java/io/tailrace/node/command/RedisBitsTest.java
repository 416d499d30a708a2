package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.node.value.CollectionLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bits of strings and common subsequences, against a real Redis: random commands and every error. */
class RedisBitsTest {
    private static final long SEED = Long.getLong("tailrace.seed", 1);
    private static final List<String> KEYS = List.of("b0", "b1", "b2", "b3");

    private static final CollectionBench.Family STRINGS = new CollectionBench.Family() {
        @Override
        public Set<String> unordered() {
            return Set.of();
        }

        @Override
        public Set<String> byChance() {
            return Set.of();
        }

        @Override
        public String[] contents(String key) {
            return new String[] {"GET", key};
        }
    };

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);

    private CollectionBench bench() throws IOException {
        assumeTrue(RedisServer.isInstalled(), "redis-server is not installed (Debian: redis-server)");
        return new CollectionBench(directory, CollectionLimits.standard(), STRINGS, KEYS);
    }

    @Test
    void shouldAnswerAtTheEdgesAsRedisDoes() throws IOException {
        for (int protocol : new int[] {2, 3}) {
            try (CollectionBench bench = bench()) {
                bench.protocol(protocol);
                List<String[]> commands = new ArrayList<>();
                BitEdges.EDGES.lines().forEach(line -> commands.add(line.split(" ", -1)));
                bench.compare(commands);
            }
            directory
                    .resolve("shard")
                    .toFile()
                    .renameTo(directory.resolve("was" + protocol).toFile());
        }
    }

    /** @param bits up to which bits are changed: of short strings, and of those that are blocks of their own */
    @ParameterizedTest
    @ValueSource(ints = {100, 2_000, 400_000})
    void shouldReplyAsRedisDoesToRandomCommands(int bits) throws IOException {
        try (CollectionBench bench = bench()) {
            bench.run("seed " + SEED + ", " + bits + " bits", 30, 100, () -> next(bits));
        }
    }

    private String[] next(int bits) {
        String key = key();
        String offset = "" + random.nextInt(bits);
        return switch (random.nextInt(14)) {
            case 0, 1, 2 -> new String[] {"SETBIT", key, offset, "" + random.nextInt(2)};
            case 3 -> new String[] {"GETBIT", key, offset};
            case 4 -> new String[] {"BITCOUNT", key, position(bits), position(bits), pick("BIT", "BYTE")};
            case 5 -> new String[] {"BITPOS", key, pick("0", "1"), position(bits), position(bits), pick("BIT", "BYTE")};
            case 6 -> new String[] {"BITPOS", key, pick("0", "1"), position(bits / 8)};
            case 7 -> new String[] {"BITOP", pick("AND", "OR", "XOR"), key(), key, key(), key()};
            case 8 -> new String[] {"BITOP", "NOT", key(), key};
            case 9 ->
                new String[] {
                    "BITFIELD",
                    key,
                    "OVERFLOW",
                    pick("SAT", "WRAP", "FAIL"),
                    "INCRBY",
                    type(),
                    offset,
                    number(),
                    "SET",
                    type(),
                    "" + random.nextInt(bits),
                    number(),
                    "GET",
                    type(),
                    offset
                };
            case 10 -> new String[] {"BITFIELD", key, "INCRBY", type(), "#" + random.nextInt(bits / 64), number()};
            case 11 -> new String[] {"SETRANGE", key, "" + random.nextInt(bits / 8), "some bytes"};
            case 12 -> new String[] {"APPEND", key, "some more".repeat(random.nextInt(1 + bits / 100))};
            default ->
                random.nextInt(4) > 0
                        ? new String[] {pick("PEXPIRE", "EXPIRE"), key, "100000"}
                        : new String[] {"SET", key, pick("", "12", "\u0000\u00ff".repeat(bits / 32))};
        };
    }

    private String key() {
        return KEYS.get(random.nextInt(KEYS.size()));
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private String position(int bits) {
        return "" + (random.nextInt(3 * bits) - 3 * bits / 2);
    }

    private String type() {
        return random.nextBoolean() ? "i" + (1 + random.nextInt(64)) : "u" + (1 + random.nextInt(63));
    }

    private String number() {
        return "" + (random.nextLong() >> random.nextInt(64));
    }

    @Test
    void shouldFindCommonSubsequencesAsRedisDoes() throws IOException {
        try (CollectionBench bench = bench()) {
            List<String[]> commands = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                commands.add(new String[] {"SET", "b0", text()});
                commands.add(new String[] {"SET", "b1", text()});
                commands.add(new String[] {"LCS", "b0", "b1"});
                commands.add(
                        new String[] {"LCS", "b0", "b1", "IDX", "WITHMATCHLEN", "MINMATCHLEN", pick("0", "1", "3")});
            }
            bench.compare(commands);
        }
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(60); i > 0; i--) {
            text.append((char) ('a' + random.nextInt(3)));
        }
        return text.toString();
    }

    @Test
    void shouldLogTheBytesThatChange() {
        try (CommandBench bench = new CommandBench(directory)) {
            bench.reply("SET", "big", "a".repeat(500_000));
            bench.log();
            bench.reply("SETBIT", "big", "3999999", "0");
            bench.reply("SETBIT", "big", "3999999", "0");
            bench.reply("SETBIT", "big", "6", "1");
            bench.reply("BITFIELD", "big", "SET", "u16", "8", "25443", "GET", "u8", "0", "INCRBY", "u8", "0", "-2");
            assertEquals(
                    List.of("SETRANGE big 499999 `", "SETRANGE big 0 c", "SETRANGE big 1 cc; SETRANGE big 0 a"),
                    bench.log());
            bench.reply("BITOP", "NOT", "small", "missing");
            bench.reply("SETBIT", "small", "1", "1");
            bench.reply("BITOP", "OR", "small", "small", "small");
            assertEquals(List.of("SETRANGE small 0 @", "DEL small; SETRANGE small 0 @"), bench.log());
        }
    }

    /** A SETBIT on a large string takes as long as on a small one, also while a snapshot is written. */
    @Test
    void shouldNotCopyALargeStringForABit() {
        try (CommandBench bench = new CommandBench(directory)) {
            bench.reply("SET", "big", "a".repeat(1 << 20));
            bench.shard().store().beginWalk();
            long before = bench.shard().store().figures().dataBytes();
            for (int i = 0; i < 1_000; i++) {
                bench.reply("SETBIT", "big", "" + random.nextInt(8 << 20), "" + i % 2);
            }
            long after = bench.shard().store().figures().dataBytes();
            bench.shard().store().endWalk();
            assertTrue(after - before < 1 << 20, after - before + " bytes more");
        }
    }
}

package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.node.shard.EffectReplay;
import io.tailrace.node.value.CollectionLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sets, against a real Redis: random commands at all sizes, every error, and what is left to chance. */
class RedisSetTest {
    private static final long SEED = Long.getLong("tailrace.seed", 1);
    private static final List<String> KEYS = List.of("t0", "t1", "t2", "t3", "h0", "s0");
    private static final int INTSET_ENTRIES = 512;

    private static final CollectionBench.Family SETS = new CollectionBench.Family() {
        @Override
        public Set<String> unordered() {
            return Set.of("SMEMBERS", "SSCAN", "SINTER", "SUNION", "SDIFF");
        }

        @Override
        public Set<String> byChance() {
            return Set.of("SPOP", "SRANDMEMBER");
        }

        @Override
        public String[] contents(String key) {
            return new String[] {"SMEMBERS", key};
        }
    };

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);

    private CollectionBench bench(int maxPacked) throws IOException {
        assumeTrue(RedisServer.isInstalled(), "redis-server is not installed (Debian: redis-server)");
        return new CollectionBench(directory, new CollectionLimits(maxPacked, 4 << 10), SETS, KEYS);
    }

    @ParameterizedTest
    @CsvSource({"2, 2, 12", "3, 3, 40", "128, 2, 600", "8, 3, 1800"})
    void shouldReplyAsRedisDoesToRandomCommands(int maxPacked, int protocol, int members) throws IOException {
        try (CollectionBench bench = bench(maxPacked)) {
            bench.protocol(protocol);
            CollectionGenerator writes = new CollectionGenerator(SEED, 4, members);
            String context = "seed " + SEED + ", " + maxPacked + " packed";
            bench.run(context, 60, 200, () -> random.nextInt(3) > 0 ? writes.next() : read(members));
        }
    }

    private String[] read(int members) {
        String key = KEYS.get(random.nextInt(KEYS.size()));
        String member = Integer.toString(random.nextInt(members));
        return switch (random.nextInt(13)) {
            case 0 -> new String[] {"SISMEMBER", key, member};
            case 1 -> new String[] {"SMISMEMBER", key, member, "m" + random.nextInt(members), "none"};
            case 2 -> new String[] {"SCARD", key};
            case 3 -> new String[] {"SMEMBERS", key};
            case 4 -> new String[] {"SSCAN", key, "0", "COUNT", "100000"};
            case 5 -> new String[] {"SRANDMEMBER", key, Integer.toString(random.nextInt(20) - 10)};
            case 6 -> new String[] {"SRANDMEMBER", key};
            case 7 -> several("SINTER");
            case 8 -> several("SUNION");
            case 9 -> several("SDIFF");
            case 10 -> new String[] {"SPOP", key, "100000"};
            case 11 -> new String[] {"SADD", key, member, "9" + member, "8" + member, "7" + member};
            default ->
                new String[] {"SINTERCARD", "2", key, KEYS.get(random.nextInt(4)), "LIMIT", "" + random.nextInt(9)};
        };
    }

    private String[] several(String command) {
        List<String> words = new ArrayList<>(List.of(command));
        for (int i = random.nextInt(5); i >= 0; i--) {
            words.add(KEYS.get(random.nextInt(random.nextInt(10) == 0 ? KEYS.size() : 4)));
        }
        return words.toArray(String[]::new);
    }

    @Test
    void shouldAnswerAtTheEdgesAsRedisDoes() throws IOException {
        for (int maxPacked : new int[] {1, 128}) {
            for (int protocol : new int[] {2, 3}) {
                try (CollectionBench bench = bench(maxPacked)) {
                    bench.protocol(protocol);
                    List<String[]> commands = new ArrayList<>();
                    SetEdges.EDGES.lines().forEach(line -> commands.add(line.split(" ", -1)));
                    bench.compare(commands);
                }
                directory
                        .resolve("shard")
                        .toFile()
                        .renameTo(
                                directory.resolve("was" + maxPacked + protocol).toFile());
            }
        }
    }

    /** The order too is Redis's, as long as Redis calls it an intset. */
    @Test
    void shouldShowIntegersInAscendingOrder() {
        for (int maxPacked : new int[] {4, 128}) {
            Path own = directory.resolve("packed" + maxPacked);
            try (CommandBench bench = new CommandBench(own, new CollectionLimits(maxPacked, 4 << 10))) {
                TreeSet<Integer> expected = new TreeSet<>();
                while (expected.size() < INTSET_ENTRIES) {
                    int number = random.nextInt(100_000) - 50_000;
                    expected.add(number);
                    bench.reply("SADD", "i", "" + number);
                }
                List<String> ascending = expected.stream().map(String::valueOf).toList();
                assertEquals(
                        "intset", Reply.of(bench.raw("OBJECT", "ENCODING", "i")).body());
                assertEquals(ascending, bodies(bench, "SMEMBERS", "i"));
                assertEquals(ascending, bodies(bench, "SINTER", "i", "i"));
                assertEquals(ascending, bodies(bench, "SUNION", "i", "missing"));
                assertEquals(ascending, bodies(bench, "SDIFF", "i", "missing"));
                assertEquals(ascending, bodies(bench, "SRANDMEMBER", "i", "512"));
                Reply scanned = Reply.of(bench.raw("SSCAN", "i", "0"));
                assertEquals("0", scanned.elements().get(0).body());
                assertEquals(
                        ascending,
                        scanned.elements().get(1).elements().stream()
                                .map(Reply::body)
                                .toList());
                bench.reply("SADD", "i", "60000");
                assertEquals(
                        "hashtable",
                        Reply.of(bench.raw("OBJECT", "ENCODING", "i")).body());
                bench.reply("SREM", "i", "60000");
                assertEquals(
                        ascending,
                        bodies(bench, "SPOP", "i", "512").stream()
                                .sorted(this::byNumber)
                                .toList());
            }
        }
    }

    private int byNumber(String a, String b) {
        return Integer.compare(Integer.parseInt(a), Integer.parseInt(b));
    }

    private static List<String> bodies(CommandBench bench, String... command) {
        return Reply.of(bench.raw(command)).elements().stream().map(Reply::body).toList();
    }

    @ParameterizedTest
    @CsvSource({"4", "128"})
    void shouldPopDifferentMembersAndLogThemByName(int maxPacked) {
        try (CommandBench bench = new CommandBench(directory, new CollectionLimits(maxPacked, 4 << 10))) {
            for (int count : new int[] {1, 7, 33, 34, 99}) {
                Set<String> left = new TreeSet<>();
                IntStream.range(0, 100).mapToObj(i -> "member" + i).forEach(left::add);
                left.forEach(member -> bench.reply("SADD", "t", member));
                bench.log();
                List<String> popped = bodies(bench, "SPOP", "t", "" + count);
                assertEquals(List.of("SREM t " + String.join(" ", popped)), bench.log());
                popped.forEach(member -> assertTrue(left.remove(member), member));
                assertEquals(100 - count, left.size());
                assertEquals(
                        List.copyOf(left), Reply.of(bench.raw("SMEMBERS", "t")).sortedBodies());
                String last = Reply.of(bench.raw("SPOP", "t")).body();
                assertTrue(left.remove(last), last);
                assertEquals(List.of(left.isEmpty() ? "DEL t" : "SREM t " + last), bench.log());
                bench.reply("SPOP", "t", "100");
                assertEquals(left.isEmpty() ? List.of() : List.of("DEL t"), bench.log());
            }
            EffectReplay.check(bench.shard(), "popped");
        }
    }

    @Test
    void shouldPickMembersByChance() {
        try (CommandBench bench = new CommandBench(directory, new CollectionLimits(16, 4 << 10))) {
            for (int i = 0; i < 100; i++) {
                bench.reply("SADD", "t", "m" + i);
            }
            Set<String> single = new TreeSet<>();
            for (int i = 0; i < 3_000; i++) {
                single.add(Reply.of(bench.raw("SRANDMEMBER", "t")).body());
            }
            assertEquals(100, single.size());
            assertEquals(
                    5_000,
                    Set.copyOf(bodies(bench, "SRANDMEMBER", "t", "-5000")).size() * 50);
        }
    }

    @Test
    void shouldLogResultsByMember() {
        try (CommandBench bench = new CommandBench(directory)) {
            bench.reply("SADD", "a", "1", "2", "2", "3");
            bench.reply("SADD", "a", "3");
            bench.reply("SADD", "b", "3");
            bench.reply("SREM", "a", "none", "2", "2");
            bench.reply("SUNIONSTORE", "c", "a", "b");
            bench.reply("SINTERSTORE", "c", "a", "b");
            bench.reply("SDIFFSTORE", "c", "b", "a");
            bench.reply("SDIFFSTORE", "c", "b", "a");
            bench.reply("SMOVE", "a", "b", "1");
            bench.reply("SMOVE", "a", "b", "3");
            bench.reply("SMOVE", "b", "b", "3");
            bench.reply("SREM", "b", "3", "1");
            List<String> expected = List.of(
                    "SADD a 1 2 3",
                    "SADD b 3",
                    "SREM a 2",
                    "SADD c 1 3",
                    "DEL c; SADD c 3",
                    "DEL c",
                    "SADD b 1; SREM a 1",
                    "DEL a",
                    "DEL b");
            assertEquals(expected, bench.log());
        }
    }

    @Test
    void shouldRemoveWhatIsPastItsDeadlineFirst() {
        try (CommandBench bench = new CommandBench(directory)) {
            for (String key : List.of("a", "b", "c", "d")) {
                bench.reply("SADD", key, "old");
                bench.reply("PEXPIRE", key, "10");
            }
            bench.reply("SADD", "there", "m", "n", "o");
            bench.at(bench.nowEpochMs() + 20);
            bench.log();
            assertEquals(":1", bench.reply("SADD", "a", "new"));
            assertEquals(":1", bench.reply("SMOVE", "there", "b", "m"));
            assertEquals(":2", bench.reply("SUNIONSTORE", "c", "there", "c"));
            assertEquals(":0", bench.reply("SREM", "d", "old"));
            assertEquals("$-1", bench.reply("SPOP", "d"));
            List<String> expected = List.of("DEL a; SADD a new", "DEL b; SADD b m; SREM there m", "DEL c; SADD c n o");
            assertEquals(
                    expected, bench.log().stream().map(RedisSetTest::sortedPair).toList());
            EffectReplay.check(bench.shard(), "expired");
        }
    }

    private static String sortedPair(String record) {
        return record.replace("SADD c o n", "SADD c n o");
    }
}

package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.node.value.CollectionLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sorted sets, against a real Redis: random commands at all sizes, every error, and walks over large ones. */
class RedisSortedSetTest {
    private static final long SEED = Long.getLong("tailrace.seed", System.nanoTime());
    private static final List<String> KEYS = List.of("z0", "z1", "z2", "z3", "x0", "x1", "d0", "d1", "s0");

    private static final CollectionBench.Family SORTED_SETS = new CollectionBench.Family() {
        @Override
        public Set<String> unordered() {
            return Set.of("ZSCAN");
        }

        @Override
        public Set<String> byChance() {
            return Set.of("ZRANDMEMBER");
        }

        @Override
        public String[] contents(String key) {
            return new String[] {"ZRANGE", key, "0", "-1", "WITHSCORES"};
        }
    };

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);

    private CollectionBench bench(String name, int maxPacked) throws IOException {
        assumeTrue(RedisServer.isInstalled(), "redis-server is not installed (Debian: redis-server)");
        Path own = directory.resolve(name);
        own.toFile().mkdirs();
        return new CollectionBench(own, new CollectionLimits(maxPacked, 4 << 10), SORTED_SETS, KEYS);
    }

    @ParameterizedTest
    @CsvSource({"2, 2, 12", "3, 3, 40", "128, 2, 600", "8, 3, 1200"})
    void shouldReplyAsRedisDoesToRandomCommands(int maxPacked, int protocol, int members) throws IOException {
        try (CollectionBench bench = bench("shard", maxPacked)) {
            bench.protocol(protocol);
            CollectionGenerator writes = new CollectionGenerator(SEED, 4, members);
            String context = "seed " + SEED + ", " + maxPacked + " packed";
            bench.run(context, 60, 200, () -> switch (random.nextInt(6)) {
                case 0, 1 -> writes.next();
                case 2 -> byMember(members);
                case 3 -> several();
                case 4 -> write(members);
                default -> read(members);
            });
        }
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private String key() {
        return "z" + random.nextInt(4);
    }

    private String score() {
        return pick("", "(") + (random.nextInt(50) - 25);
    }

    private String number() {
        return Integer.toString(random.nextInt(20) - 10);
    }

    private String[] write(int members) {
        List<String> words = new ArrayList<>(List.of("ZADD", key()));
        for (int i = random.nextInt(30); i >= 0; i--) {
            words.add(Double.toString(random.nextInt(400) / 10.0));
            words.add("m" + random.nextInt(members));
        }
        return words.toArray(String[]::new);
    }

    private String[] read(int members) {
        String key = key();
        String member = "m" + random.nextInt(members);
        return switch (random.nextInt(16)) {
            case 0 -> new String[] {"ZSCORE", key, member};
            case 1 -> new String[] {"ZMSCORE", key, member, "m" + random.nextInt(members), "none"};
            case 2 -> new String[] {"ZCARD", key};
            case 3 -> new String[] {pick("ZRANK", "ZREVRANK"), key, member};
            case 4 -> new String[] {"ZCOUNT", key, score(), score()};
            case 5 -> new String[] {"ZRANGE", key, number(), number(), "WITHSCORES"};
            case 6 -> new String[] {"ZREVRANGE", key, number(), number()};
            case 7 -> new String[] {"ZRANGEBYSCORE", key, score(), score(), "WITHSCORES", "LIMIT", number(), number()};
            case 8 -> new String[] {"ZREVRANGEBYSCORE", key, score(), score(), "LIMIT", number(), number()};
            case 9 -> new String[] {"ZRANGE", key, score(), score(), "BYSCORE", "REV", "WITHSCORES"};
            case 10 -> new String[] {"ZRANGE", key, number(), number(), "REV", "WITHSCORES"};
            case 11 -> new String[] {"ZSCAN", key, "0", "COUNT", "100000"};
            case 12 -> new String[] {"ZRANDMEMBER", key, number(), "WITHSCORES"};
            case 13 -> new String[] {"ZRANGESTORE", pick("d0", "d1", key), key, number(), number(), pick("REV", "REV")};
            case 14 -> new String[] {"ZRANGESTORE", "d0", key, score(), score(), "BYSCORE", "LIMIT", "1", number()};
            default -> new String[] {"ZMPOP", "2", key, key(), pick("MIN", "MAX"), "COUNT", pick("1", "2", "5")};
        };
    }

    /** Of sorted sets in which all scores are the same, as by-member ranges are for. */
    private String[] byMember(int members) {
        String key = "x" + random.nextInt(2);
        String from = bound(members);
        String to = bound(members);
        return switch (random.nextInt(10)) {
            case 0 -> new String[] {"ZRANGEBYLEX", key, from, to};
            case 1 -> new String[] {"ZREVRANGEBYLEX", key, to, from, "LIMIT", number(), number()};
            case 2 -> new String[] {"ZLEXCOUNT", key, from, to};
            case 3 -> new String[] {"ZRANGE", key, from, to, "BYLEX", "LIMIT", "1", "4"};
            case 4 -> new String[] {"ZRANGE", key, to, from, "REV", "BYLEX"};
            case 5 -> new String[] {"ZREMRANGEBYLEX", key, "[m" + random.nextInt(members), "(m3"};
            case 6 -> new String[] {"ZRANGESTORE", "d1", key, from, to, "BYLEX"};
            default ->
                new String[] {"ZADD", key, "0", "m" + random.nextInt(members), "0", "m" + random.nextInt(members)};
        };
    }

    private String bound(int members) {
        return random.nextInt(8) == 0 ? pick("-", "+") : pick("[", "(") + "m" + random.nextInt(members);
    }

    private String[] several() {
        String name = pick("ZUNION", "ZINTER", "ZDIFF");
        List<String> words = new ArrayList<>();
        boolean isStored = random.nextInt(3) == 0;
        if (random.nextInt(8) == 0) {
            return new String[] {"ZINTERCARD", "2", key(), key(), "LIMIT", Integer.toString(random.nextInt(4))};
        }
        words.add(isStored ? name + "STORE" : name);
        if (isStored) {
            words.add(pick("d0", "d1", key()));
        }
        int count = 1 + random.nextInt(3);
        words.add(Integer.toString(count));
        for (int i = 0; i < count; i++) {
            words.add(pick(key(), key(), "x0", "d0"));
        }
        if (!name.equals("ZDIFF") && random.nextBoolean()) {
            words.add("WEIGHTS");
            for (int i = 0; i < count; i++) {
                words.add(pick("1", "2.5", "-1", "0.1", "inf"));
            }
        }
        if (!name.equals("ZDIFF") && random.nextBoolean()) {
            words.addAll(List.of("AGGREGATE", pick("SUM", "MIN", "MAX")));
        }
        if (!isStored && random.nextInt(4) > 0) {
            words.add("WITHSCORES");
        }
        return words.toArray(String[]::new);
    }

    @Test
    void shouldAnswerAtTheEdgesAsRedisDoes() throws IOException {
        for (int maxPacked : new int[] {1, 128}) {
            for (int protocol : new int[] {2, 3}) {
                try (CollectionBench bench = bench("edges" + maxPacked + protocol, maxPacked)) {
                    bench.protocol(protocol);
                    List<String[]> commands = new ArrayList<>();
                    SortedSetEdges.lines().forEach(line -> commands.add(line.split(" ", -1)));
                    bench.compare(commands);
                }
            }
        }
    }

    @Test
    void shouldScanEveryMemberThatStaysWhateverElseComesAndGoes() {
        try (CommandBench bench = new CommandBench(directory, new CollectionLimits(16, 4 << 10))) {
            for (int i = 0; i < 3_000; i++) {
                bench.reply("ZADD", "z", Integer.toString(i % 9), "stays" + i);
            }
            Set<String> seen = new TreeSet<>();
            String cursor = "0";
            int calls = 0;
            do {
                Reply page = Reply.of(bench.raw("ZSCAN", "z", cursor, "COUNT", "20"));
                cursor = page.elements().get(0).body();
                List<Reply> found = page.elements().get(1).elements();
                for (int i = 0; i < found.size(); i += 2) {
                    seen.add(found.get(i).body());
                }
                for (int i = 0; i < 30; i++) {
                    bench.reply("ZADD", "z", "5", "goes" + random.nextInt(2_000));
                    bench.reply("ZREM", "z", "goes" + random.nextInt(2_000));
                    bench.reply("ZINCRBY", "z", "1", "stays" + random.nextInt(3_000));
                }
                calls++;
            } while (!cursor.equals("0"));
            seen.removeIf(member -> member.startsWith("goes"));
            assertEquals(3_000, seen.size());
            assertEquals(true, calls > 50 && calls <= 300, calls + " calls");
        }
    }

    @Test
    void shouldPickMembersByChance() {
        try (CommandBench bench = new CommandBench(directory, new CollectionLimits(16, 4 << 10))) {
            for (int i = 0; i < 100; i++) {
                bench.reply("ZADD", "z", Integer.toString(i % 7), "m" + i);
            }
            Set<String> single = new TreeSet<>();
            for (int i = 0; i < 3_000; i++) {
                single.add(Reply.of(bench.raw("ZRANDMEMBER", "z")).body());
            }
            assertEquals(100, single.size());
            for (int count : new int[] {1, 7, 33, 34, 99, 100, 101}) {
                List<String> members = Reply.of(bench.raw("ZRANDMEMBER", "z", Integer.toString(count)))
                        .sortedBodies();
                assertEquals(Math.min(100, count), Set.copyOf(members).size(), count + ": " + members);
            }
        }
    }

    @Test
    void shouldLogWhatIsLeftAndNeverHowItCame() {
        try (CommandBench bench = new CommandBench(directory)) {
            bench.reply("ZADD", "z", "1", "a", "2", "b", "3", "c", "4", "d");
            bench.reply("ZINCRBY", "z", "0.1", "a");
            bench.reply("ZADD", "z", "GT", "1", "b", "9", "c");
            bench.reply("ZADD", "z", "NX", "1", "b");
            bench.reply("ZADD", "z", "2", "b");
            bench.reply("ZPOPMAX", "z");
            bench.reply("ZREMRANGEBYRANK", "z", "0", "0");
            bench.reply("ZRANGESTORE", "y", "z", "0", "-1");
            bench.reply("ZRANGESTORE", "y", "z", "5", "6");
            bench.reply("ZREMRANGEBYSCORE", "z", "-inf", "inf");
            assertEquals(
                    List.of(
                            "ZADD z 1 a 2 b 3 c 4 d",
                            "ZADD z 1.1000000000000001 a",
                            "ZADD z 9 c",
                            "ZREM z c",
                            "ZREM z a",
                            "ZADD y 2 b 4 d",
                            "DEL y",
                            "DEL z"),
                    bench.log());
        }
    }
}

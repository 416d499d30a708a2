package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tailrace.node.value.CollectionLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists, against a real Redis: random commands at all sizes, and every error. */
class RedisListTest {
    private static final long SEED = Long.getLong("tailrace.seed", 1);
    private static final List<String> KEYS = List.of("l0", "l1", "l2", "l3", "h0", "s0");

    /** Words separated by one space; an empty word is an empty argument. */
    private static final String EDGES =
            """
            RPUSH l a b c a b c
            LPUSH l
            RPUSHX l
            LLEN l
            LLEN missing
            OBJECT ENCODING l
            OBJECT REFCOUNT l
            TYPE l
            LPUSHX missing a
            RPUSHX missing a b
            RPUSHX l d e
            LPUSHX l y x
            LRANGE l 0 -1
            LRANGE l -100 100
            LRANGE l 3 1
            LRANGE l 100 200
            LRANGE l -1 -100
            LRANGE l -3 -2
            LRANGE l 9223372036854775807 9223372036854775807
            LRANGE l -9223372036854775808 9223372036854775807
            LRANGE l a 1
            LRANGE l 1 a
            LRANGE missing a 1
            LRANGE missing 0 -1
            LRANGE l 0
            LINDEX l 0
            LINDEX l -1
            LINDEX l 100
            LINDEX l -100
            LINDEX l 9223372036854775807
            LINDEX l -9223372036854775808
            LINDEX l abc
            LINDEX missing abc
            LINDEX missing 0
            LSET l 0 X
            LSET l -1 E
            LSET l 100 z
            LSET l -100 z
            LSET l abc z
            LSET l -9223372036854775808 z
            LSET missing 0 z
            LSET missing abc z
            LSET l 0\s
            LRANGE l 0 -1
            LINSERT l BEFORE b new
            LINSERT l after b newer
            LINSERT l AFTER E last
            LINSERT l BEFORE none x
            LINSERT l foo b x
            LINSERT missing BEFORE b x
            LINSERT missing foo b x
            LRANGE l 0 -1
            LPOS l a
            LPOS l b RANK 2
            LPOS l b RANK -1
            LPOS l b RANK 0
            LPOS l b RANK 9
            LPOS l b RANK abc
            LPOS l b RANK
            LPOS l b RANK -9223372036854775808
            LPOS l b RANK -9223372036854775808 COUNT 0
            LPOS l b RANK -9223372036854775808 COUNT 1
            LPOS l b RANK -9223372036854775807
            LPOS l b RANK 9223372036854775807 COUNT 0
            LPOS l b COUNT 0
            LPOS l b COUNT 1
            LPOS l b COUNT 1 RANK 2
            LPOS l b COUNT 0 RANK -1
            LPOS l b COUNT 0 RANK 2 MAXLEN 100
            LPOS l b COUNT -1
            LPOS l b COUNT abc
            LPOS l b MAXLEN 1
            LPOS l b MAXLEN 0
            LPOS l b MAXLEN 5 COUNT 0
            LPOS l b MAXLEN 5 COUNT 0 RANK -1
            LPOS l b MAXLEN -1
            LPOS l b MAXLEN abc
            LPOS l b foo 1
            LPOS l b COUNT 1 COUNT 0
            LPOS l b COUNT 1 foo
            LPOS missing b
            LPOS missing b COUNT 0
            LPOS missing b COUNT -1
            LPOS l none
            LPOS l none COUNT 0
            LREM l 1 b
            LREM l -1 a
            LREM l 0 c
            LREM l 0 none
            LREM l abc c
            LREM missing abc c
            LREM missing 0 c
            LREM l -9223372036854775808 a
            LREM l 9223372036854775807 b
            LRANGE l 0 -1
            LTRIM l a 1
            LTRIM missing a 1
            LTRIM missing 0 1
            LTRIM l 0 -1
            LTRIM l -100 100
            LTRIM l 1 -2
            LRANGE l 0 -1
            LTRIM l 5 1
            EXISTS l
            RPUSH l a b c
            LTRIM l 100 200
            EXISTS l
            RPUSH l a b c d e f
            LPOP l 0
            RPOP l 0
            LPOP l -1
            LPOP l abc
            LPOP l 1 2
            LPOP l\s
            LPOP missing 0
            LPOP missing -1
            LPOP missing 5
            LPOP missing
            RPOP missing
            LPOP l
            RPOP l
            LPOP l 2
            RPOP l 1
            RPOP l 100
            EXISTS l
            RPUSH l a b c d e f
            RPOP l 3
            LPOP l 9223372036854775807
            LPOP l 9223372036854775808
            RPUSH l a b c
            LMOVE l t LEFT RIGHT
            LMOVE l t right left
            LMOVE l l LEFT RIGHT
            LMOVE l l LEFT LEFT
            LMOVE l t foo LEFT
            LMOVE l t LEFT foo
            LMOVE missing t LEFT RIGHT
            LMOVE missing missing LEFT RIGHT
            RPUSH l x y
            PEXPIRE l 100000
            LMOVE l l LEFT RIGHT
            LMOVE l l RIGHT LEFT
            LPOP l 2
            LMOVE l l RIGHT LEFT
            PERSIST l
            RPOPLPUSH l l
            RPOPLPUSH l t
            EXISTS l
            RPOPLPUSH t l
            RPOPLPUSH missing l
            LRANGE t 0 -1
            SET s 1
            LPUSH s a
            RPUSH s a
            LPUSHX s a
            RPUSHX s a
            LPOP s
            RPOP s 0
            LPOP s -1
            LLEN s
            LINDEX s 0
            LINDEX s abc
            LSET s 0 a
            LSET s abc a
            LRANGE s 0 -1
            LRANGE s a -1
            LTRIM s 0 -1
            LREM s 0 a
            LREM s abc a
            LINSERT s BEFORE a b
            LINSERT s foo a b
            LPOS s a
            LPOS s a RANK 0
            LMOVE s l LEFT LEFT
            LMOVE l s LEFT LEFT
            LMOVE missing s LEFT LEFT
            RPOPLPUSH l s
            LMPOP 1 s LEFT
            LMPOP 2 missing s LEFT
            LMPOP 2 l s LEFT
            GET t
            APPEND t x
            HSET t f v
            HGET t f
            INCR t
            STRLEN t
            GETDEL t
            RPUSH l a b c d e f
            LMPOP 0 l LEFT
            LMPOP -1 l LEFT
            LMPOP abc l LEFT
            LMPOP 1 l
            LMPOP 2 l LEFT
            LMPOP 1 l LEFT foo
            LMPOP 1 l foo
            LMPOP 1 l LEFT COUNT
            LMPOP 1 l LEFT COUNT 0
            LMPOP 1 l LEFT COUNT -1
            LMPOP 1 l LEFT COUNT abc
            LMPOP 1 l LEFT foo 1
            LMPOP 1 l LEFT COUNT 1 COUNT 1
            LMPOP 1 l LEFT COUNT 1 foo
            LMPOP 1 l LEFT COUNT 0 foo
            LMPOP 1 missing LEFT
            LMPOP 1 missing LEFT COUNT 3
            LMPOP 1 l right
            LMPOP 2 missing l LEFT COUNT 2
            LMPOP 2 l t LEFT COUNT 100
            LMPOP 2 l t LEFT COUNT 100
            LMPOP 2 l t LEFT COUNT 100
            RPUSH l 1 -5 007 9223372036854775807 1.5 \s
            LRANGE l 0 -1
            LPOS l 1
            LREM l 0 -5
            COPY l u
            RENAME u v
            LRANGE v 0 -1
            PEXPIRE v 100000
            RPUSH v z
            PERSIST v
            """;

    private static final CollectionBench.Family LISTS = new CollectionBench.Family() {
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
            return new String[] {"LRANGE", key, "0", "-1"};
        }
    };

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);

    private CollectionBench bench(int maxPacked, String name) throws IOException {
        assumeTrue(RedisServer.isInstalled(), "redis-server is not installed (Debian: redis-server)");
        Path own = Files.createDirectories(directory.resolve(name));
        return new CollectionBench(own, new CollectionLimits(maxPacked, 4 << 10), LISTS, KEYS);
    }

    @ParameterizedTest
    @CsvSource({"1, 2, 6", "2, 3, 40", "128, 2, 300", "8, 3, 1500"})
    void shouldReplyAsRedisDoesToRandomCommands(int maxPacked, int protocol, int members) throws IOException {
        try (CollectionBench bench = bench(maxPacked, "random")) {
            bench.protocol(protocol);
            CollectionGenerator writes = new CollectionGenerator(SEED, 4, members);
            ListGenerator lists = new ListGenerator(random, 4, members);
            String context = "seed " + SEED + ", " + maxPacked + " packed";
            bench.run(context, 60, 200, () -> switch (random.nextInt(4)) {
                case 0 -> writes.next();
                case 1 -> read(members);
                default -> {
                    List<String> words = new ArrayList<>();
                    lists.add(words);
                    yield words.toArray(String[]::new);
                }
            });
        }
    }

    private String[] read(int members) {
        String key = KEYS.get(random.nextInt(KEYS.size()));
        String element = "m" + random.nextInt(members);
        String index = Integer.toString(random.nextInt(3 * members) - members);
        String other = Integer.toString(random.nextInt(3 * members) - members);
        String rank = Integer.toString(random.nextInt(3) - 4 * random.nextInt(2) + 1);
        return switch (random.nextInt(6)) {
            case 0 -> new String[] {"LINDEX", key, index};
            case 1 -> new String[] {"LRANGE", key, index, other};
            case 2 -> new String[] {"LLEN", key};
            case 3 -> new String[] {"LPOS", key, element, "RANK", rank};
            case 4 -> new String[] {"LPOS", key, element, "RANK", rank, "COUNT", "" + random.nextInt(4)};
            default -> new String[] {"LPOS", key, element, "COUNT", "0", "MAXLEN", "" + random.nextInt(members)};
        };
    }

    @ParameterizedTest
    @CsvSource({"1, 2", "1, 3", "128, 2", "128, 3"})
    void shouldAnswerAtTheEdgesAsRedisDoes(int maxPacked, int protocol) throws IOException {
        try (CollectionBench bench = bench(maxPacked, "edges")) {
            bench.protocol(protocol);
            List<String[]> commands = new ArrayList<>();
            EDGES.lines().forEach(line -> commands.add(line.split(" ", -1)));
            bench.compare(commands);
        }
    }

    @Test
    void shouldLogEffectsByIndexAndAsTheyAre() {
        try (CommandBench bench = new CommandBench(directory)) {
            shouldLog(bench, "RPUSH l a b c a", "RPUSH l a b c a");
            shouldLog(bench, "LPUSH l z y", "LPUSH l z y");
            shouldLog(bench, "LPUSHX missing a");
            shouldLog(bench, "LSET l -1 x", "LSET l 5 x");
            shouldLog(bench, "LTRIM l 0 -1");
            shouldLog(bench, "LTRIM l -6 -2", "LTRIM l 0 4");
            shouldLog(bench, "LINSERT l AFTER a n", "LINSERT l AFTER a n");
            shouldLog(bench, "LINSERT l AFTER none n");
            shouldLog(bench, "LREM l 0 none");
            shouldLog(bench, "LREM l -2 n", "LREM l -2 n");
            shouldLog(bench, "LPOP l", "LPOP l 1");
            shouldLog(bench, "RPOP l 2", "RPOP l 2");
            shouldLog(bench, "RPOP l 0");
            shouldLog(bench, "LMOVE l l LEFT RIGHT", "LPOP l 1; RPUSH l z");
            shouldLog(bench, "LMOVE l l LEFT LEFT");
            shouldLog(bench, "LMOVE l t LEFT RIGHT", "RPUSH t a; LPOP l 1");
            shouldLog(bench, "LMOVE l l LEFT RIGHT");
            shouldLog(bench, "RPOPLPUSH l t", "LPUSH t z; DEL l");
            shouldLog(bench, "LMPOP 2 l t RIGHT COUNT 1", "RPOP t 1");
            shouldLog(bench, "LMPOP 2 l t RIGHT COUNT 10", "DEL t");
            bench.reply("RPUSH", "l", "a", "b");
            bench.log();
            shouldLog(bench, "LTRIM l 5 9", "DEL l");
            bench.reply("RPUSH", "l", "a", "a");
            bench.log();
            shouldLog(bench, "LREM l 0 a", "DEL l");
        }
    }

    private static void shouldLog(CommandBench bench, String command, String... records) {
        bench.reply(command.split(" "));
        assertEquals(List.of(records), bench.log(), command);
    }

    @Test
    void shouldRemoveWhatLiesThereExpiredBeforeAPush() {
        try (CommandBench bench = new CommandBench(directory)) {
            bench.reply("RPUSH", "l", "old");
            bench.reply("RPUSH", "from", "a", "b");
            bench.reply("PEXPIRE", "l", "10");
            bench.log();
            bench.at(bench.nowEpochMs() + 11);
            assertEquals(":0", bench.reply("LPUSHX", "l", "x"));
            assertEquals("$-1", bench.reply("LPOP", "l"));
            assertEquals(List.of(), bench.log());
            assertEquals("$1 b", bench.reply("RPOPLPUSH", "from", "l"));
            assertEquals(List.of("DEL l; LPUSH l b; RPOP from 1"), bench.log());
            assertEquals(":-1", bench.reply("PTTL", "l"));
            assertEquals("*1 $1 b", bench.reply("LRANGE", "l", "0", "-1"));
        }
    }
}

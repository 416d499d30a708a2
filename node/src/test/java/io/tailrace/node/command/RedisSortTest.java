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

/** SORT and SORT_RO, against a real Redis: random options over random lists, every error, every kind of number. */
class RedisSortTest {
    private static final long SEED = Long.getLong("tailrace.seed", 1);
    private static final List<String> KEYS = List.of("l0", "l1", "d0", "d1");

    /**
     * Words separated by one space; an empty word is an empty argument. Numbers out of a double's range come last: Redis forgets
     * to clear {@code errno}, so that what is sent together with them after them is no number either.
     */
    private static final String EDGES =
            """
            RPUSH l 3 1 2 10
            SORT l
            SORT l DESC
            SORT l ASC DESC ASC
            SORT l ALPHA
            SORT l ALPHA DESC
            SORT l LIMIT 1 2
            SORT l LIMIT 0 -1
            SORT l LIMIT -1 2
            SORT l LIMIT 5 2
            SORT l LIMIT 3 100
            SORT l LIMIT 9223372036854775807 9223372036854775807
            SORT l LIMIT -9223372036854775808 -9223372036854775808
            SORT l LIMIT a b
            SORT l LIMIT 1 b
            SORT l LIMIT 1
            SORT l LIMIT
            SORT l LIMIT 0 1 LIMIT 2 1
            SORT l foo
            SORT l BY
            SORT l GET
            SORT l STORE
            SORT
            SORT_RO
            SORT_RO l STORE x
            SORT_RO l
            SORT_RO l DESC LIMIT 0 2 GET # BY nothing
            SORT missing
            SORT missing foo
            SORT missing STORE d
            SORT missing GET #
            SORT_RO missing
            SET s 1
            HSET h f v
            SORT s
            SORT h
            SORT s foo
            SORT s BY nosort
            SORT s STORE d
            SORT_RO h
            MSET w1 10 w2 5 w3 x wx 1
            SORT l BY w*
            SORT l BY w* ALPHA
            SORT l BY w* ALPHA DESC
            SET w3 1
            SORT l BY w*
            SORT l BY w* DESC
            SORT l BY w* GET # GET w* GET nostar GET\s
            SORT l BY w* LIMIT 1 2
            SORT l BY nosort
            SORT l BY nosort DESC
            SORT l BY nosort LIMIT 1 2
            SORT l BY nosort DESC LIMIT 1 2
            SORT l BY nosort DESC LIMIT 10 2
            SORT l BY nosort LIMIT 1 0
            SORT l BY nosort ALPHA
            SORT l BY\s
            SORT l BY #
            SORT l BY w* BY nosort
            SORT l BY nosort BY w*
            SORT l BY * GET *
            HSET h1 f 5 g a
            HSET h2 f 4
            HSET h3 f 4
            SORT l BY h*->f
            SORT l BY h*->f GET h*->f GET h*->g GET h*-> GET h*->no GET *->f
            SORT l BY h*->f GET #->f GET h*->f->g GET h->*->f GET h*-f GET h*- GET ->*
            SORT l BY h*->f ALPHA DESC GET h*->f GET #
            SORT l BY h*->g ALPHA
            SORT l GET h*
            SORT l GET s* GET l* GET w**
            SET w1*x star
            SORT l GET w**x
            SORT l STORE d
            LRANGE d 0 -1
            SORT l GET w* STORE d
            LRANGE d 0 -1
            SORT l GET w* GET # STORE d
            LRANGE d 0 -1
            SORT l LIMIT 0 0 STORE d
            EXISTS d
            SORT l LIMIT 0 0 STORE d
            SORT l STORE d STORE d2
            EXISTS d d2
            SORT l STORE s
            TYPE s
            OBJECT ENCODING s
            SORT l STORE h
            TYPE h
            SORT l DESC STORE l
            LRANGE l 0 -1
            SORT l BY w* GET w* STORE w1
            LRANGE w1 0 -1
            TYPE w1
            PEXPIRE d2 100000
            SORT l STORE d2
            PERSIST d2
            RPUSH n01 1\s
            SORT n01
            RPUSH n02 \s1
            SORT n02
            RPUSH n03 \s
            SORT n03
            RPUSH n04 0x10 5 inf -inf infinity 1e3 1E-3 .5 5. +4 iNf -INFINITY 0X1.8P-1 0xa. 0x.8
            SORT n04
            RPUSH n07 nan
            SORT n07
            SORT n07 ALPHA
            RPUSH n09 1_0
            SORT n09
            RPUSH n10 1d
            SORT n10
            RPUSH n11 0x
            SORT n11
            RPUSH n12 1e
            SORT n12
            RPUSH n13 nan(abc)
            SORT n13
            RPUSH n14 -
            SORT n14
            RPUSH n15 --1
            SORT n15
            RPUSH n16 -0 0 +0 0.0 -0.0 0e0 0e99999 0x0p0
            SORT n16
            SORT n16 DESC
            RPUSH n17 infx
            SORT n17
            RPUSH n18 0x1p
            SORT n18
            RPUSH n19 .
            SORT n19
            RPUSH n20 1.2.3
            SORT n20
            RPUSH n21 9223372036854775807 9223372036854775806 -9223372036854775808 18446744073709551616 123456789012345678 1
            SORT n21
            RPUSH n22 1e308 1.7976931348623157e308 -1.7976931348623157e308 2.2250738585072014e-308 1e99 1e+5 1e-5
            SORT n22
            RPUSH n25 +-1
            SORT n25
            RPUSH n26 1e5.5
            SORT n26
            RPUSH n28 0x1g
            SORT n28
            RPUSH n29 \t5 1 \0134
            SORT n29
            RPUSH n32  5
            SORT n32
            SORT n32 DESC
            SORT n32 ALPHA
            RPUSH z a\0b a\0a a a\0
            SORT z ALPHA
            SORT z ALPHA DESC
            SORT z ALPHA STORE d
            LRANGE d 0 -1
            RPUSH z2 1\0x 2 1\0a
            SORT z2
            SORT z2 BY w*\0 GET w*\0x
            SORT l BY w\0* GET #\0
            RPUSH same 5 5 5 1 1
            SORT same
            SORT same ALPHA STORE same
            SORT same GET # GET #
            RPUSH high \u00e9 e z \u00ff a
            SORT high ALPHA
            SORT high ALPHA STORE d
            LRANGE d 0 -1
            RPUSH n05 1e400
            SORT n05
            RPUSH n06 1e-320
            SORT n06
            RPUSH n08 1e-400
            SORT n08
            RPUSH n23 1e309
            SORT n23
            RPUSH n24 0x1p2000
            SORT n24
            RPUSH n27 1e99999999999999999999
            SORT n27
            RPUSH n30 2.2250738585072011e-308
            SORT n30
            RPUSH n31 4.9e-324
            SORT n31
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
    @CsvSource({"1, 2", "1, 3", "128, 2", "128, 3"})
    void shouldAnswerAtTheEdgesAsRedisDoes(int maxPacked, int protocol) throws IOException {
        try (CollectionBench bench = bench(maxPacked, "edges")) {
            bench.protocol(protocol);
            List<String[]> commands = new ArrayList<>();
            EDGES.lines().forEach(line -> commands.add(line.split(" ", -1)));
            bench.compare(commands);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 2, 5", "128, 3, 100", "16, 2, 800"})
    void shouldSortAsRedisDoes(int maxPacked, int protocol, int members) throws IOException {
        try (CollectionBench bench = bench(maxPacked, "random")) {
            bench.protocol(protocol);
            bench.run("seed " + SEED + ", " + maxPacked + " packed", 40, 60, () -> command(members));
        }
    }

    private String[] command(int members) {
        String list = "l" + random.nextInt(2);
        String number = number(members);
        return switch (random.nextInt(8)) {
            case 0 -> pushes(list, members);
            case 1 -> new String[] {"SET", "w_" + number, number(members)};
            case 2 -> new String[] {"HSET", "h_" + number, "weight", number(members), "name", "n" + number};
            case 3 -> new String[] {"LTRIM", list, "1", Integer.toString(members)};
            case 4 -> new String[] {"DEL", random.nextBoolean() ? "w_" + number : "h_" + number};
            default -> sort(list, members);
        };
    }

    private String[] pushes(String list, int members) {
        List<String> words = new ArrayList<>(List.of("RPUSH", list));
        for (int i = random.nextInt(members); i >= 0; i--) {
            words.add(number(members));
        }
        return words.toArray(String[]::new);
    }

    private String number(int members) {
        String number = Integer.toString(random.nextInt(members) - members / 3);
        return random.nextInt(5) == 0 ? number + "." + random.nextInt(100) : number;
    }

    private String[] sort(String list, int members) {
        List<String> words = new ArrayList<>(List.of("SORT", list));
        String[] weights = {"w_*", "h_*->weight", "h_*->name", "nosort"};
        int by = random.nextInt(8);
        if (by < weights.length) {
            words.addAll(List.of("BY", weights[by]));
        }
        // names are no numbers; and equal texts have no order in Redis when it sorts a part only
        boolean isAlpha = by == 2 || random.nextInt(3) == 0;
        if (isAlpha) {
            words.add("ALPHA");
        }
        if (random.nextBoolean()) {
            words.add(random.nextBoolean() ? "ASC" : "DESC");
        }
        if (random.nextBoolean() && !(isAlpha && by < 3)) {
            words.addAll(List.of(
                    "LIMIT", number(members).split("\\.")[0], number(members).split("\\.")[0]));
        }
        for (int gets = random.nextInt(3); gets > 0; gets--) {
            words.addAll(List.of("GET", new String[] {"#", "w_*", "h_*->name", "h_*->none", "l*"}[random.nextInt(5)]));
        }
        if (random.nextBoolean()) {
            words.addAll(List.of("STORE", random.nextInt(6) == 0 ? list : "d" + random.nextInt(2)));
        }
        return words.toArray(String[]::new);
    }

    @Test
    void shouldLogWhatIsStored() {
        try (CommandBench bench = new CommandBench(directory)) {
            bench.reply("RPUSH", "l", "2", "1");
            bench.log();
            assertEquals(":2", bench.reply("SORT", "l", "STORE", "d"));
            assertEquals(List.of("RPUSH d 1 2"), bench.log());
            assertEquals(":2", bench.reply("SORT", "l", "DESC", "STORE", "d"));
            assertEquals(List.of("DEL d; RPUSH d 2 1"), bench.log());
            assertEquals(":0", bench.reply("SORT", "l", "LIMIT", "0", "0", "STORE", "d"));
            assertEquals(List.of("DEL d"), bench.log());
            assertEquals(":0", bench.reply("SORT", "l", "LIMIT", "0", "0", "STORE", "d"));
            assertEquals("*2 $1 1 $1 2", bench.reply("SORT", "l"));
            assertEquals(List.of(), bench.log());
        }
    }

    @Test
    void shouldRefuseAResultThatIsTooLargeForTheLogBeforeAnythingChanges() {
        try (CommandBench bench = new CommandBench(directory)) {
            bench.reply("SET", "w", "v".repeat(CommandBench.MAX_VALUE / 2));
            bench.reply("SET", "w1", "v".repeat(CommandBench.MAX_VALUE / 2));
            bench.reply("RPUSH", "l", "1", "2");
            bench.reply("SET", "d", "stays");
            List<String> command = new ArrayList<>(List.of("SORT", "l", "STORE", "d"));
            for (int i = 0; i < 20; i++) {
                command.addAll(List.of("GET", "w*"));
            }
            String[] whole = command.toArray(String[]::new);
            assertEquals("-ERR the effects", bench.reply(whole).substring(0, 16));
            assertEquals("$5 stays", bench.reply("GET", "d"));
        }
    }

    @Test
    void shouldRefuseKeysOfOtherShards() {
        try (CommandBench bench = new CommandBench(directory, 0, 2)) {
            String error = "-CROSSSLOT Keys in request don't hash to the same slot";
            bench.reply("RPUSH", "{a}l", "2", "1");
            bench.reply("RPUSH", "{b}l", "2", "1");
            String here = bench.reply("SORT", "{a}l", "STORE", "{a}d").equals(":2") ? "{a}" : "{b}";
            String elsewhere = here.equals("{a}") ? "{b}" : "{a}";
            assertEquals("*2 $1 1 $1 2", bench.reply("SORT", here + "l", "BY", here + "w*", "GET", "#"));
            assertEquals(error, bench.reply("SORT", here + "l", "BY", elsewhere + "w*"));
            assertEquals(error, bench.reply("SORT", here + "l", "GET", elsewhere + "w*->f"));
            assertEquals(error, bench.reply("SORT", here + "l", "STORE", elsewhere + "d"));
        }
    }
}

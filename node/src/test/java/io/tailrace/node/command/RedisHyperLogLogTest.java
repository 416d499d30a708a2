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

/** HyperLogLogs, against a real Redis: the same bytes in the string whatever is added, merged, counted and damaged. */
class RedisHyperLogLogTest {
    private static final long SEED = Long.getLong("tailrace.seed", 1);
    private static final List<String> KEYS = List.of("l0", "l1", "l2", "l3");

    private static final String EDGES =
            """
            PFADD p
            GET p
            PFADD p
            PFADD p a b c
            PFADD p a
            GET p
            OBJECT ENCODING p
            STRLEN p
            PFCOUNT p
            GET p
            PFCOUNT p
            PFCOUNT p missing
            PFCOUNT missing
            PFCOUNT missing missing
            PFCOUNT
            PFADD
            PFADD q c d \s
            PFCOUNT p q
            PFMERGE m p q
            GET m
            PFCOUNT m
            GET m
            PFMERGE m2
            GET m2
            PFMERGE m missing
            GET m
            PFMERGE
            EXPIRE m 100
            PFMERGE m p
            TTL m
            PFADD m x y z
            TTL m
            SET s abc
            PFADD s a
            PFCOUNT s
            PFCOUNT p s
            PFMERGE s p
            PFMERGE p s
            PFMERGE x p s
            PFDEBUG ENCODING s
            SADD t 1
            PFADD t a
            PFCOUNT t
            PFCOUNT p t
            PFMERGE t p
            PFMERGE p t
            PFDEBUG ENCODING t
            PFDEBUG ENCODING missing
            PFDEBUG ENCODING p
            PFDEBUG encoding p
            PFDEBUG DECODE p
            PFDEBUG FOO p
            PFDEBUG FOO missing
            PFDEBUG DECODE
            PFDEBUG DECODE p q
            PFDEBUG TODENSE p
            PFDEBUG TODENSE p
            PFDEBUG ENCODING p
            PFDEBUG DECODE p
            GET p
            STRLEN p
            PFADD p a
            PFADD p something
            GET p
            PFCOUNT p
            GET p
            PFDEBUG GETREG q
            PFDEBUG ENCODING q
            APPEND p x
            PFADD p a
            PFCOUNT p
            PFADD d a b c d e f g
            SETRANGE d 4 \u0002
            PFADD d a
            SETRANGE d 4 \u0001
            APPEND d \u0080
            PFADD d a
            PFADD d new newer newest
            PFCOUNT d
            PFCOUNT d q
            PFMERGE d q
            PFMERGE q d
            PFDEBUG DECODE d
            PFDEBUG TODENSE d
            PFDEBUG GETREG d
            GET d
            SET z HYLL\u0001\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000
            PFCOUNT z
            PFADD z a
            PFADD z
            PFDEBUG DECODE z
            PFCOUNT z q
            SETRANGE z 15 \u0080
            PFCOUNT z
            GET z
            SET y HYLL\u0001\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0080\u007f
            PFCOUNT y
            PFDEBUG DECODE y
            SET w HYLL\u0003\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u007f\u00ff
            PFCOUNT w
            SET v hYLL\u0001\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u007f\u00ff
            PFCOUNT v
            SET u HYLL\u0001\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000
            PFCOUNT u
            SET c HYLL\u0001\u0000\u0000\u0000\u0007\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u007f\u00ff
            PFCOUNT c
            PFSELFTEST x
            """;

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
                EDGES.lines().forEach(line -> commands.add(line.split(" ", -1)));
                bench.compare(commands);
            }
            directory
                    .resolve("shard")
                    .toFile()
                    .renameTo(directory.resolve("was" + protocol).toFile());
        }
    }

    /** @param elements that a PFADD adds, at most: so that most stay sparse, or become dense soon */
    @ParameterizedTest
    @ValueSource(ints = {3, 30, 500})
    void shouldKeepTheSameBytesAsRedis(int elements) throws IOException {
        try (CollectionBench bench = bench()) {
            bench.run("seed " + SEED + ", " + elements + " elements", 30, 60, () -> next(elements));
        }
    }

    private String[] next(int elements) {
        String key = key();
        return switch (random.nextInt(16)) {
            case 0 -> new String[] {"PFCOUNT", key};
            case 1 -> new String[] {"PFCOUNT", key, key(), key()};
            case 2 -> new String[] {"PFMERGE", key, key(), key()};
            case 3 -> random.nextInt(8) > 0 ? new String[] {"PFCOUNT", key} : new String[] {"DEL", key};
            case 4 -> random.nextInt(8) > 0 ? new String[] {"GET", key} : damage(key);
            case 5 -> new String[] {"PEXPIRE", key, "100000"};
            case 6 -> new String[] {"PFDEBUG", "DECODE", key};
            default -> {
                List<String> words = new ArrayList<>(List.of("PFADD", key));
                for (int i = random.nextInt(elements); i >= 0; i--) {
                    words.add("element".substring(random.nextInt(7)) + random.nextInt(20_000));
                }
                yield words.toArray(String[]::new);
            }
        };
    }

    /** One that is damaged anywhere but where memory would be overrun in Redis. */
    private String[] damage(String key) {
        return switch (random.nextInt(3)) {
            case 0 -> new String[] {"SETRANGE", key, "" + (17 + random.nextInt(20)), "\u0000\u0001"};
            case 1 -> new String[] {"APPEND", key, "\u0000"};
            default -> new String[] {"SET", key, "no HyperLogLog"};
        };
    }

    private String key() {
        return KEYS.get(random.nextInt(KEYS.size()));
    }

    @Test
    void shouldLogTheRegistersThatChange() {
        try (CommandBench bench = new CommandBench(directory)) {
            for (int i = 0; i < 5_000; i++) {
                bench.reply("PFADD", "p", "element" + i);
            }
            bench.reply("PFCOUNT", "p");
            bench.log();
            int logged = 0;
            for (int i = 5_000; i < 5_100; i++) {
                bench.reply("PFADD", "p", "element" + i);
                logged += bench.log().stream().mapToInt(String::length).sum();
            }
            assertTrue(logged < 100 * 100, logged + " bytes");
            bench.reply("PFCOUNT", "p");
            List<String> counted = bench.log();
            assertEquals(1, counted.size());
            assertTrue(counted.get(0).startsWith("SETRANGE p 8 "), counted.get(0));
            bench.reply("PFCOUNT", "p");
            assertEquals(List.of(), bench.log());
        }
    }

    @Test
    void shouldCountWithoutWritingWhereClientsMayNotWrite() {
        try (CommandBench bench = new CommandBench(directory)) {
            bench.reply("PFADD", "p", "a", "b", "c");
            bench.log();
            bench.shard().transactions().writableWhen(() -> false);
            assertEquals(":3", bench.reply("PFCOUNT", "p"));
            assertEquals(List.of(), bench.log());
        }
    }
}

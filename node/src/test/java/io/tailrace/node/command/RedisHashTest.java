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

/** Hashes, against a real Redis: random commands at all sizes, every error, and walks over large ones. */
class RedisHashTest {
    private static final long SEED = Long.getLong("tailrace.seed", 1);
    private static final List<String> KEYS = List.of("h0", "h1", "h2", "h3", "s0", "s1");

    /** Words separated by one space; an empty word is an empty argument. */
    private static final String EDGES =
            """
            HSET h f
            HSET h f v g
            HMSET h f
            HMSET h f v g
            HSET h f v f w
            HGET h f
            HSET h f v g w
            HSET h \s
            HGET h\s
            HSETNX h f other
            HSETNX h new other
            HMGET h f missing new
            HMGET missing a b
            HGETALL missing
            HKEYS missing
            HVALS missing
            HLEN missing
            HSTRLEN h f
            HSTRLEN h missing
            HSTRLEN missing f
            HEXISTS h f
            HEXISTS h missing
            HDEL h missing
            HDEL missing f
            HDEL h f f
            SET s 1
            HSET s f v
            HMSET s f v
            HSETNX s f v
            HGET s f
            HMGET s f
            HGETALL s
            HKEYS s
            HVALS s
            HLEN s
            HSTRLEN s f
            HEXISTS s f
            HDEL s f
            HINCRBY s f 1
            HINCRBYFLOAT s f 1
            HSCAN s 0
            HRANDFIELD s
            HRANDFIELD s 2
            GET h
            APPEND h x
            INCR h
            GETRANGE h 0 1
            SETRANGE h 0 x
            STRLEN h
            GETSET h x
            GETDEL h
            GETEX h
            SET h x GET
            MGET h s
            HINCRBY h n abc
            HINCRBY h n 1.5
            HINCRBY h n 9223372036854775807
            HINCRBY h n 1
            HINCRBY h n -9223372036854775808
            HINCRBY h n -9223372036854775808
            HINCRBY h n 0
            HSET h text abc
            HINCRBY h text 1
            HINCRBYFLOAT h text 1
            HINCRBYFLOAT h fl abc
            HINCRBYFLOAT h fl 10.5
            HINCRBYFLOAT h fl 0.1
            HINCRBYFLOAT h fl -5
            HINCRBYFLOAT h fl 5.0e3
            HINCRBYFLOAT h fl inf
            HINCRBYFLOAT h fl nan
            HINCRBYFLOAT h fl 1e5000
            HSET h sp \s1
            HINCRBY h sp 1
            HINCRBYFLOAT h sp 1
            HSET h sp 1\s
            HINCRBY h sp 1
            HINCRBYFLOAT h sp 1
            HSCAN h
            HSCAN h abc
            HSCAN h 0 MATCH
            HSCAN h 0 COUNT 0
            HSCAN h 0 COUNT abc
            HSCAN h 0 TYPE hash
            HSCAN h 0 foo
            HSCAN missing 0 foo
            HSCAN missing abc
            HSCAN h 0 MATCH f*
            HSCAN h 0 MATCH nothing*
            HSCAN h 0 COUNT 1000 MATCH *
            HRANDFIELD missing
            HRANDFIELD missing 3
            HRANDFIELD missing 3 WITHVALUES
            HRANDFIELD missing abc
            HRANDFIELD h abc
            HRANDFIELD h 0
            HRANDFIELD h 0 WITHVALUES
            HRANDFIELD h 1 foo
            HRANDFIELD h 1 WITHVALUES foo
            HRANDFIELD h -9223372036854775808
            HRANDFIELD h -9223372036854775807 WITHVALUES
            HRANDFIELD h 9223372036854775807 WITHVALUES
            HRANDFIELD h -4611686018427387904 WITHVALUES
            HRANDFIELD h 1000
            HRANDFIELD h 1000 WITHVALUES
            TYPE h
            OBJECT ENCODING h
            OBJECT ENCODING s
            OBJECT REFCOUNT h
            OBJECT REFCOUNT s
            OBJECT REFCOUNT missing
            OBJECT ENCODING missing
            RENAME h h
            RENAME missing h
            RENAMENX missing h
            RENAMENX h s
            RENAME h s
            TYPE s
            COPY s s
            COPY s t
            COPY s t
            COPY s t REPLACE
            COPY s u DB 0
            COPY missing t
            COPY s t REPLACE REPLACE
            COPY s t DB
            COPY s t DB x
            COPY s t DB 99
            HDEL t f g new n text fl sp
            HGETALL u
            PEXPIRE u 100000
            COPY u v
            RENAME u w
            PERSIST v
            PERSIST w
            EXISTS u v w
            HSET e big aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
            OBJECT ENCODING e
            HSET e big a
            OBJECT ENCODING e
            RENAME e e2
            OBJECT ENCODING e2
            COPY e2 e3
            OBJECT ENCODING e3
            HDEL e3 big
            HSET e3 f v
            OBJECT ENCODING e3
            SET num 12
            OBJECT ENCODING num
            APPEND num 3
            OBJECT ENCODING num
            SETRANGE num 0 9
            OBJECT ENCODING num
            APPEND fresh 12
            OBJECT ENCODING fresh
            INCR fresh
            OBJECT ENCODING fresh
            SET long aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
            OBJECT ENCODING long
            """;

    private static final CollectionBench.Family HASHES = new CollectionBench.Family() {
        @Override
        public Set<String> unordered() {
            return Set.of("HGETALL", "HKEYS", "HVALS", "HSCAN");
        }

        @Override
        public Set<String> byChance() {
            return Set.of("HRANDFIELD");
        }

        @Override
        public String[] contents(String key) {
            return new String[] {"HGETALL", key};
        }
    };

    @TempDir
    Path directory;

    private final Random random = new Random(SEED);

    private CollectionBench bench(int maxPacked) throws IOException {
        assumeTrue(RedisServer.isInstalled(), "redis-server is not installed (Debian: redis-server)");
        return new CollectionBench(directory, new CollectionLimits(maxPacked, 4 << 10), HASHES, KEYS);
    }

    @ParameterizedTest
    @CsvSource({"2, 2, 12", "3, 3, 40", "128, 2, 600", "8, 3, 1200"})
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
        String member = "m" + random.nextInt(members);
        return switch (random.nextInt(11)) {
            case 0 -> new String[] {"HGET", key, member};
            case 1 -> new String[] {"HMGET", key, member, "m" + random.nextInt(members), "none"};
            case 2 -> new String[] {"HLEN", key};
            case 3 -> new String[] {"HSTRLEN", key, member};
            case 4 -> new String[] {"HEXISTS", key, member};
            case 5 -> new String[] {"HKEYS", key};
            case 6 -> new String[] {"HVALS", key};
            case 7 -> new String[] {"HSCAN", key, "0", "COUNT", "100000"};
            case 8 -> new String[] {"HRANDFIELD", key, Integer.toString(random.nextInt(20) - 10)};
            case 9 -> new String[] {"HRANDFIELD", key, Integer.toString(random.nextInt(20) - 10), "WITHVALUES"};
            default -> new String[] {"COPY", key, KEYS.get(random.nextInt(KEYS.size())), "REPLACE"};
        };
    }

    @Test
    void shouldAnswerAtTheEdgesAsRedisDoes() throws IOException {
        for (int maxPacked : new int[] {1, 128}) {
            for (int protocol : new int[] {2, 3}) {
                try (CollectionBench bench = bench(maxPacked)) {
                    bench.protocol(protocol);
                    List<String[]> commands = new ArrayList<>();
                    EDGES.lines().forEach(line -> commands.add(line.split(" ", -1)));
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

    @Test
    void shouldScanEveryFieldThatStaysWhateverElseComesAndGoes() {
        try (CommandBench bench = new CommandBench(directory, new CollectionLimits(16, 4 << 10))) {
            for (int i = 0; i < 3_000; i++) {
                bench.reply("HSET", "h", "stays" + i, "v");
            }
            Set<String> seen = new TreeSet<>();
            String cursor = "0";
            int calls = 0;
            do {
                Reply page = Reply.of(bench.raw("HSCAN", "h", cursor, "COUNT", "20"));
                cursor = page.elements().get(0).body();
                List<Reply> found = page.elements().get(1).elements();
                for (int i = 0; i < found.size(); i += 2) {
                    seen.add(found.get(i).body());
                }
                for (int i = 0; i < 30; i++) {
                    bench.reply("HSET", "h", "goes" + random.nextInt(2_000), "v");
                    bench.reply("HDEL", "h", "goes" + random.nextInt(2_000));
                }
                calls++;
            } while (!cursor.equals("0"));
            seen.removeIf(field -> field.startsWith("goes"));
            assertEquals(3_000, seen.size());
            assertEquals(true, calls > 50 && calls <= 300, calls + " calls");
        }
    }

    @Test
    void shouldPickFieldsByChance() {
        try (CommandBench bench = new CommandBench(directory, new CollectionLimits(16, 4 << 10))) {
            for (int i = 0; i < 100; i++) {
                bench.reply("HSET", "h", "f" + i, "v" + i);
            }
            Set<String> single = new TreeSet<>();
            for (int i = 0; i < 3_000; i++) {
                single.add(Reply.of(bench.raw("HRANDFIELD", "h")).body());
            }
            assertEquals(100, single.size());
            for (int count : new int[] {1, 7, 33, 34, 99, 100, 101}) {
                List<String> fields = Reply.of(bench.raw("HRANDFIELD", "h", Integer.toString(count)))
                        .sortedBodies();
                assertEquals(Math.min(100, count), Set.copyOf(fields).size(), count + ": " + fields);
            }
        }
    }
}

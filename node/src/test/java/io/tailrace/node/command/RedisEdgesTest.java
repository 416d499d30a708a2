package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Edges that random commands rarely meet, against a real Redis: every error text, numbers, patterns, the table itself. */
class RedisEdgesTest {
    private static final long SEED = Long.getLong("tailrace.seed", 1);

    /** Words separated by one space; an empty word is an empty argument. */
    private static final String EDGES =
            """
            SET a 1 EX
            SET a 1 EX 0
            SET a 1 EX -1
            SET a 1 EX abc
            SET a 1 EX 9223372036854775807
            SET a 1 EX 9223372036854775
            SET a 1 PX 9223372036854775807
            SET a 1 PXAT 0
            SET a 1 EXAT -5
            SET a 1 EXAT 9223372036854776
            SET a 1 EX 100 PX 100
            SET a 1 EX 100 EX 200
            SET a 1 EX 100 EX 0
            SET a 1 KEEPTTL EX 100
            SET a 1 EX 100 KEEPTTL
            SET a 1 KEEPTTL KEEPTTL
            SET a 1 NX XX
            SET a 1 NX NX
            SET a 1 PERSIST
            SET a 1 GET GET
            SET a 1 NX EX 0
            SET new 1 XX GET
            SET new 1 NX GET
            SET new 2 NX GET
            SET a 1 foo
            SET a 1\s
            SETEX a 0 v
            SETEX a -1 v
            SETEX a x v
            PSETEX a 0 v
            PSETEX a 9223372036854775807 v
            SETEX a 9223372036854775807 v
            GETEX a EX 0
            GETEX missing EX 0
            GETEX a EX 100 PERSIST
            GETEX a PERSIST PERSIST
            GETEX a KEEPTTL
            GETEX a NX
            GETEX a EX
            GETEX a EX abc
            GETEX missing EX abc
            GETEX a EXAT 1
            GET a
            GETEX a PXAT 9223372036854775807
            PEXPIRETIME a
            EXPIRETIME a
            MSET a 1 b
            MSETNX a 1 b
            MSETNX z 1 z 2
            GET z
            APPEND a\s
            GETRANGE missing x y
            SET text Hello
            GETRANGE text 0 -1
            GETRANGE text -3 -1
            GETRANGE text -1 -3
            GETRANGE text -100 -50
            GETRANGE text -100 0
            GETRANGE text 4 4
            GETRANGE text 5 9
            GETRANGE text 3 1
            GETRANGE text -9223372036854775808 9223372036854775807
            GETRANGE text 9223372036854775807 -9223372036854775808
            SUBSTR text 1 2
            SETRANGE text -1 x
            SETRANGE missing -1\s
            SETRANGE text abc x
            SETRANGE missing 5\s
            SETRANGE text 5000000\s
            SETRANGE text 1048572 World
            SETRANGE text 9223372036854775807 World
            SETRANGE far 1048576 x
            SETRANGE far 1048575 x
            STRLEN far
            APPEND far y
            APPEND text World
            INCR text
            INCRBY text 1
            INCRBYFLOAT text 1
            SET n 9223372036854775807
            INCR n
            INCRBY n 9223372036854775808
            DECRBY n -9223372036854775808
            DECRBY n -1
            SET n -9223372036854775808
            DECR n
            INCRBY n -1
            DECRBY n 9223372036854775807
            SET f 1e4932
            INCRBYFLOAT f 1e4932
            INCRBYFLOAT f inf
            INCRBYFLOAT f abc
            SET f inf
            INCRBYFLOAT f -inf
            INCRBYFLOAT f nan
            SET f 10.50
            INCRBYFLOAT f 0.1
            INCRBYFLOAT f -5
            INCRBYFLOAT f 0x1p-3
            INCRBYFLOAT f 1e-30
            SET f 5.0e3
            INCRBYFLOAT f 2.0e2
            DEL f
            INCRBYFLOAT f -0.0
            EXPIRE a abc
            EXPIRE a 10 foo
            EXPIRE missing 10 foo
            EXPIRE a abc foo
            EXPIRE a 10 NX XX
            EXPIRE a 10 NX GT
            EXPIRE a 10 LT NX
            EXPIRE a 10 GT LT
            EXPIRE a 10 XX GT LT
            EXPIRE a 10 NX NX
            EXPIRE a 9223372036854775807
            EXPIRE a -9223372036854775808
            EXPIRE a 9223372036854775
            PEXPIRE a 9223372036854775807
            PEXPIRE a -9223372036854775808
            EXPIREAT a 9223372036854776
            PEXPIREAT missing 5 XX
            SET a 1
            PEXPIREAT a 9223372036854775807
            EXPIRETIME a
            PERSIST a
            EXPIRE a 0 GT
            EXPIRE a 0 LT
            EXISTS a
            TYPE a
            TYPE n
            RENAME missing missing
            RENAME missing other
            RENAMENX missing missing
            RENAMENX n n
            RENAME n n
            FLUSHALL foo
            FLUSHALL ASYNC SYNC
            FLUSHDB foo
            SCAN abc
            SCAN -
            SCAN 18446744073709551616
            SCAN 0 COUNT
            SCAN 0 COUNT 0
            SCAN 0 COUNT abc
            SCAN 0 FOO 1
            SCAN 0 TYPE
            SCAN 0 TYPE list COUNT 1000000
            FLUSHALL
            RANDOMKEY
            DBSIZE
            """;

    @TempDir
    Path directory;

    private RedisServer redis;
    private CommandBench bench;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(RedisServer.isInstalled(), "redis-server is not installed (Debian: redis-server)");
        redis = new RedisServer(directory, "--proto-max-bulk-len", "1mb");
        bench = new CommandBench(directory.resolve("shard")).at(System.currentTimeMillis());
    }

    @AfterEach
    void stop() throws IOException {
        if (redis != null) {
            redis.close();
            bench.close();
        }
    }

    private void compare(String... command) throws IOException {
        Reply expected = redis.reply(command);
        Reply actual = Reply.of(bench.raw(command));
        boolean isListing = command[0].equals("KEYS");
        assertEquals(
                isListing ? expected.sortedBodies() : expected,
                isListing ? actual.sortedBodies() : actual,
                "seed " + SEED + ": " + String.join(" ", command));
    }

    @Test
    void shouldReplyAsRedisDoesAtTheEdges() throws IOException {
        compare("SET", "a", "1");
        for (String line : EDGES.lines().toList()) {
            compare(line.split(" ", -1));
        }
    }

    @Test
    void shouldReplyNullsAsRedisDoesInVersion3() throws IOException {
        redis.reply("HELLO", "3");
        bench.protocol(3);
        for (String line :
                List.of("GET x", "MGET x y", "GETDEL x", "GETEX x", "SET x 1 XX", "SET x 1 GET", "RANDOMKEY")) {
            compare(line.split(" "));
            compare("FLUSHALL");
        }
    }

    @Test
    void shouldAddFloatsToTheSameBytesAsRedis() throws IOException {
        Random random = new Random(SEED);
        for (int i = 0; i < 5_000; i++) {
            if (i % 4 == 0) {
                compare("SET", "f", number(random));
            }
            compare("INCRBYFLOAT", "f", number(random));
        }
    }

    private static String number(Random random) {
        switch (random.nextInt(6)) {
            case 0:
                return Double.toString(random.nextGaussian() * Math.pow(10, random.nextInt(25) - 8));
            case 1:
                return Long.toString(random.nextLong() >> random.nextInt(64));
            case 2:
                return random.nextLong() + "." + Long.toUnsignedString(random.nextLong());
            case 3:
                return Double.toHexString(random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20));
            case 4:
                return random.nextInt(1_000) + "e" + (random.nextInt(60) - 30);
            default:
                return random.nextInt(100_000) / 100 + "." + random.nextInt(100);
        }
    }

    @Test
    void shouldMatchPatternsAsRedisDoes() throws IOException {
        Random random = new Random(SEED);
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            keys.add(word(random, "aabbcd-]\\^*?\u00e9", 8));
            compare("SET", keys.get(i), "1");
        }
        compare("KEYS", "*a*a*a*a*a*a*a*a*a*b");
        for (int i = 0; i < 5_000; i++) {
            compare("KEYS", word(random, "aabbcd-[[]]\\^****???\u00e9", 12));
        }
    }

    private static String word(Random random, String alphabet, int longest) {
        StringBuilder word = new StringBuilder();
        for (int i = random.nextInt(longest + 1); i > 0; i--) {
            word.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return word.toString();
    }

    @Test
    void shouldDescribeCommandsAsRedisDoes() throws IOException {
        List<CommandFamily> families = List.of(
                new StringCommands(),
                new RangeCommands(),
                new CounterCommands(),
                new KeyspaceCommands(),
                new ScanCommands(),
                new ExpiryCommands());
        for (CommandFamily family : families) {
            for (CommandSpec spec : family.commands()) {
                List<Reply> row = redis.reply("COMMAND", "INFO", spec.name())
                        .elements()
                        .get(0)
                        .elements();
                List<String> flags = row.get(2).elements().stream()
                        .map(flag -> flag.line().substring(1))
                        .sorted()
                        .toList();
                assertEquals(row.get(1).integer(), spec.arity(), spec.name());
                assertEquals(
                        flags,
                        Arrays.stream(CommandFlag.values())
                                .filter(spec::has)
                                .map(CommandFlag::text)
                                .sorted()
                                .toList(),
                        spec.name());
                assertEquals(row.get(3).integer(), spec.keys().first(), spec.name());
                assertEquals(row.get(4).integer(), spec.keys().last(), spec.name());
                assertEquals(row.get(5).integer(), spec.keys().step(), spec.name());
            }
        }
    }
}

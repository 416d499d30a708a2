package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands of the hot path leave no garbage. */
class CommandGarbageTest {
    private static final int RUNS = 20_000;
    /** Room for what the library and the JVM do once in a while. */
    private static final double BYTES_PER_COMMAND = 1.0;

    @TempDir
    Path directory;

    private CommandBench bench;

    @BeforeEach
    void open() {
        bench = new CommandBench(directory);
        bench.reply("MSET", "a", "1", "n", "5");
        bench.reply("ZADD", "z", "1", "a", "2.5", "b", "3", "c", "0.1", "d");
        for (int i = 0; i < 300; i++) {
            bench.reply("ZADD", "large", Double.toString(i / 7.0), "m" + i);
        }
        bench.reply("SADD", "set", "5", "7", "9");
        bench.reply("SADD", "texts", "x", "y", "z");
        bench.reply("SETBIT", "bits", "1000", "1");
        bench.reply("PFADD", "counted", "a");
        bench.reply("RPUSH", "l", "x", "y", "z");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET a",
                "GET missing",
                "SET a 2",
                "SET a 2 EX 100",
                "SET a 2 KEEPTTL XX",
                "SETEX a 100 v",
                "INCR n",
                "INCRBY n 7",
                "EXPIRE n 100",
                "PEXPIRE n 100000 LT",
                "MGET a missing n",
                "EXISTS a n",
                "STRLEN a",
                "TTL a",
                "MSET a 1 b 2",
                "GETRANGE a 0 -1",
                "ZADD z 4.25 b",
                "ZADD large 4.25 m7",
                "ZADD z GT CH 4 a 5 b",
                "ZINCRBY z 0.1 c",
                "ZINCRBY large 0.1 m8",
                "ZSCORE large m3",
                "ZMSCORE z a b x",
                "ZCARD z",
                "ZRANK z c",
                "ZREVRANK large m250",
                "ZCOUNT large (1 20",
                "ZLEXCOUNT z - [c",
                "ZRANGE z 0 -1 WITHSCORES",
                "ZRANGE large 5 (20.5 BYSCORE LIMIT 2 10",
                "ZREVRANGE large 10 20 WITHSCORES",
                "ZRANGEBYLEX z - +",
                "SETBIT bits 100 1",
                "GETBIT bits 100",
                "BITCOUNT bits",
                "BITPOS bits 1",
                "SISMEMBER set 5",
                "SMISMEMBER set 5 x",
                "SCARD set",
                "SMEMBERS set",
                "SRANDMEMBER set",
                "SINTER set set missing",
                "SINTERCARD 2 set set",
                "SUNION set set",
                "SMOVE set set 5",
                "PFADD counted a",
                "LLEN l",
                "LINDEX l -1",
                "LSET l 1 other",
                "LRANGE l 0 -1",
                "LMOVE l l LEFT RIGHT",
                "RPOPLPUSH l l"
            })
    void shouldLeaveNoGarbage(String command) {
        shouldLeaveNoGarbage(command, "GET a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"DEL d", "GETDEL d", "APPEND d x", "SETRANGE d 0 x"})
    void shouldLeaveNoGarbageAfterASet(String command) {
        shouldLeaveNoGarbage("SET d value", command);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ZREM p x", "ZPOPMIN p", "ZPOPMAX p 2", "ZREMRANGEBYRANK p 0 0", "ZREMRANGEBYSCORE p 1 2"})
    void shouldLeaveNoGarbageAfterAnAdd(String command) {
        shouldLeaveNoGarbage("ZADD p 1 x 2.5 y 3 z", command);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ZREM large new", "ZPOPMIN large", "ZREMRANGEBYRANK large 0 0", "ZREMRANGEBYLEX large - -"})
    void shouldLeaveNoGarbageAfterAnAddToALargeOne(String command) {
        shouldLeaveNoGarbage("ZADD large -1 new", command);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SREM set new", "SREM texts new", "SREM fresh new", "SPOP fresh"})
    void shouldLeaveNoGarbageAfterAnSadd(String command) {
        shouldLeaveNoGarbage("SADD " + command.split(" ")[1] + " new", command);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"SUNIONSTORE stored set texts", "SINTERSTORE stored set set", "SDIFFSTORE stored set texts"})
    void shouldLeaveNoGarbageWhenASetIsStored(String command) {
        shouldLeaveNoGarbage(command, "SCARD stored");
    }

    @ParameterizedTest
    @ValueSource(strings = {"LPOP l", "RPOP l 1", "LTRIM l 1 -1", "LREM l 1 x"})
    void shouldLeaveNoGarbageAfterAPush(String command) {
        shouldLeaveNoGarbage("LPUSH l x", command);
        shouldLeaveNoGarbage("RPUSH new x", command.replace("l", "new"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HDEL % new",
                "HGET % new",
                "HSET % new other",
                "HINCRBY % n 1",
                "HEXISTS % new",
                "HSTRLEN % new",
                "HMGET % new f7",
                "HLEN %"
            })
    void shouldLeaveNoGarbageAfterAnHset(String command) {
        for (int i = 0; i < 500; i++) {
            bench.reply("HSET", "manyFields", "f" + i, "v" + i);
        }
        bench.reply("HSET", "fields", "f7", "v");
        for (String hash : List.of("fields", "manyFields")) {
            shouldLeaveNoGarbage("HSET " + hash + " new value", command.replace("%", hash));
        }
    }

    private void shouldLeaveNoGarbage(String first, String second) {
        try (CommandBench.Prepared one = bench.prepare(first.split(" "));
                CommandBench.Prepared two = bench.prepare(second.split(" "))) {
            double least = Double.MAX_VALUE;
            for (int attempt = 0; attempt < 5 && least > BYTES_PER_COMMAND; attempt++) {
                long before = allocated();
                for (int i = 0; i < RUNS; i++) {
                    one.run();
                    two.run();
                }
                least = Math.min(least, (allocated() - before) / (2.0 * RUNS));
            }
            assertTrue(least <= BYTES_PER_COMMAND, first + ", " + second + ": " + least + " bytes a command");
        }
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }
}

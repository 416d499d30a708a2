package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.shard.WatchSet;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each command logs: final effects, and nothing when nothing changes. */
class CommandEffectsTest {
    private static final long NOW = 1_700_000_000_000L;

    @TempDir
    Path directory;

    private CommandBench bench;

    @BeforeEach
    void open() {
        bench = new CommandBench(directory).at(NOW);
        Memory.putByte(bytes.address(), (byte) 'h');
    }

    @AfterEach
    void close() {
        bench.close();
        bytes.close();
    }

    private final NativeBuffer bytes = new NativeBuffer(1);

    private void given(String... command) {
        bench.reply(command);
        bench.log();
    }

    private void shouldLog(String effects, String... command) {
        String reply = bench.reply(command);
        assertEquals(List.of(effects), bench.log(), String.join(" ", command) + " replied " + reply);
    }

    private void shouldLogNothing(String reply, String... command) {
        assertEquals(reply, bench.reply(command), String.join(" ", command));
        assertEquals(List.of(), bench.log(), String.join(" ", command));
    }

    @Test
    void shouldLogSetWithItsDeadline() {
        shouldLog("SET a 1", "SET", "a", "1");
        shouldLog("SET a 1 PXAT 1700000010000", "SET", "a", "1", "EX", "10");
        shouldLog("SET a 2 PXAT 1700000010000", "SET", "a", "2", "KEEPTTL");
        shouldLog("SET a 3", "SET", "a", "3", "XX", "GET");
        shouldLog("SET a 1 PXAT 1700000000010", "set", "a", "1", "px", "10");
        shouldLog("SET a 1 PXAT 1800000000000", "SET", "a", "1", "EXAT", "1800000000");
        shouldLog("SET a 1 PXAT 1800000000001", "SET", "a", "1", "PXAT", "1800000000001");
        shouldLog("SET b x", "SET", "b", "x", "NX");
        shouldLog("SET c x", "SETNX", "c", "x");
        shouldLog("SET c x PXAT 1700000007000", "SETEX", "c", "7", "x");
        shouldLog("SET c x PXAT 1700000000007", "PSETEX", "c", "7", "x");
        shouldLog("SET c y", "GETSET", "c", "y");
        shouldLog("SET c 1; SET d 2; SET c 3", "MSET", "c", "1", "d", "2", "c", "3");
        shouldLog("SET e 1; SET e 2", "MSETNX", "e", "1", "e", "2");
    }

    @Test
    void shouldLogNothingForASetThatIsRefused() {
        given("SET", "a", "1");
        shouldLogNothing("$-1", "SET", "a", "2", "NX");
        shouldLogNothing("$1 1", "SET", "a", "2", "NX", "GET");
        shouldLogNothing("$-1", "SET", "b", "2", "XX");
        shouldLogNothing("$-1", "SET", "b", "2", "XX", "GET");
        shouldLogNothing(":0", "SETNX", "a", "2");
        shouldLogNothing(":0", "MSETNX", "b", "1", "a", "2");
        shouldLogNothing("-ERR syntax error", "SET", "a", "2", "NX", "XX");
        shouldLogNothing("-ERR invalid expire time in 'setex' command", "SETEX", "a", "0", "2");
        shouldLogNothing("-ERR wrong number of arguments for 'mset' command", "MSET", "a", "1", "b");
    }

    @Test
    void shouldDeleteInsteadOfSettingWhatHasExpired() {
        shouldLogNothing("+OK", "SET", "a", "1", "PXAT", "5");
        given("SET", "a", "1");
        shouldLog("DEL a", "SET", "a", "2", "EXAT", "5");
        given("SET", "a", "1");
        shouldLog("DEL a", "GETEX", "a", "PXAT", "5");
        given("SET", "a", "1");
        shouldLog("DEL a", "EXPIRE", "a", "0");
        given("SET", "a", "1");
        shouldLog("DEL a", "PEXPIREAT", "a", "-7");
        assertEquals(":0", bench.reply("EXISTS", "a"));
    }

    @Test
    void shouldLogWhatReadsChange() {
        given("SET", "a", "1");
        shouldLogNothing("$1 1", "GETEX", "a");
        shouldLogNothing("$1 1", "GETEX", "a", "PERSIST");
        shouldLog("PEXPIREAT a 1700000001000", "GETEX", "a", "EX", "1");
        shouldLog("PERSIST a", "GETEX", "a", "PERSIST");
        shouldLog("DEL a", "GETDEL", "a");
        shouldLogNothing("$-1", "GETDEL", "a");
        shouldLogNothing("$-1", "GETEX", "a", "EX", "1");
    }

    @Test
    void shouldLogResultsOfCountingAndKeepTheDeadline() {
        shouldLog("SET n 1", "INCR", "n");
        shouldLog("SET n 11", "INCRBY", "n", "10");
        shouldLogNothing(":11", "INCRBY", "n", "0");
        shouldLog("SET m 0", "INCRBY", "m", "0");
        given("EXPIRE", "n", "10");
        shouldLog("SET n 10 PXAT 1700000010000", "DECR", "n");
        shouldLog("SET n 5 PXAT 1700000010000", "DECRBY", "n", "5");
        shouldLog("SET n 5.5 PXAT 1700000010000", "INCRBYFLOAT", "n", "5e-1");
        shouldLogNothing("$3 5.5", "INCRBYFLOAT", "n", "0");
        shouldLogNothing("-ERR value is not an integer or out of range", "INCR", "n");
        shouldLogNothing("-ERR value is not a valid float", "INCRBYFLOAT", "n", "x");
        given("SET", "n", "9223372036854775807");
        shouldLogNothing("-ERR increment or decrement would overflow", "INCR", "n");
    }

    @Test
    void shouldLogPartsOfValues() {
        shouldLog("SET a x", "APPEND", "a", "x");
        shouldLog("APPEND a y", "APPEND", "a", "y");
        shouldLogNothing(":2", "APPEND", "a", "");
        shouldLog("SETRANGE a 4 z", "SETRANGE", "a", "4", "z");
        assertEquals("$5 xy\0\0z", bench.reply("GET", "a"));
        shouldLogNothing(":5", "SETRANGE", "a", "9", "");
        shouldLog("SETRANGE b 2 z", "SETRANGE", "b", "2", "z");
        assertEquals("$3 \0\0z", bench.reply("GET", "b"));
        shouldLogNothing(":0", "SETRANGE", "c", "2", "");
        shouldLog("SET c ", "APPEND", "c", "");
        String tooLong = "-ERR string exceeds maximum allowed size (proto-max-bulk-len)";
        shouldLogNothing(tooLong, "SETRANGE", "a", "" + CommandBench.MAX_VALUE, "z");
        shouldLogNothing(tooLong, "SETRANGE", "a", "9223372036854775807", "z");
        shouldLogNothing(tooLong, "APPEND", "a", "x".repeat(CommandBench.MAX_VALUE - 4));
        assertEquals(":" + CommandBench.MAX_VALUE, bench.reply("APPEND", "a", "x".repeat(CommandBench.MAX_VALUE - 5)));
    }

    @Test
    void shouldLogKeysThatGo() {
        given("MSET", "a", "1", "b", "2");
        shouldLog("DEL a; DEL b", "DEL", "a", "a", "c", "b");
        shouldLogNothing(":0", "UNLINK", "a", "b");
        shouldLogNothing("+OK", "FLUSHALL");
        given("SET", "a", "1");
        shouldLogNothing("-ERR syntax error", "FLUSHALL", "NOW");
        shouldLog("FLUSHDB", "FLUSHDB", "ASYNC");
        assertEquals(":0", bench.reply("DBSIZE"));
        given("SET", "a", "1");
        shouldLog("FLUSHALL", "FLUSHALL");
    }

    @Test
    void shouldLogTheDatabaseOfEachEffect() {
        given("SET", "a", "1");
        shouldLog("SELECT 3; SET a 1; SELECT 0; DEL a", "MOVE", "a", "3");
        shouldLogNothing(":0", "MOVE", "a", "3");
        bench.reply("SELECT", "3");
        shouldLog("SELECT 3; SET b 2", "SET", "b", "2");
        shouldLog("SELECT 3; DEL a; DEL b", "DEL", "a", "b");
        shouldLog("SELECT 3; SADD s m", "SADD", "s", "m");
        shouldLog("SADD t m", "COPY", "s", "t", "DB", "0");
        shouldLog("SWAPDB 0 3", "SWAPDB", "0", "3");
        shouldLogNothing("+OK", "SWAPDB", "3", "3");
        shouldLog("SELECT 3; FLUSHDB", "FLUSHDB");
        shouldLogNothing("+OK", "FLUSHDB");
        shouldLog("FLUSHALL", "FLUSHALL");
    }

    /** The record would hold the SELECT before them. */
    @Test
    void shouldLogNothingForWhatChangesNothingInAnotherDatabase() {
        bench.reply("SELECT", "2");
        given("SADD", "s", "m");
        given("HSET", "h", "f", "v");
        given("ZADD", "z", "1", "m");
        shouldLogNothing(":0", "SADD", "s", "m");
        shouldLogNothing(":0", "SREM", "s", "none");
        shouldLogNothing(":0", "HSETNX", "h", "f", "w");
        shouldLogNothing(":0", "HDEL", "h", "none");
        shouldLogNothing(":0", "ZADD", "z", "1", "m");
        shouldLogNothing(":0", "ZREM", "z", "none");
        shouldLogNothing(":0", "DEL", "none");
        bench.replyAll(new String[] {"SADD", "s", "m"}, new String[] {"SELECT", "1"}, new String[] {"SADD", "s", "m"});
        assertEquals(List.of("SELECT 1; SADD s m"), bench.log());
    }

    @Test
    void shouldLogARenameAsWhatItLeaves() {
        given("SET", "a", "1", "EX", "10");
        given("SET", "b", "2");
        shouldLogNothing("+OK", "RENAME", "a", "a");
        shouldLogNothing(":0", "RENAMENX", "a", "a");
        shouldLogNothing(":0", "RENAMENX", "a", "b");
        shouldLogNothing("-ERR no such key", "RENAME", "c", "c");
        shouldLog("SET b 1 PXAT 1700000010000; DEL a", "RENAME", "a", "b");
        shouldLog("SET a 1 PXAT 1700000010000; DEL b", "RENAMENX", "b", "a");
        assertEquals(":10", bench.reply("TTL", "a"));
    }

    @Test
    void shouldLogDeadlinesThatChange() {
        given("SET", "a", "1");
        shouldLogNothing(":0", "PERSIST", "a");
        shouldLogNothing(":0", "EXPIRE", "b", "10");
        shouldLogNothing(":0", "EXPIRE", "a", "10", "XX");
        shouldLogNothing(":0", "EXPIRE", "a", "10", "GT");
        shouldLog("PEXPIREAT a 1700000010000", "EXPIRE", "a", "10", "LT");
        shouldLogNothing(":0", "EXPIRE", "a", "10", "NX");
        shouldLogNothing(":0", "EXPIRE", "a", "9", "GT");
        shouldLogNothing(":0", "EXPIRE", "a", "11", "XX", "LT");
        shouldLog("PEXPIREAT a 1700000000009", "PEXPIRE", "a", "9");
        shouldLog("PEXPIREAT a 1700000011000", "EXPIREAT", "a", "1700000011");
        shouldLog("PEXPIREAT a 1700000012000", "PEXPIREAT", "a", "1700000012000", "GT", "XX");
        shouldLog("PERSIST a", "PERSIST", "a");
    }

    @Test
    void shouldNotSeeAKeyPastItsDeadlineAndNotLogThatItIsGone() {
        given("SET", "a", "old", "PX", "10");
        bench.at(NOW + 9);
        assertEquals("$3 old", bench.reply("GET", "a"));
        bench.at(NOW + 10);
        shouldLogNothing("$-1", "GET", "a");
        shouldLogNothing(":0", "DEL", "a");
        shouldLogNothing(":-2", "PTTL", "a");
        shouldLogNothing(":0", "PEXPIRE", "a", "1000");
        shouldLogNothing("-ERR no such key", "RENAME", "a", "b");
        shouldLogNothing("*0", "KEYS", "*");
        shouldLog("DEL a; SETRANGE a 1 x", "SETRANGE", "a", "1", "x");
        assertEquals("$2 \0x", bench.reply("GET", "a"));
        assertEquals(":-1", bench.reply("TTL", "a"));
    }

    @Test
    void shouldStartAnewWhereAKeyIsPastItsDeadline() {
        given("SET", "n", "5", "PX", "10");
        given("SET", "s", "abc", "PX", "10");
        bench.at(NOW + 10);
        shouldLog("SET n 1", "INCR", "n");
        shouldLog("SET s x", "APPEND", "s", "x");
        assertEquals("$1 x", bench.reply("GET", "s"));
        assertEquals(":2", bench.reply("DBSIZE"));
    }

    @Test
    void shouldNameTheKeyWhenFewerArgumentsAreLoggedThanWereGiven() {
        String[] twelve = {"HDEL", "h", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10"};
        given("HSET", "h", "f1", "v", "f", "v");
        WatchSet watch = new WatchSet();
        bench.shard().watch(watch, bytes.address(), 1);
        shouldLog("HDEL h f1", twelve);
        assertTrue(bench.shard().isTouched(watch));
        bench.shard().unwatch(watch);
        given("HDEL", "h", "f");
        given("HSET", "h", "f1", "v");
        shouldLog("DEL h", twelve);
    }
}

package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands of a MULTI see those before them, though the store changes only at its end, and are one record. */
class MultiVisibilityTest {
    private static final long NOW = 1_700_000_000_000L;

    @TempDir
    Path directory;

    private CommandBench bench;

    @BeforeEach
    void open() {
        bench = new CommandBench(directory).at(NOW);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private static String[][] commands(String lines) {
        return lines.lines().map(line -> line.split(" ")).toArray(String[][]::new);
    }

    private void shouldReply(String reply, String lines) {
        assertEquals(reply, bench.replyAll(commands(lines)));
    }

    @Test
    void shouldSeeWhatWasSet() {
        shouldReply("*4 +OK $1 1 :2 $1 2", "SET a 1\nGET a\nINCR a\nGET a");
        assertEquals(List.of("SET a 1; SET a 2"), bench.log());
        assertEquals("$1 2", bench.reply("GET", "a"));
    }

    @Test
    void shouldSeePartsThatWereWritten() {
        bench.reply("SET", "a", "stored", "EX", "10");
        bench.log();
        shouldReply("*4 :8 :8 $8 stXYed+1 :10", "APPEND a +1\nSETRANGE a 2 XY\nGET a\nTTL a");
        assertEquals(List.of("APPEND a +1; SETRANGE a 2 XY"), bench.log());
        shouldReply("*3 :3 :4 $4 \0\0xy", "SETRANGE b 2 x\nAPPEND b y\nGET b");
        assertEquals("$4 \0\0xy", bench.reply("GET", "b"));
    }

    @Test
    void shouldSeeDeadlines() {
        bench.reply("SET", "a", "1");
        shouldReply("*7 :1 :10 $1 1 :1 :-1 :1 :-2", "EXPIRE a 10\nTTL a\nGET a\nPERSIST a\nTTL a\nEXPIRE a -1\nTTL a");
        assertEquals(":0", bench.reply("DBSIZE"));
    }

    @Test
    void shouldSeeWhatWentAndWhatWasRenamed() {
        bench.reply("MSET", "a", "1", "b", "2");
        shouldReply("*6 :1 $-1 +OK $1 2 :1 *1 $1 a", "DEL a\nGET a\nRENAME b a\nGET a\nDBSIZE\nKEYS *");
        assertEquals("*2 $1 2 $-1", bench.reply("MGET", "a", "b"));
        assertEquals(":1", bench.reply("DBSIZE"));
    }

    @Test
    void shouldSeeAnEmptyShardAfterAFlush() {
        bench.reply("MSET", "a", "1", "b", "2", "c", "3");
        bench.log();
        shouldReply(
                "*8 +OK +OK $-1 :1 :1 *1 $1 c +OK :0",
                "SET x 1\nFLUSHALL\nGET a\nAPPEND c n\nDBSIZE\nKEYS *\nFLUSHDB\nDBSIZE");
        assertEquals(List.of("SET x 1; FLUSHALL; SET c n; FLUSHDB"), bench.log());
        assertEquals(":0", bench.reply("DBSIZE"));
        shouldReply("*4 +OK +OK $1 v :1", "FLUSHALL\nSET k v\nGET k\nDBSIZE");
        assertEquals(List.of("SET k v"), bench.log());
    }

    @Test
    void shouldGoOnAfterACommandThatFails() {
        bench.reply("SET", "a", "x");
        bench.log();
        shouldReply("*3 +OK -ERR value is not an integer or out of range :1", "SET b 1\nINCR a\nDEL b");
        assertEquals(List.of("SET b 1; DEL b"), bench.log());
    }

    @Test
    void shouldLogNothingWhenNoCommandChangesAnything() {
        shouldReply("*3 $-1 :0 $-1", "GET a\nDEL a\nSET a 1 XX");
        assertEquals(List.of(), bench.log());
        shouldReply("*0", "");
    }

    @Test
    void shouldListEachKeyOnceWhenStoredAndPendingMix() {
        bench.reply("MSET", "a", "1", "b", "2", "c", "3");
        shouldReply(
                "*6 +OK +OK :1 :1 $-1 *2 $1 0 *0",
                "SET a 9\nSET d 4\nDEL b\nPEXPIRE c 0\nGET c\nSCAN 0 TYPE list COUNT 1000");
        bench.reply("SET", "b", "2");
        String listed = bench.replyAll(commands("SET a 8\nDEL b\nSET e 5\nKEYS *"));
        assertEquals("*4 +OK :1 +OK *3", listed.substring(0, 16));
        assertEquals(16 + 3 * 5, listed.length());
    }

    @Test
    void shouldDiscardAllWhenOneRecordCanNotHoldIt() {
        String largest = "x".repeat(CommandBench.MAX_VALUE);
        String[][] sets = new String[9][];
        Arrays.setAll(sets, i -> new String[] {"SET", "k" + i, largest});
        String reply = bench.replyAll(sets);
        assertEquals("-EXECABORT Transaction discarded because: the effects", reply.substring(0, 53));
        assertEquals(List.of(), bench.log());
        assertEquals(":0", bench.reply("DBSIZE"));
        assertEquals("+OK", bench.reply("SET", "a", largest));
    }
}

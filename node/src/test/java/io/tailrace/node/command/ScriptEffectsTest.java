package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What scripts leave: one record of effects, whatever they did; nothing, where the shard refused a part. */
class ScriptEffectsTest {
    @TempDir
    Path directory;

    private CommandBench bench;

    @BeforeEach
    void open() {
        bench = new CommandBench(directory);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private long last() {
        return bench.shard().backlog().lastIndex();
    }

    private String eval(String script, String... more) {
        String[] command = new String[2 + Math.max(1, more.length)];
        command[0] = "EVAL";
        command[1] = script;
        command[2] = "0";
        System.arraycopy(more, 0, command, 2, more.length);
        return bench.reply(command);
    }

    @Test
    void shouldLogAllThatAScriptWritesAsOneRecord() {
        long before = last();
        assertEquals(
                ":3",
                eval(
                        "for i=1,3 do redis.call('incr','n') redis.call('rpush','l',i) end return tonumber(redis.call('get','n'))"));
        assertEquals(before + 1, last());
        assertEquals("*3 $1 1 $1 2 $1 3", bench.reply("LRANGE", "l", "0", "-1"));
    }

    @Test
    void shouldLogNothingForAScriptThatOnlyReads() {
        bench.reply("SET", "a", "b");
        long before = last();
        assertEquals("$1 b", eval("return redis.call('get','a')"));
        assertEquals("$-1", eval("math.random() return redis.call('get','nokey')"));
        assertEquals(before, last());
    }

    @Test
    void shouldKeepWhatWasWrittenBeforeAnError() {
        long before = last();
        assertTrue(eval("redis.call('set','a','1') redis.call('incr','a') error('oops')")
                .contains("oops"));
        assertEquals(before + 1, last());
        assertEquals("$1 2", bench.reply("GET", "a"));
        reopen();
        assertEquals("$1 2", bench.reply("GET", "a"));
    }

    private void reopen() {
        bench.close();
        bench = new CommandBench(directory);
    }

    @Test
    void shouldTakeAScriptBackWhoseRecordGrowsTooLarge() {
        bench.reply("SET", "a", "old");
        long before = last();
        String reply = eval("redis.call('set','a','new') local s = ('x'):rep(100000)"
                + " for i=1,200 do redis.pcall('set','k'..i,s) end return 'done'");
        assertTrue(reply.startsWith("-ERR the effects of this command are larger than a record"), reply);
        assertEquals(before, last());
        assertEquals("$3 old", bench.reply("GET", "a"));
        assertEquals(":1", bench.reply("DBSIZE"));
        assertEquals(":2", eval("return 2"));
    }

    @Test
    void shouldBeAPartOfATransaction() {
        long before = last();
        String reply = bench.replyAll(
                new String[] {"SET", "a", "1"},
                new String[] {"EVAL", "return redis.call('incr','a')", "1", "a"},
                new String[] {"EVAL", "redis.call('set','b','x') error('oops',0)", "0"},
                new String[] {"EVALSHA", "0000000000000000000000000000000000000000", "0"},
                new String[] {"INCR", "a"});
        assertTrue(reply.startsWith("*5 +OK :2 -ERR oops script: "), reply);
        assertTrue(reply.endsWith(" -NOSCRIPT No matching script. Please use EVAL. :3"), reply);
        assertEquals(before + 1, last());
        assertEquals("$1 x", bench.reply("GET", "b"));
    }

    @Test
    void shouldTakeFunctionsBackWithTheirTransaction() {
        String large = "x".repeat(CommandBench.MAX_VALUE - 100);
        String[][] commands = new String[12][];
        commands[0] = new String[] {
            "FUNCTION", "LOAD", "#!lua name=mylib\nredis.register_function('f', function() return 1 end)"
        };
        commands[1] = new String[] {"FCALL", "f", "0"};
        for (int i = 2; i < commands.length; i++) {
            commands[i] = new String[] {"SET", "k" + i, large};
        }
        String reply = bench.replyAll(commands);
        assertTrue(reply.startsWith("-EXECABORT"), reply);
        assertEquals("*0", bench.reply("FUNCTION", "LIST"));
        assertEquals("-ERR Function not found", bench.reply("FCALL", "f", "0"));
    }

    @Test
    void shouldLogFunctionsAsOneRecordEach() {
        long before = last();
        String code =
                "#!lua name=mylib\nredis.register_function('f', function(k,a) return redis.call('set',k[1],a[1]) end)";
        assertEquals("$5 mylib", bench.reply("FUNCTION", "LOAD", code));
        assertEquals(before + 1, last());
        assertEquals("+OK", bench.reply("FCALL", "f", "1", "k", "v"));
        assertEquals(before + 2, last());
        reopen();
        assertEquals("+OK", bench.reply("FCALL", "f", "1", "k", "w"));
        String dump = bench.raw("FUNCTION", "DUMP");
        String payload = dump.substring(dump.indexOf('\n') + 1, dump.length() - 2);
        long restored = last();
        assertEquals("+OK", bench.reply("FUNCTION", "RESTORE", payload, "FLUSH"));
        assertEquals(restored + 1, last());
        assertEquals("-ERR Library mylib already exists", bench.reply("FUNCTION", "RESTORE", payload));
        assertEquals("+OK", bench.reply("FUNCTION", "RESTORE", payload, "REPLACE"));
        assertEquals("+OK", bench.reply("FUNCTION", "DELETE", "mylib"));
        assertEquals("+OK", bench.reply("FUNCTION", "RESTORE", payload));
        assertEquals("+OK", bench.reply("FCALL", "f", "1", "k", "x"));
        reopen();
        assertEquals("+OK", bench.reply("FCALL", "f", "1", "k", "y"));
        assertEquals("+OK", bench.reply("FUNCTION", "FLUSH"));
        long flushed = last();
        assertEquals("+OK", bench.reply("FUNCTION", "FLUSH"));
        assertEquals(flushed, last(), "nothing was changed");
    }

    @Test
    void shouldNotWaitInAScript() {
        assertTrue(eval("return redis.call('blpop','nokey','0')").startsWith("-ERR This Redis command is not allowed"));
    }
}

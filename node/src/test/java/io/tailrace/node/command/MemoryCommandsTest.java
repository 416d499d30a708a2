package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryCommandsTest {
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

    private long usage(String key) {
        return Long.parseLong(bench.reply("MEMORY", "USAGE", key).substring(1));
    }

    @Test
    void shouldTellWhatTheStoreTakesForAKeyOfAnyForm() {
        long empty = bench.shard().store().usedBytes();
        bench.reply("SET", "short", "v");
        assertEquals(bench.shard().store().usedBytes() - empty, usage("short"));
        bench.reply("SET", "long", "v".repeat(100_000));
        assertTrue(usage("long") > 100_000 && usage("long") < 110_000, usage("long") + " bytes");
        long before = bench.shard().store().usedBytes();
        bench.reply("RPUSH", "l", "a");
        assertEquals(bench.shard().store().usedBytes() - before, usage("l"));
        for (int i = 0; i < 1_000; i++) {
            bench.reply("RPUSH", "l", "element " + i);
        }
        assertEquals(bench.shard().store().usedBytes() - before, usage("l"));
        assertTrue(usage("l") > 12_000, usage("l") + " bytes");
    }

    @Test
    void shouldTellNothingOfAKeyThatIsPastItsDeadline() {
        bench.reply("SET", "k", "v", "PX", "10");
        bench.at(bench.nowEpochMs() + 11);
        assertEquals("$-1", bench.reply("MEMORY", "USAGE", "k"));
    }
}

package io.tailrace.node.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tailrace.node.command.CommandBench;
import io.tailrace.node.value.CollectionLimits;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large collections that were given to other keys, in the log that a start redoes: a start failed by them. */
class MovedRestartTest {
    @TempDir
    private Path directory;

    @Test
    void shouldStartWithRenamedAndCopiedCollections() {
        String before;
        try (CommandBench bench = open()) {
            bench.reply("HSET", "h", "a", "1", "b", "2", "c", "3");
            bench.reply("RPUSH", "l", "1", "2", "3");
            bench.reply("ZADD", "z", "1", "a", "2", "b", "3", "c");
            bench.reply("SADD", "s", "a", "b", "c");
            assertEquals("+OK", bench.reply("RENAME", "h", "h2"));
            assertEquals(":1", bench.reply("COPY", "l", "l2"));
            assertEquals(":1", bench.reply("COPY", "s", "h2", "REPLACE"));
            bench.reply("SADD", "h2", "d");
            before = text(bench);
        }
        try (CommandBench bench = open()) {
            assertEquals(before, text(bench));
        }
    }

    private CommandBench open() {
        return new CommandBench(directory, new CollectionLimits(2, 4 << 10));
    }

    private static String text(CommandBench bench) {
        return StoreText.of(bench.shard().store()).toString();
    }
}

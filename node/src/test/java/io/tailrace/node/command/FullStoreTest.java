package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.platform.Background;
import io.tailrace.node.store.StoreSizing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that can't grow refuses what may add a key before it has changed anything: a refusal after that stops the shard. */
class FullStoreTest {
    private static final String REFUSED = "-OOM command not allowed: the store can't grow";
    /** Arguments for which the store asks for more room than it has: each might be a key. */
    private static final int MANY = 100_000;

    @TempDir
    Path directory;

    @Test
    void shouldRefuseBeforeAnExpiredKeyIsRemoved() {
        StoreSizing sizing = new StoreSizing(100, 8, 900);
        try (CommandBench bench = new CommandBench(directory, 0, 1, sizing, Background.THREADS)) {
            bench.shard().store().limit(1);
            bench.reply("SADD", "source", "m");
            bench.reply("SET", "text", "x");
            for (String key : List.of("set", "bits", "stored")) {
                bench.reply("SADD", key, "a");
                bench.reply("PEXPIRE", key, "10");
            }
            bench.reply("HSET", "hash", "f", "v");
            bench.reply("PEXPIRE", "hash", "10");
            bench.at(bench.nowEpochMs() + 20);
            bench.log();
            refuses(bench, List.of("SADD", "set"), "m");
            refuses(bench, List.of("HSET", "hash"), "f", "v");
            refuses(bench, List.of("PFADD", "bits"), "x");
            refuses(bench, List.of("BITFIELD", "bits"), "SET", "u8", "0", "1");
            refuses(bench, List.of("BITOP", "OR", "stored"), "text");
            refuses(bench, List.of("SUNIONSTORE", "stored"), "source");
            assertEquals(List.of(), bench.log());
            assertEquals(":1", bench.reply("SADD", "set", "m"));
        }
    }

    private static void refuses(CommandBench bench, List<String> command, String... repeated) {
        List<String> words = new ArrayList<>(command);
        while (words.size() < MANY) {
            words.addAll(List.of(repeated));
        }
        String reply = bench.reply(words.toArray(String[]::new));
        assertTrue(reply.startsWith(REFUSED), command + ": " + reply);
    }
}

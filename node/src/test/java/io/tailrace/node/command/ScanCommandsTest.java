package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScanCommandsTest {
    private static final int SHARDS = 3;

    @TempDir
    Path directory;

    private final List<CommandBench> shards = new ArrayList<>();

    @BeforeEach
    void open() {
        for (int shard = 0; shard < SHARDS; shard++) {
            shards.add(new CommandBench(directory.resolve("" + shard), shard, SHARDS));
        }
    }

    @AfterEach
    void close() {
        shards.forEach(CommandBench::close);
    }

    private void fill(int keys) {
        for (int key = 0; key < keys; key++) {
            shards.get(key % SHARDS).reply("SET", "key" + key, "v");
        }
    }

    /** Walks as a client does, sending each cursor to the shard it names; asserts that no key comes twice. */
    private Set<String> walk(Runnable between, String... options) {
        Set<String> seen = new HashSet<>();
        long cursor = 0;
        int calls = 0;
        do {
            String[] command = new String[2 + options.length];
            command[0] = "SCAN";
            command[1] = "" + cursor;
            System.arraycopy(options, 0, command, 2, options.length);
            Reply reply = Reply.of(shards.get((int) (cursor % SHARDS)).raw(command));
            cursor = Long.parseLong(reply.elements().get(0).body());
            for (Reply key : reply.elements().get(1).elements()) {
                assertTrue(seen.add(key.body()), key.body() + " came twice");
            }
            between.run();
            assertTrue(calls++ < 10_000, "no end");
        } while (cursor != 0);
        return seen;
    }

    @Test
    void shouldVisitEveryKeyOfEveryShardOnce() {
        fill(3_000);
        assertEquals(3_000, walk(() -> {}).size());
        assertEquals(3_000, walk(() -> {}, "COUNT", "1").size());
        assertEquals(100, walk(() -> {}, "MATCH", "key7??", "COUNT", "7").size());
        assertEquals(0, walk(() -> {}, "TYPE", "hash").size());
        assertEquals(3_000, walk(() -> {}, "TYPE", "String").size());
    }

    @Test
    void shouldVisitKeysThatStayWhileOthersComeAndGo() {
        fill(600);
        int[] next = {0};
        Set<String> seen = walk(
                () -> {
                    int key = next[0]++;
                    CommandBench shard = shards.get(key % SHARDS);
                    shard.reply("SET", "new" + key, "v");
                    if (key % 2 == 0) {
                        shard.reply("DEL", "key" + key);
                    }
                },
                "COUNT",
                "1");
        for (int key = 1; key < 600; key += 2) {
            assertTrue(seen.contains("key" + key), "key" + key);
        }
    }

    @Test
    void shouldGoToTheNextShardAfterTheLastStepAndEndAfterTheLastShard() {
        assertEquals("*2 $1 1 *0", shards.get(0).reply("SCAN", "0", "COUNT", "1000"));
        assertEquals("*2 $1 2 *0", shards.get(1).reply("SCAN", "1", "COUNT", "1000"));
        assertEquals("*2 $1 0 *0", shards.get(2).reply("SCAN", "2", "COUNT", "1000"));
        assertEquals("*2 $1 2 *0", shards.get(1).reply("SCAN", "1000000"));
        assertEquals("*2 $1 0 *0", shards.get(2).reply("SCAN", "18446744073709551615"));
    }

    @Test
    void shouldPickAnyKeyAtRandom() {
        assertEquals("$-1", shards.get(0).reply("RANDOMKEY"));
        fill(60);
        Set<String> picked = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            picked.add(shards.get(0).reply("RANDOMKEY"));
        }
        assertEquals(20, picked.size());
        assertTrue(!picked.contains("$-1"));
    }

    @Test
    void shouldNotPickAKeyPastItsDeadline() {
        CommandBench shard = shards.get(0);
        shard.reply("SET", "a", "1", "PX", "5");
        shard.at(shard.nowEpochMs() + 5);
        assertEquals("$-1", shard.reply("RANDOMKEY"));
        assertEquals(":1", shard.reply("DBSIZE"));
    }
}

package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.shard.Shard;
import io.tailrace.wire.record.RecordView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * More effects than an unsigned 16-bit number counts, of one command or MULTI: one record, which a start does again, a replica
 * takes and a snapshot in its middle doesn't divide.
 */
class BulkEffectsTest {
    private static final int MANY = 120_000;

    @TempDir
    private Path directory;

    private CommandBench bench;
    private long from;

    @BeforeEach
    void start() {
        bench = new CommandBench(directory.resolve("node"));
        from = bench.shard().backlog().lastIndex();
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private static String[] keys(String name) {
        return IntStream.range(-1, MANY).mapToObj(i -> i < 0 ? name : "k" + i).toArray(String[]::new);
    }

    private static String[] mset() {
        List<String> words = new ArrayList<>(List.of("MSET"));
        for (int i = 0; i < MANY; i++) {
            words.add("k" + i);
            words.add("v" + i);
        }
        return words.toArray(String[]::new);
    }

    /** Of the records since the start: how many effects each has. */
    private List<Integer> effects() {
        List<Integer> counts = new ArrayList<>();
        try (BacklogReader log = bench.shard().backlog().reader()) {
            log.readAt(from);
            for (RecordView record = log.next(); record != null; record = log.next()) {
                if (log.index() > from) {
                    counts.add(record.commandCount());
                }
            }
        }
        return counts;
    }

    /** Loads the directory again, and has another node follow the log; both must have this many keys. */
    private void shouldBeEverywhere(int keys, String key, String value) {
        assertEquals(":" + keys, bench.reply("DBSIZE"));
        try (CommandBench replica = new CommandBench(directory.resolve("replica"))) {
            follow(replica.shard());
            assertEquals(":" + keys, replica.reply("DBSIZE"));
            assertEquals(value, replica.reply("GET", key));
        }
        bench.close();
        bench = new CommandBench(directory.resolve("node"));
        assertEquals(":" + keys, bench.reply("DBSIZE"));
        assertEquals(value, bench.reply("GET", key));
    }

    private void follow(Shard replica) {
        try (BacklogReader log = bench.shard().backlog().reader()) {
            log.readAt(from);
            for (RecordView record = log.next(); record != null; record = log.next()) {
                if (log.index() > from) {
                    assertNull(replica.follow(log.index(), record));
                }
            }
        }
    }

    @Test
    void shouldSetManyAsOneRecord() {
        assertEquals("+OK", bench.reply(mset()));

        assertEquals(List.of(MANY), effects());
        shouldBeEverywhere(MANY, "k119999", "$7 v119999");
    }

    @Test
    void shouldDeleteManyAsOneRecord() {
        bench.reply(mset());
        assertEquals(":" + MANY, bench.reply(keys("UNLINK")));
        bench.reply(mset());
        assertEquals(":" + MANY, bench.reply(keys("DEL")));

        assertEquals(List.of(MANY, MANY, MANY, MANY), effects());
        shouldBeEverywhere(0, "k119999", "$-1");
    }

    @Test
    void shouldRunAMultiOfManyAsOneRecord() {
        String[][] commands = new String[MANY][];
        for (int i = 0; i < MANY; i++) {
            commands[i] = new String[] {"INCR", "n"};
        }
        assertTrue(bench.replyAll(commands).endsWith(":" + MANY));

        assertEquals(List.of(MANY), effects());
        shouldBeEverywhere(1, "n", "$6 " + MANY);
    }

    @Test
    void shouldSetManyInAMulti() {
        String[][] commands = new String[MANY][];
        for (int i = 0; i < MANY; i++) {
            commands[i] = new String[] {"SET", "k" + i, "v" + i};
        }
        assertTrue(bench.replyAll(commands).startsWith("*" + MANY + " +OK +OK"));

        assertEquals(List.of(MANY), effects());
        shouldBeEverywhere(MANY, "k119999", "$7 v119999");
    }

    /** The MULTI is refused as a whole, by the length of its record: nothing of it stays. */
    @Test
    void shouldRollBackAMultiThatIsTooLong() {
        bench.reply("SET", "n", "1");
        String value = "v".repeat(1 << 10);
        String[][] commands = new String[MANY][];
        for (int i = 0; i < MANY; i++) {
            commands[i] = new String[] {"SET", "k" + i % 100, value};
        }
        assertTrue(bench.replyAll(commands).startsWith("-EXECABORT"));

        shouldBeEverywhere(1, "n", "$1 1");
    }

    @Test
    void shouldStoreAUnionOfMany() {
        String[] add = keys("SADD");
        String[] members = new String[add.length + 1];
        System.arraycopy(add, 0, members, 0, 1);
        members[1] = "s";
        System.arraycopy(add, 1, members, 2, add.length - 1);
        bench.reply(members);
        assertEquals(":" + MANY, bench.reply("SUNIONSTORE", "d", "s"));
        bench.reply("SET", "end", "1");

        assertEquals(List.of(1, 1, 1), effects());
        shouldBeEverywhere(3, "end", "$1 1");
        assertEquals(":" + MANY, bench.reply("SCARD", "d"));
    }
}

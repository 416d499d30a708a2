package io.tailrace.node.rewind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.command.CollectionGenerator;
import io.tailrace.node.command.CommandBench;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.StoreText;
import io.tailrace.node.value.CollectionLimits;
import io.tailrace.wire.handshake.HistoryPosition;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two shards with collections and a history in common, that each continued alone; the old one is rewound. */
class RewindCollectionsTest {
    private static final String PROMOTED = "00000000000000000000000000000000000000bb";
    private static final long DEADLINE_NANOS = 20_000_000_000L;
    private static final int SEEDS = Integer.getInteger("tailrace.rewind.seeds", 15);

    @TempDir
    private Path root;

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private CommandBench old;
    private CommandBench primary;
    private HistoryPosition common;

    private void open(String name, int maxPacked) {
        CollectionLimits limits = new CollectionLimits(maxPacked, 4 << 10);
        old = new CommandBench(root.resolve(name + "-old"), limits);
        primary = new CommandBench(root.resolve(name + "-primary"), limits);
    }

    @AfterEach
    void close() {
        if (old != null) {
            old.close();
            primary.close();
            old = null;
        }
    }

    /** The primary has all of the old one's log and is promoted. */
    private void part() {
        try (BacklogReader reader = old.shard().backlog().reader()) {
            RecordView record = reader.readAt(old.shard().backlog().firstIndex());
            long mine = primary.shard().backlog().lastIndex();
            for (; record != null; record = reader.next()) {
                if (reader.index() > mine) {
                    assertNull(primary.shard().follow(reader.index(), record));
                }
            }
        }
        long last = old.shard().backlog().lastIndex();
        common = HistoryPosition.of(
                old.shard().history().current().id(),
                last,
                old.shard().backlog().lastChain());
        primary.shard().log().beginHistory(PROMOTED);
    }

    private Rewind begin() throws IOException {
        long last = primary.shard().backlog().lastIndex();
        HistoryPosition end =
                HistoryPosition.of(PROMOTED, last, primary.shard().backlog().lastChain());
        return new Rewind(old.shard(), common, end, tasks::add);
    }

    private void await(Rewind rewind, RewindPhase... wanted) throws IOException {
        long start = System.nanoTime();
        while (!java.util.List.of(wanted).contains(rewind.poll())) {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
            assertNull(rewind.failure());
            assertTrue(System.nanoTime() - start < DEADLINE_NANOS, "still not there");
            Thread.onSpinWait();
        }
    }

    /** Returns whether it could be rewound; where a collection was moved meanwhile a copy is needed. */
    private boolean rewind(Random random, Runnable between) throws IOException {
        old.closeLog();
        Rewind rewind = begin();
        await(rewind, RewindPhase.FETCHING, RewindPhase.SAVED);
        boolean isRewound = rewind.machine().is(RewindPhase.FETCHING);
        if (isRewound) {
            fetched = RewindPeer.answer(rewind, primary.shard(), random, between);
            rewind.finish();
            await(rewind, RewindPhase.REDOING);
            redo(rewind);
            await(rewind, RewindPhase.READY, RewindPhase.SAVED);
            isRewound = rewind.machine().is(RewindPhase.READY);
        }
        if (isRewound) {
            rewind.takeOver();
        } else {
            rewind.close();
        }
        while (!rewind.hasEnded()) {
            Thread.onSpinWait();
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }
        return isRewound;
    }

    private long fetched;

    private void redo(Rewind rewind) {
        try (BacklogReader reader = primary.shard().backlog().reader()) {
            reader.readAt(common.index());
            for (RecordView record = reader.next(); record != null; record = reader.next()) {
                assertNull(rewind.redo(reader.index(), record));
            }
        }
    }

    private static String text(CommandBench bench) {
        Shard shard = bench.shard();
        return StoreText.of(shard.store()).toString();
    }

    @Test
    @Timeout(
            value = 6,
            unit = TimeUnit.HOURS) // as long as its size property asks for; what it waits for has limits of its own
    void shouldBecomeWhatThePrimaryIsElementByElement() throws Exception {
        int rewound = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Random random = new Random(seed);
            open("seed" + seed, seed % 3 == 0 ? 8 : 2);
            CollectionGenerator writes = new CollectionGenerator(seed, 4, 4 + (int) (seed % 40));
            if (seed % 2 == 0) {
                writes.withStreams();
            }
            write(old, writes, 200 + random.nextInt(300));
            part();
            write(old, writes, random.nextInt(12));
            write(primary, writes, random.nextInt(12));
            boolean isRewound = rewind(random, () -> {
                if (random.nextInt(3) == 0) {
                    write(primary, writes, 1);
                }
            });
            if (isRewound) {
                rewound++;
                assertEquals(text(primary), text(old), "seed " + seed);
                assertEquals(
                        primary.shard().backlog().lastChain(),
                        old.shard().backlog().lastChain(),
                        "seed " + seed);
                restartOld(seed);
                assertEquals(text(primary), text(old), "restarted, seed " + seed);
            }
            close();
        }
        assertTrue(rewound > SEEDS / 2, rewound + " of " + SEEDS);
    }

    private void restartOld(long seed) {
        old.close();
        old = new CommandBench(
                root.resolve("seed" + seed + "-old"), new CollectionLimits(seed % 3 == 0 ? 8 : 2, 4 << 10));
    }

    private static void write(CommandBench bench, CollectionGenerator writes, int count) {
        for (int i = 0; i < count; i++) {
            bench.reply(writes.next());
        }
    }

    /** What the issue asks: a touched field of a large hash costs that field, not the hash. */
    @Test
    void shouldFetchNoMoreOfALargeHashThanWhatWasTouched() throws Exception {
        open("large", 2);
        for (int i = 0; i < 20_000; i += 10) {
            String[] words = new String[22];
            words[0] = "HSET";
            words[1] = "h";
            for (int j = 0; j < 10; j++) {
                words[2 + 2 * j] = "field" + (i + j);
                words[3 + 2 * j] = "value" + j;
            }
            old.reply(words);
        }
        for (String each : new String[] {"SADD s ", "ZADD z 1 ", "RPUSH l "}) {
            for (int i = 0; i < 2_000; i++) {
                old.reply((each + "member" + i).split(" "));
            }
        }
        old.reply("PEXPIREAT", "h", "2000000000000");
        part();
        old.reply("HSET", "h", "field7", "mine", "new", "mine");
        old.reply("HDEL", "h", "field8");
        old.reply("PERSIST", "h");
        old.reply("SADD", "s", "mine");
        old.reply("SREM", "s", "member3");
        old.reply("ZADD", "z", "7", "member5", "1", "mine");
        old.reply("PEXPIREAT", "l", "2000000000000");
        primary.reply("HSET", "h", "field8", "theirs", "field9", "theirs");
        primary.reply("ZADD", "z", "9", "member5");
        primary.reply("RPUSH", "l", "theirs");
        assertTrue(rewind(new Random(1), () -> {}));
        assertEquals(text(primary), text(old));
        assertTrue(fetched < 1_000, fetched + " bytes");
    }

    /** Members that a redo takes away in an order in which they never were gone leave the deadline, as nobody deleted the key. */
    @Test
    void shouldKeepTheDeadlineOfWhatARedoEmptiesOnTheWay() throws Exception {
        open("empty", 2);
        old.reply("HSET", "h", "a", "1", "b", "1", "c", "1");
        old.reply("HDEL", "h", "c");
        old.reply("PEXPIREAT", "h", "2000000000000");
        part();
        old.reply("HSET", "h", "a", "mine");
        primary.reply("HDEL", "h", "b");
        primary.reply("HSET", "h", "c", "1");
        primary.reply("HDEL", "h", "a");
        assertTrue(rewind(new Random(1), () -> {}));
        assertEquals(text(primary), text(old));
        assertTrue(text(old).contains("2000000000000"), text(old));
    }

    /** Its target would get what the source holds now. */
    @Test
    void shouldNeedACopyWhenThePrimaryRenamedWhatWasTouched() throws Exception {
        open("moved", 2);
        old.reply("HSET", "h", "a", "1", "b", "1", "c", "1");
        part();
        old.reply("HSET", "h", "a", "mine");
        primary.reply("RENAME", "h", "g");
        primary.reply("HSET", "h", "a", "other", "d", "1", "e", "1");
        String before = text(old);
        assertFalse(rewind(new Random(1), () -> {}));
        assertEquals(before, text(old));
    }
}

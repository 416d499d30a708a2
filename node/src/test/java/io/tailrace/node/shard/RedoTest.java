package io.tailrace.node.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.command.CommandBench;
import io.tailrace.node.command.CommandGenerator;
import io.tailrace.node.store.DatabaseWalk;
import io.tailrace.node.store.Databases;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.Store;
import io.tailrace.node.value.CollectionLimits;
import io.tailrace.node.value.CollectionTypes;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.RecordView;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever of the log a store contains already, redoing the log over it ends in exactly the log's state. */
class RedoTest {
    private static final int COMMANDS = 1_000;
    private static final int REDOS = 10;
    private static final int DATABASES = 3;

    @TempDir
    Path directory;

    private final EffectApplier applier = new EffectApplier(
            new Watches(), new CollectionTypes(CollectionLimits.standard()), (place, key, length) -> {});
    private final Databases copy = new Databases(CommandBench.SIZING);
    /** Which databases were swapped, by the last record that there was then. */
    private final TreeMap<Long, String> swapped = new TreeMap<>();

    private long seed;
    private Random random;
    private CommandBench bench;
    private CommandGenerator generator;
    private ActiveExpiry expiry;

    @BeforeEach
    void open() {
        seed = Long.getLong("tailrace.seed", System.nanoTime());
        random = new Random(seed);
        bench = new CommandBench(directory);
        generator = new CommandGenerator(seed, bench.nowEpochMs());
        expiry = new ActiveExpiry(bench.shard());
    }

    @AfterEach
    void close() {
        expiry.close();
        bench.close();
        copy.close();
    }

    private Databases live() {
        return bench.shard().databases();
    }

    private void runSome(int commands) {
        for (int i = 0; i < commands; i++) {
            switch (random.nextInt(40)) {
                case 0:
                    bench.at(bench.nowEpochMs() + random.nextInt(50_000_000));
                    break;
                case 1:
                    expiry.step();
                    break;
                case 2:
                    bench.shard().log().openSegment();
                    break;
                case 3:
                    bench.replyAll(generator.next(), selection(), generator.next(), generator.next());
                    break;
                case 4:
                    bench.reply(selection());
                    break;
                case 5:
                    bench.reply(
                            "SWAPDB",
                            Integer.toString(random.nextInt(DATABASES)),
                            Integer.toString(random.nextInt(DATABASES)));
                    break;
                case 6:
                    bench.reply("MOVE", "key:1", Integer.toString(random.nextInt(DATABASES)));
                    break;
                case 7:
                    bench.reply("COPY", "a", "b", "DB", Integer.toString(random.nextInt(DATABASES)), "REPLACE");
                    break;
                default:
                    bench.reply(generator.next());
            }
            swapped.put(bench.shard().backlog().lastIndex(), live().swapped());
        }
    }

    private String[] selection() {
        return new String[] {"SELECT", Integer.toString(random.nextInt(DATABASES))};
    }

    private void copy(int place, long key, int keyLength, Entry entry) {
        Store store = copy.toWriteAt(place);
        store.position(entry.version(), entry.ordinal());
        store.put(key, keyLength, entry.valueAddress(), entry.valueLength(), entry.expireAtEpochMs());
    }

    private void redo(long from) {
        Map.Entry<Long, String> before = swapped.lowerEntry(from);
        copy.arrange(before == null ? "" : before.getValue());
        try (BacklogReader reader = bench.shard().backlog().reader()) {
            for (RecordView record = reader.readAt(from); record != null; record = reader.next()) {
                if (record.kind() == RecordLayout.KIND_EFFECT) {
                    assertNull(applier.apply(record, copy, reader.index(), true));
                }
            }
        }
    }

    private static TreeMap<String, String> contents(Databases databases) {
        TreeMap<String, String> contents = new TreeMap<>();
        for (Store store : databases.stores()) {
            contents(store)
                    .forEach((key, value) -> contents.put(databases.databaseAt(store.place()) + ":" + key, value));
        }
        return contents;
    }

    private static TreeMap<String, String> contents(Store store) {
        TreeMap<String, String> contents = new TreeMap<>();
        for (int segment = 0; segment < store.segments(); segment++) {
            store.scan(
                    segment,
                    (key, keyLength, entry) -> contents.put(
                            Memory.toAscii(key, keyLength),
                            Memory.toAscii(entry.valueAddress(), entry.valueLength()) + " until "
                                    + entry.expireAtEpochMs() + " by " + QueueIndex.toString(entry.version()) + "/"
                                    + entry.ordinal()));
        }
        return contents;
    }

    private void shouldEqualLive(String what) {
        assertEquals(contents(live()), contents(copy), "seed " + seed + ": " + what);
        assertEquals(live().keys(), copy.keys(), "seed " + seed);
        assertEquals(live().expiringKeys(), copy.expiringKeys(), "seed " + seed);
    }

    /** Some record that is in the log, none later than {@code last}. */
    private long anyIndex(long last) {
        long index;
        do {
            index = QueueIndex.of(1 + random.nextInt(QueueIndex.segment(last)), random.nextInt(COMMANDS));
        } while (index > last || !bench.shard().backlog().contains(index));
        return index;
    }

    @RepeatedTest(3)
    void shouldMakeAFuzzyCopyExact() {
        runSome(COMMANDS);
        long begin = bench.shard().backlog().lastIndex();
        DatabaseWalk walk = live().beginWalk();
        for (int segment = 0; segment < walk.segments(); segment++) {
            walk.segment(segment, (key, length, entry) -> copy(walk.place(), key, length, entry));
            runSome(random.nextInt(2 * COMMANDS / walk.segments()));
        }
        runSome(random.nextInt(random.nextBoolean() ? COMMANDS : 10));
        live().endWalk();
        redo(begin);
        shouldEqualLive("a walk from " + QueueIndex.toString(begin));
    }

    @RepeatedTest(2)
    void shouldConvergeFromAnyPointOverAnyLaterState() {
        runSome(COMMANDS);
        for (Store store : live().stores()) {
            for (int segment = 0; segment < store.segments(); segment++) {
                store.scan(segment, (key, length, entry) -> copy(store.place(), key, length, entry));
            }
        }
        for (int i = 0; i < REDOS; i++) {
            long contained = bench.shard().backlog().lastIndex();
            runSome(1 + random.nextInt(COMMANDS / REDOS));
            long from = anyIndex(contained);
            redo(from);
            shouldEqualLive("redo from " + QueueIndex.toString(from));
        }
    }

    /** Deleting needs no room in the store, so it is never refused where it is done again. */
    @Test
    void shouldRedoMoreDeletesThanTheStoreMayGrow() {
        String[] delete = new String[20_001];
        delete[0] = "DEL";
        for (int i = 1; i < delete.length; i++) {
            delete[i] = "key" + i;
            bench.reply("SET", delete[i], "v");
        }
        assertEquals(":20000", bench.reply(delete));
        bench.reply("SET", "last", "v");
        bench.close();
        bench = new CommandBench(directory);
        assertEquals(1, live().keys());
    }

    @RepeatedTest(2)
    void shouldBuildTheSameFromNothing() {
        runSome(COMMANDS);
        redo(bench.shard().backlog().firstIndex());
        shouldEqualLive("from nothing");
    }
}

package io.tailrace.node.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.node.store.ManualBackground;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.StoreSizing;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SCAN, KEYS and RANDOMKEY while the store moves to a larger map, and while a MULTI has changed what is not stored yet. */
class ScanGrowthTest {
    private static final int KEYS = 1_000;
    private static final int SHARDS = 3;
    private static final String VALUE = "v".repeat(900);

    @TempDir
    Path directory;

    private final long seed = Long.getLong("tailrace.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final ManualBackground background = new ManualBackground();
    private CommandBench bench;
    private int added;

    @BeforeEach
    void open() {
        bench = new CommandBench(directory, 1, SHARDS, new StoreSizing(100, 8, 900), background);
    }

    @AfterEach
    void close() {
        bench.close();
        background.runAll();
    }

    private Store store() {
        return bench.shard().store();
    }

    private void add() {
        bench.reply("SET", "added" + added++, VALUE);
        store().growStep(random.nextInt(20));
        background.runAll();
    }

    private Set<String> fill(int keys) {
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < keys; i++) {
            names.add("key" + i);
            bench.reply("SET", "key" + i, VALUE);
            store().growStep(random.nextInt(20));
            background.runAll();
        }
        return names;
    }

    /** From this shard's first cursor until another shard's turn comes. */
    private Set<String> scan(boolean isOnceEach, Runnable between) {
        Set<String> seen = new TreeSet<>();
        long cursor = 1;
        do {
            Reply reply = Reply.of(bench.raw("SCAN", "" + cursor, "COUNT", "5"));
            cursor = Long.parseLong(reply.elements().get(0).body());
            for (Reply key : reply.elements().get(1).elements()) {
                assertTrue(seen.add(key.body()) || !isOnceEach, "twice, seed " + seed + ", " + key.body());
            }
            between.run();
        } while (cursor != 2);
        return seen;
    }

    @RepeatedTest(5)
    void shouldVisitEachKeyThatStaysOnceWhileTheStoreGrows() {
        Set<String> stay = fill(KEYS / 2 + random.nextInt(KEYS / 2));
        int segments = store().segments();
        int each = 4 * stay.size() / segments;
        Set<String> seen = scan(true, () -> {
            for (int i = 0; i < each; i++) {
                add();
            }
        });
        seen.removeIf(key -> key.startsWith("added"));
        assertEquals(stay, seen, "seed " + seed);
        assertTrue(store().segments() > segments, "seed " + seed);
    }

    /** Emptied, it begins with one segment again, and grows to some: each is what several of before were. */
    @RepeatedTest(5)
    void shouldMissNoKeyThatIsBackAtOnceWhenTheStoreIsEmptied() {
        fill(2 * KEYS);
        int segments = store().segments();
        int[] callsLeft = {random.nextInt(segments / 2)};
        Set<String> seen = scan(false, () -> {
            if (callsLeft[0]-- == 0) {
                bench.reply("FLUSHALL");
                fill(KEYS * 3 / 4);
                settle();
            }
        });
        int left = store().segments();
        assertTrue(callsLeft[0] < 0 && left > 1 && left < segments, "seed " + seed + ": " + segments + ", " + left);
        for (int i = 0; i < KEYS * 3 / 4; i++) {
            assertTrue(seen.contains("key" + i), "seed " + seed + ", key" + i);
        }
    }

    private void settle() {
        while (store().figures().percentMoved() < 100) {
            store().growStep(64);
        }
    }

    @Test
    void shouldListEachKeyOnceInAMove() {
        Set<String> names = new HashSet<>(fill(KEYS));
        while (store().figures().percentMoved() == 100) {
            names.add("added" + added);
            bench.reply("SET", "added" + added++, VALUE);
            background.runAll();
            store().growStep(0);
        }
        for (int slices = 0; store().figures().percentMoved() < 100; slices++) {
            assertEquals(
                    names.size(), Reply.of(bench.raw("KEYS", "*")).elements().size());
            assertTrue(names.contains(Reply.of(bench.raw("RANDOMKEY")).body()));
            store().growStep(64);
            assertTrue(slices < 1_000);
        }
    }

    @Test
    void shouldShowInAMultiWhatItChangedOnce() {
        bench.reply("MSET", "stays", "1", "written", "2", "goes", "3");
        Reply reply = Reply.of(bench.rawAll(List.of(
                new String[] {"SET", "written", "4"},
                new String[] {"SET", "new", "5"},
                new String[] {"DEL", "goes"},
                new String[] {"SCAN", "1", "COUNT", "1000"},
                new String[] {"KEYS", "*"})));
        Set<String> scanned = new TreeSet<>();
        reply.elements().get(3).elements().get(1).elements().forEach(key -> assertTrue(scanned.add(key.body())));
        assertEquals(Set.of("stays", "written", "new"), scanned);
        assertEquals(3, reply.elements().get(4).elements().size());
    }

    /** A key that the MULTI wrote, and that was there before, is seen in its own place: the scan may continue after EXEC. */
    @Test
    void shouldMissNoKeyThatAMultiWroteBeforeItScanned() {
        Set<String> names = fill(KEYS);
        String[][] commands = new String[KEYS / 10 + 1][];
        for (int i = 0; i < KEYS / 10; i++) {
            commands[i] = new String[] {"SET", "key" + i, "new"};
        }
        commands[KEYS / 10] = new String[] {"SCAN", "1", "COUNT", "500"};
        Reply exec = Reply.of(bench.rawAll(List.of(commands)));
        Reply first = exec.elements().get(KEYS / 10);
        Set<String> seen = new TreeSet<>();
        first.elements().get(1).elements().forEach(key -> seen.add(key.body()));
        String cursor = first.elements().get(0).body();
        while (!cursor.equals("2")) {
            Reply reply = Reply.of(bench.raw("SCAN", cursor, "COUNT", "500"));
            cursor = reply.elements().get(0).body();
            reply.elements().get(1).elements().forEach(key -> seen.add(key.body()));
        }
        assertEquals(names, seen);
    }
}

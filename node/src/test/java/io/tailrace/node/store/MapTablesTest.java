package io.tailrace.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MapTablesTest {
    private static final int KEYS = 2_000;
    private static final int LONGEST = 20_000;
    private static final StoreSizing SMALL = new StoreSizing(100, 16, 64);

    private final NativeBuffer memory = new NativeBuffer(2 * LONGEST);
    private final Slice key = new Slice();
    private final Slice value = new Slice();
    private final Slice expected = new Slice();

    @AfterEach
    void free() {
        memory.close();
    }

    /** Of one to three bytes as a length; the same each time. */
    private Slice key(int i) {
        int length = i % 50 == 0 ? 16_384 + i % 1_000 : i % 7 == 0 ? 128 + i : 4 + i % 124;
        Memory.fill(memory.address(), length, (byte) 'k');
        Memory.putInt(memory.address(), i);
        return key.set(memory.address(), length);
    }

    private Slice value(int length) {
        return value.set(memory.address() + LONGEST, length);
    }

    private void requireSame(StoreMap map, MapTables tables, int i, String when) {
        Slice asked = key(i);
        boolean isThere = map.library().getUsing(asked, expected) != null;
        assertEquals(isThere, tables.find(asked.address, (int) asked.length, value), when + ", key " + i);
        if (isThere) {
            assertEquals(expected.address, value.address, when + ", key " + i);
            assertEquals(expected.length, value.length, when + ", key " + i);
        }
    }

    @Test
    void shouldAnswerAsTheLibraryDoesWhateverIsPutReplacedAndRemoved() {
        for (long seed = 1; seed <= 3; seed++) {
            Random random = new Random(seed);
            try (StoreMap map = StoreMap.unread(SMALL)) {
                MapTables tables = map.newTables();
                for (int step = 0; step < 8_000; step++) {
                    String when = "seed " + seed + ", step " + step;
                    int i = random.nextInt(KEYS);
                    if (random.nextInt(3) == 0) {
                        map.library().remove(key(i));
                    } else {
                        int length = random.nextInt(20) == 0 ? 128 + random.nextInt(17_000) : random.nextInt(300);
                        map.library().put(key(i), value(length));
                    }
                    requireSame(map, tables, i, when);
                    requireSame(map, tables, random.nextInt(KEYS), when);
                }
                assertTrue(map.tiersUsed() > 3 * map.segments(), "chains of tiers: " + map.tiersUsed());
                for (int i = 0; i < KEYS; i++) {
                    requireSame(map, tables, i, "at the end of seed " + seed);
                }
            }
        }
    }

    /** What a key has, told by what is in it: its length, and a byte that changes with each put. */
    private record Put(int length, byte fill) {}

    @Test
    void shouldAddEntriesThatTheLibraryFindsReplacesAndRemoves() {
        for (long seed = 1; seed <= 4; seed++) {
            Random random = new Random(seed);
            Map<Integer, Put> model = new HashMap<>();
            int added = 0;
            int replaced = 0;
            try (StoreMap map = StoreMap.unread(SMALL)) {
                MapTables tables = map.newTables();
                for (int step = 0; step < 12_000; step++) {
                    int i = random.nextInt(KEYS);
                    // mostly full, mostly empty, and full again
                    boolean isRemoved = random.nextInt(4) < (step / 4_000 == 1 ? 3 : 1);
                    if (isRemoved) {
                        remove(map, tables, i, random.nextBoolean());
                        model.remove(i);
                    } else {
                        Put put = new Put(
                                random.nextInt(20) == 0 ? 128 + random.nextInt(17_000) : random.nextInt(300),
                                (byte) step);
                        boolean isThere = model.containsKey(i);
                        boolean isInPlace =
                                isThere ? random.nextBoolean() && replace(tables, i, put) : put(map, tables, i, put);
                        if (isThere && !isInPlace) {
                            map.library().put(key(i), filled(put));
                        }
                        added += !isThere && isInPlace ? 1 : 0;
                        replaced += isThere && isInPlace ? 1 : 0;
                        model.put(i, put);
                    }
                    requireModel(map, tables, i, model, "seed " + seed + ", step " + step);
                }
                assertTrue(replaced > 200, "entries replaced in place: " + replaced);
                assertTrue(added > 1_000, "entries added in place: " + added);
                assertTrue(map.tiersUsed() > map.segments(), "chains of tiers: " + map.tiersUsed());
                for (int i = 0; i < KEYS; i++) {
                    requireModel(map, tables, i, model, "at the end of seed " + seed);
                }
                assertEquals(model.size(), map.library().longSize());
                assertEquals(model.size(), walked(map), "a walk finds each once");
                assertEquals(model.size(), shown(map, tables, model), "and so it does in place");
            }
        }
    }

    private boolean put(StoreMap map, MapTables tables, int i, Put put) {
        boolean isAdded = insert(tables, key(i), filled(put));
        if (!isAdded) {
            map.library().put(key(i), filled(put));
        }
        return isAdded;
    }

    private Slice filled(Put put) {
        Slice given = value(put.length());
        Memory.fill(given.address, put.length(), put.fill());
        return given;
    }

    private static boolean insert(MapTables tables, Slice asked, Slice given) {
        long hash = MapTables.hash(asked.address, (int) asked.length);
        return tables.insert(hash, asked.address, (int) asked.length, given.address, (int) given.length) != 0;
    }

    private boolean replace(MapTables tables, int i, Put put) {
        Slice asked = key(i);
        assertTrue(tables.find(asked.address, (int) asked.length, expected), "key " + i);
        Slice given = filled(put);
        if (tables.fitsInFound(put.length())) {
            tables.rewriteFound(given.address, put.length());
            return true;
        }
        if (insert(tables, asked, given)) {
            tables.removeFound();
            return true;
        }
        return false;
    }

    private void remove(StoreMap map, MapTables tables, int i, boolean isInPlace) {
        Slice asked = key(i);
        if (!isInPlace) {
            map.library().remove(asked);
        } else if (tables.find(asked.address, (int) asked.length, expected)) {
            tables.removeFound();
        }
    }

    @Test
    void shouldDrainASegmentALittleAtATimeWhileOthersAreTakenOut() {
        for (long seed = 1; seed <= 8; seed++) {
            Random random = new Random(seed);
            Map<Integer, Put> model = new HashMap<>();
            try (StoreMap map = StoreMap.unread(SMALL)) {
                MapTables tables = map.newTables();
                for (int step = 0; step < 3_000; step++) {
                    int i = random.nextInt(KEYS);
                    Put put = new Put(random.nextInt(300), (byte) step);
                    if (!model.containsKey(i)) {
                        put(map, tables, i, put);
                        model.put(i, put);
                    }
                }
                drain(map, tables, model, random, "seed " + seed);
                assertTrue(model.isEmpty(), "seed " + seed + ", not shown: " + model.keySet());
                assertEquals(0, map.library().longSize());
                // all room is there again
                int tiers = map.tiersUsed();
                for (int i = 1; i < KEYS; i += 2) {
                    put(map, tables, i, new Put(30, (byte) i));
                }
                assertTrue(
                        map.tiersUsed() <= tiers, "seed " + seed + ", tiers: " + map.tiersUsed() + " after " + tiers);
            }
        }
    }

    private void drain(StoreMap map, MapTables tables, Map<Integer, Put> model, Random random, String when) {
        Slice shownKey = new Slice();
        Slice shownValue = new Slice();
        for (int segment = 0; segment < map.segments(); segment++) {
            int most;
            int taken;
            do {
                most = 1 + random.nextInt(40);
                taken = tables.drain(segment, most, shownKey, shownValue, () -> {
                    int i = Memory.getInt(shownKey.address);
                    Put wanted = model.remove(i);
                    assertEquals(wanted.length(), shownValue.length, when + ", key " + i);
                });
                for (int j = 0; j < 5; j++) {
                    int i = random.nextInt(KEYS);
                    remove(map, tables, i, random.nextBoolean());
                    model.remove(i);
                    requireModel(map, tables, i, model, when);
                }
            } while (taken == most);
        }
    }

    private void requireModel(StoreMap map, MapTables tables, int i, Map<Integer, Put> model, String when) {
        requireSame(map, tables, i, when);
        Put wanted = model.get(i);
        assertEquals(wanted != null, map.library().getUsing(key(i), expected) != null, when + ", key " + i);
        if (wanted != null) {
            assertEquals(wanted.length(), expected.length, when + ", key " + i);
            for (long at = 0; at < expected.length; at++) {
                assertEquals(wanted.fill(), Memory.getByte(expected.address + at), when + ", key " + i);
            }
        }
    }

    private static int shown(StoreMap map, MapTables tables, Map<Integer, Put> model) {
        Set<Integer> seen = new HashSet<>();
        Slice shownKey = new Slice();
        Slice shownValue = new Slice();
        for (int segment = 0; segment < map.segments(); segment++) {
            tables.forEach(segment, shownKey, shownValue, () -> {
                int i = Memory.getInt(shownKey.address);
                assertTrue(seen.add(i), "twice: " + i);
                Put wanted = model.get(i);
                assertEquals(wanted.length(), shownValue.length, "key " + i);
                assertTrue(wanted.length() == 0 || wanted.fill() == Memory.getByte(shownValue.address), "key " + i);
            });
        }
        return seen.size();
    }

    private static int walked(StoreMap map) {
        Set<Integer> seen = new HashSet<>();
        StoreWalk walk = new StoreWalk(map);
        for (int segment = 0; segment < map.segments(); segment++) {
            walk.segment(segment, (address, length, entry) -> assertTrue(seen.add(Memory.getInt(address))));
        }
        return seen.size();
    }

    @Test
    void shouldTouchAnyKeyAndChangeNothing() {
        try (StoreMap map = new StoreMap(SMALL)) {
            for (int i = 0; i < KEYS; i += 2) {
                map.library().put(key(i), value(i % 400));
            }
            long[] hashes = new long[KEYS];
            for (int i = 0; i < KEYS; i++) {
                Slice asked = key(i);
                hashes[i] = MapTables.hash(asked.address, (int) asked.length);
            }
            map.touch(hashes, KEYS);
            for (int i = 0; i < KEYS; i++) {
                assertEquals(i % 2 == 0, map.find(key(i), value));
            }
        }
    }

    @Test
    void shouldNotBeUsedWhereItsAnswersDiffer() {
        try (StoreMap map = StoreMap.unread(SMALL);
                StoreMap other = StoreMap.unread(SMALL)) {
            assertTrue(MapTablesCheck.isRight(map.library(), map.newTables()));
            assertFalse(MapTablesCheck.isRight(map.library(), other.newTables()));
            assertEquals(0, map.library().longSize(), "what it was tried with is gone");
        }
    }

    @Test
    void shouldFindTheSameWithoutIt() {
        Random random = new Random(4);
        try (Store read = new Store(SMALL, SMALL, StoreMap::new, new ManualBackground());
                Store unread = new Store(SMALL, SMALL, StoreMap::unread, new ManualBackground())) {
            Entry first = new Entry();
            Entry second = new Entry();
            for (int step = 0; step < 5_000; step++) {
                Slice asked = key(random.nextInt(KEYS));
                int length = (int) asked.length;
                if (random.nextInt(3) == 0) {
                    assertEquals(read.remove(asked.address, length), unread.remove(asked.address, length));
                } else {
                    int size = random.nextInt(200);
                    read.position(step, 0);
                    unread.position(step, 0);
                    assertTrue(read.canTake(1) && unread.canTake(1));
                    read.put(asked.address, length, memory.address() + LONGEST, size, Entry.NO_EXPIRY);
                    unread.put(asked.address, length, memory.address() + LONGEST, size, Entry.NO_EXPIRY);
                }
                asked = key(random.nextInt(KEYS));
                length = (int) asked.length;
                boolean isThere = read.find(asked.address, length, first);
                assertEquals(isThere, unread.find(asked.address, length, second), "step " + step);
                if (isThere) {
                    assertEquals(first.version(), second.version(), "step " + step);
                    assertEquals(first.valueLength(), second.valueLength(), "step " + step);
                }
            }
            assertEquals(read.keys(), unread.keys());
        }
    }
}

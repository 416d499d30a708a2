package io.tailrace.node.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Whatever is done while a store moves to a larger map, it holds what a HashMap would. */
class StoreGrowthTest {
    private static final StoreSizing SMALL = new StoreSizing(100, 8, 900);
    private static final int KEYS = 6_000;
    private static final int OPERATIONS = 10_000;
    private static final int[] SIZES = {0, 3, 300, 301, 900, 1_200, 2_000, 16_384, 20_000};

    /** A value and what stands beside it. */
    private record Held(byte[] value, long expireAtMillis, long version) {}

    private final long seed = Long.getLong("tailrace.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final ManualBackground background = new ManualBackground();
    private final NativeBuffer bytes = new NativeBuffer(1 << 20);
    private RuntimeException noMemory;
    private final Store store = new Store(SMALL, SMALL, this::make, background);
    private final Entry entry = new Entry();
    private final Map<String, Held> model = new HashMap<>();
    private long index;

    @AfterEach
    void close() {
        store.close();
        background.runAll();
        bytes.close();
    }

    private StoreMap make(StoreSizing sizing) {
        if (noMemory != null) {
            throw noMemory;
        }
        return new StoreMap(sizing);
    }

    private int key(String key) {
        byte[] encoded = key.getBytes(StandardCharsets.ISO_8859_1);
        Memory.copyIn(encoded, 0, bytes.address(), encoded.length);
        return encoded.length;
    }

    private void put(String key, byte[] value, long expireAtMillis) {
        assertTrue(store.canTake(1), "seed " + seed);
        int length = key(key);
        long at = bytes.address() + length;
        Memory.copyIn(value, 0, at, value.length);
        store.position(++index, 0);
        store.put(bytes.address(), length, at, value.length, expireAtMillis);
        model.put(key, new Held(value, expireAtMillis, index));
    }

    /** One in eight is of any size, so that the maps and not the blocks fill. */
    private byte[] value() {
        byte[] value = new byte[SIZES[random.nextInt(random.nextInt(8) == 0 ? SIZES.length : SIZES.length - 2)]];
        random.nextBytes(value);
        return value;
    }

    private void operate() {
        String key = "key" + random.nextInt(KEYS);
        Held held = model.get(key);
        switch (random.nextInt(20)) {
            case 0, 1, 2:
                assertEquals(held != null, store.remove(bytes.address(), key(key)), () -> "seed " + seed + ", " + key);
                model.remove(key);
                break;
            case 3, 4:
                long deadline = random.nextBoolean() ? Entry.NO_EXPIRY : 1 + random.nextInt(1_000_000);
                store.position(++index, 0);
                boolean isThere = store.expire(bytes.address(), key(key), deadline);
                assertEquals(held != null, isThere, () -> "seed " + seed + ", " + key);
                if (isThere) {
                    model.put(key, new Held(held.value(), deadline, index));
                }
                break;
            case 5, 6:
                if (held != null) {
                    byte[] same = held.value().clone();
                    random.nextBytes(same);
                    put(key, same, Entry.NO_EXPIRY);
                }
                break;
            case 7, 8, 9:
                shouldHold(key, held);
                break;
            default:
                put(key, value(), random.nextInt(4) == 0 ? 1 + random.nextInt(1_000_000) : Entry.NO_EXPIRY);
        }
    }

    private void shouldHold(String key, Held held) {
        boolean isFound = store.find(bytes.address(), key(key), entry);
        assertEquals(held != null, isFound, () -> "seed " + seed + ", " + key);
        if (isFound) {
            assertArrayEquals(held.value(), Memory.toBytes(entry.valueAddress(), entry.valueLength()), "seed " + seed);
            assertEquals(held.expireAtMillis(), entry.expireAtMillis(), "seed " + seed);
            assertEquals(held.version(), entry.version(), "seed " + seed);
        }
    }

    private void shouldHoldTheModel() {
        assertEquals(model.size(), store.keys(), "seed " + seed);
        long expiring = model.values().stream()
                .filter(held -> held.expireAtMillis() != Entry.NO_EXPIRY)
                .count();
        assertEquals(expiring, store.expiringKeys(), "seed " + seed);
        model.forEach(this::shouldHold);
        Set<String> seen = new HashSet<>();
        for (int segment = 0; segment < store.segments(); segment++) {
            store.scan(
                    segment,
                    (key, length, e) -> assertTrue(seen.add(Memory.toAscii(key, length)), "twice, seed " + seed));
        }
        assertEquals(model.keySet(), seen, "seed " + seed);
    }

    /** The background's work is done at some moment, entries move now and then, as in a reactor. */
    private void go(int operations) {
        for (int i = 0; i < operations; i++) {
            operate();
            if (random.nextInt(50) == 0) {
                store.growStep(random.nextInt(100));
            }
            if (random.nextInt(1_000) == 0) {
                background.runAll();
            }
        }
    }

    @RepeatedTest(3)
    void shouldHoldWhatAModelHolds() {
        for (int round = 0; round < 5; round++) {
            go(OPERATIONS / 5);
            shouldHoldTheModel();
        }
        assertTrue(
                store.figures().moves() >= 1,
                "seed " + seed + ": " + store.figures().moves() + " moves");
        settle();
        shouldHoldTheModel();
        new ArrayList<>(model.keySet()).forEach(key -> store.remove(bytes.address(), key(key)));
        assertEquals(0, store.usedBytes(), "seed " + seed);
        assertEquals(0, store.figures().dataBytes(), "seed " + seed);
        assertEquals(0, store.expiringKeys(), "seed " + seed);
    }

    private void settle() {
        while (store.figures().percentMoved() < 100 || background.waiting() > 0) {
            background.runAll();
            store.growStep(100);
        }
    }

    /** Until a move is under way, of which a part is done. */
    private void begin() {
        while (store.figures().percentMoved() == 100 || store.segments() < 8) {
            put("key" + index, value(), 0);
            background.runAll();
            store.growStep(store.segments() < 8 ? 64 : 0);
        }
        while (store.figures().percentMoved() < 30) {
            store.growStep(64);
        }
    }

    @Test
    void shouldMoveWithoutTraffic() {
        begin();
        background.runAll();
        int slices = 0;
        while (store.figures().percentMoved() < 100) {
            assertTrue(store.growStep(64) > 0, "there is more to do at once");
            slices++;
        }
        assertTrue(slices > 10, slices + " slices");
        assertEquals(0, store.growStep(64));
        assertEquals(1, background.waiting(), "the empty map is to be closed");
        shouldHoldTheModel();
    }

    @Test
    void shouldKeepOneMoveBehindPutsHoweverFewSlicesThereAre() {
        for (int i = 0; i < 20_000; i++) {
            put("k" + i, new byte[10], 0);
            if (i % 200 == 0) {
                background.runAll();
                store.growStep(0);
            }
        }
        assertTrue(store.figures().moves() >= 2, store.figures().moves() + " moves");
        shouldHoldTheModel();
    }

    @Test
    void shouldBeginAgainInAMove() {
        begin();
        store.clear();
        model.clear();
        assertEquals(0, store.usedBytes());
        assertEquals(100, store.figures().percentMoved());
        shouldHoldTheModel();
        go(2_000);
        shouldHoldTheModel();
    }

    @Test
    void shouldDropAMapThatIsMadeTooLate() {
        while (background.waiting() == 0) {
            put("key" + index, value(), 0);
            store.growStep(0);
        }
        store.clear();
        model.clear();
        put("a", new byte[1], 0);
        background.runAll();
        assertEquals(0, store.growStep(0));
        shouldHoldTheModel();
    }

    @Test
    void shouldLeadToKeysThatExpireInBothMaps() {
        begin();
        for (int i = 0; i < 2_000; i++) {
            put("early" + i, new byte[1], 1_000 + i);
        }
        store.growStep(64);
        Set<String> due = new HashSet<>();
        for (int place = store.due().next(2_499);
                place >= 0;
                place = store.due().next(2_499)) {
            long[] earliest = {Long.MAX_VALUE};
            store.due().scan(place, (key, length, e) -> {
                if (e.isExpired(2_499)) {
                    due.add(Memory.toAscii(key, length));
                } else if (e.expireAtMillis() != Entry.NO_EXPIRY) {
                    earliest[0] = Math.min(earliest[0], e.expireAtMillis());
                }
            });
            store.due().set(place, earliest[0]);
        }
        assertEquals(1_500, due.size());
    }

    /** A walk that began before, in or after moves emits every key that is there all the while, and never an older value. */
    @RepeatedTest(3)
    void shouldWalkThroughMoves() {
        go(random.nextInt(OPERATIONS / 2));
        Set<String> stays = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            stays.add("stays" + i);
            put("stays" + i, value(), i % 2);
        }
        StoreWalk walk = store.beginWalk();
        Map<String, Long> versions = new HashMap<>();
        for (int segment = 0; segment < walk.segments(); segment++) {
            walk.segment(segment, (key, length, e) -> {
                Long before = versions.put(Memory.toAscii(key, length), e.version());
                assertTrue(before == null || before <= e.version(), "seed " + seed + ": older after newer");
            });
            go(random.nextInt(2 * OPERATIONS / walk.segments()));
        }
        stays.forEach(key -> assertNotNull(versions.get(key), () -> "seed " + seed + ", " + key));
        store.endWalk();
        background.runAll();
        shouldHoldTheModel();
    }

    @Test
    void shouldKeepLargeValuesOfAWalkThroughAMove() {
        begin();
        byte[] large = new byte[100_000];
        Arrays.fill(large, (byte) 5);
        put("large", large, 0);
        StoreWalk walk = store.beginWalk();
        long[] seen = new long[2];
        for (int segment = 0; segment < walk.segments(); segment++) {
            walk.segment(segment, (key, length, e) -> {
                if (e.valueLength() == large.length) {
                    seen[0] = e.valueAddress();
                    seen[1] = e.valueLength();
                }
            });
        }
        long used = store.usedBytes();
        store.remove(bytes.address(), key("large"));
        assertTrue(store.usedBytes() < used - large.length, "what waits for a walk is not in use");
        settle();
        assertArrayEquals(large, Memory.toBytes(seen[0], (int) seen[1]));
        store.endWalk();
    }

    @Test
    void shouldGrowWithinTheCallForMorePutsThanThereAreTiers() {
        assertFalse(store.isSureToTake(60_000));
        assertTrue(store.canTake(60_000));
        assertEquals(0, background.waiting());
        for (int i = 0; i < 60_000; i++) {
            int length = key("k" + i);
            store.put(bytes.address(), length, bytes.address(), length, 0);
        }
        assertEquals(60_000, store.keys());
    }

    @Test
    void shouldNotMoveWhenBothMapsTakeMoreThanTheLimit() {
        store.limit(2_000_000);
        List<Long> used = new ArrayList<>();
        while (store.usedBytes() < 2_000_000) {
            long movesBefore = store.figures().moves();
            put("key" + index, new byte[100], 0);
            store.growStep(64);
            if (background.waiting() > 0
                    && store.figures().moves() == movesBefore
                    && store.figures().percentMoved() == 100) {
                used.add(store.usedBytes());
            }
            background.runAll();
        }
        settle();
        assertFalse(used.isEmpty());
        assertTrue(used.stream().allMatch(bytesThen -> bytesThen <= 1_000_000), used::toString);
        assertEquals(index, store.keys());
        assertFalse(store.canTake(1_000_000));
        assertTrue(store.canTake(1), "tiers are left");
    }

    @Test
    void shouldGoOnWhereALargerMapCanNotBeMadeAndTryAgainLater() {
        noMemory = new IllegalStateException("no memory for a map");
        for (int i = 0; i < 20_000; i++) {
            put("key" + i % 5_000, new byte[i % 100], 0);
            background.runAll();
            store.growStep(64);
        }
        assertFalse(store.canTake(60_000));
        assertEquals(0, store.figures().moves());
        shouldHoldTheModel();
        noMemory = null;
        int calls = 0;
        while (!store.canTake(60_000)) {
            assertTrue(++calls <= 1_000, "it is not tried again");
        }
        assertTrue(calls > 900, "it is tried each time");
        settle();
        assertEquals(1, store.figures().moves());
        shouldHoldTheModel();
    }

    @Test
    void shouldTellWhatPreventsAMap() {
        MapOrder order = MapOrder.place(new StoreSizing(1L << 45, 1_000, 16_000), StoreMap::new, background, () -> {});
        assertNull(order.failure());
        background.runAll();
        assertNotNull(order.failure(), "no machine has so much memory");
        assertNull(order.map());
    }

    @Test
    void shouldBeSeenWholeByAnotherThread() throws InterruptedException {
        Set<String> stays = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            stays.add("stays" + i);
            put("stays" + i, new byte[10], 0);
        }
        for (int round = 0; round < 20; round++) {
            StoreWalk walk = store.beginWalk();
            Set<String> missing = ConcurrentHashMap.newKeySet();
            missing.addAll(stays);
            Thread walker = new Thread(() -> {
                for (int segment = 0; segment < walk.segments(); segment++) {
                    walk.segment(segment, (key, length, e) -> missing.remove(Memory.toAscii(key, length)));
                }
            });
            walker.start();
            while (walker.isAlive()) {
                go(20);
                for (int i = 0; i < 100; i++) {
                    store.position(++index, 0);
                    store.expire(bytes.address(), key("stays" + i), 0);
                    model.computeIfPresent("stays" + i, (key, held) -> new Held(held.value(), 0, index));
                }
            }
            walker.join();
            store.endWalk();
            assertEquals(Set.of(), missing, "seed " + seed);
            store.clear();
            model.keySet().retainAll(stays);
            model.forEach((key, held) -> put(key, held.value(), 0));
        }
        shouldHoldTheModel();
    }
}

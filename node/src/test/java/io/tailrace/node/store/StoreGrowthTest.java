package io.tailrace.node.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.wire.memory.Memory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Whatever is done while a store moves to a larger map, it holds what a HashMap would. */
class StoreGrowthTest extends GrowthFixture {
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
                } else if (e.expireAtEpochMs() != Entry.NO_EXPIRY) {
                    earliest[0] = Math.min(earliest[0], e.expireAtEpochMs());
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

package io.tailrace.node.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;

/** A store that moves to larger maps while random operations run, and the HashMap that it is compared with. */
abstract class GrowthFixture {
    static final StoreSizing SMALL = new StoreSizing(100, 8, 900);
    static final int KEYS = 6_000;
    static final int OPERATIONS = 10_000;
    static final int[] SIZES = {0, 3, 300, 301, 900, 1_200, 2_000, 16_384, 20_000};

    /** A value and what stands beside it. */
    record Held(byte[] value, long expireAtEpochMs, long version) {}

    final long seed = Long.getLong("tailrace.seed", System.nanoTime());

    final Random random = new Random(seed);
    final ManualBackground background = new ManualBackground();
    final NativeBuffer bytes = new NativeBuffer(1 << 20);
    RuntimeException noMemory;
    final Store store = new Store(SMALL, SMALL, this::make, background);
    final Entry entry = new Entry();
    final Map<String, Held> model = new HashMap<>();
    long index;

    @AfterEach
    void close() {
        store.close();
        background.runAll();
        bytes.close();
    }

    StoreMap make(StoreSizing sizing) {
        if (noMemory != null) {
            throw noMemory;
        }
        return new StoreMap(sizing);
    }

    int key(String key) {
        byte[] encoded = key.getBytes(StandardCharsets.ISO_8859_1);
        Memory.copyIn(encoded, 0, bytes.address(), encoded.length);
        return encoded.length;
    }

    void put(String key, byte[] value, long expireAtEpochMs) {
        assertTrue(store.canTake(1), "seed " + seed);
        int length = key(key);
        long at = bytes.address() + length;
        Memory.copyIn(value, 0, at, value.length);
        store.position(++index, 0);
        store.put(bytes.address(), length, at, value.length, expireAtEpochMs);
        model.put(key, new Held(value, expireAtEpochMs, index));
    }

    /** One in eight is of any size, so that the maps and not the blocks fill. */
    byte[] value() {
        byte[] value = new byte[SIZES[random.nextInt(random.nextInt(8) == 0 ? SIZES.length : SIZES.length - 2)]];
        random.nextBytes(value);
        return value;
    }

    void operate() {
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

    void shouldHold(String key, Held held) {
        boolean isFound = store.find(bytes.address(), key(key), entry);
        assertEquals(held != null, isFound, () -> "seed " + seed + ", " + key);
        if (isFound) {
            assertArrayEquals(held.value(), Memory.toBytes(entry.valueAddress(), entry.valueLength()), "seed " + seed);
            assertEquals(held.expireAtEpochMs(), entry.expireAtEpochMs(), "seed " + seed);
            assertEquals(held.version(), entry.version(), "seed " + seed);
        }
    }

    void shouldHoldTheModel() {
        assertEquals(model.size(), store.keys(), "seed " + seed);
        long expiring = model.values().stream()
                .filter(held -> held.expireAtEpochMs() != Entry.NO_EXPIRY)
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
    void go(int operations) {
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

    void settle() {
        while (store.figures().percentMoved() < 100 || background.waiting() > 0) {
            background.runAll();
            store.growStep(100);
        }
    }

    /** Until a move is under way, of which a part is done. */
    void begin() {
        while (store.figures().percentMoved() == 100 || store.segments() < 8) {
            put("key" + index, value(), 0);
            background.runAll();
            store.growStep(store.segments() < 8 ? 64 : 0);
        }
        while (store.figures().percentMoved() < 30) {
            store.growStep(64);
        }
    }
}

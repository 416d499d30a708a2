package io.tailrace.node.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoreTest {
    private final NativeBuffer bytes = new NativeBuffer(32 << 20);
    private Store store = new Store(new StoreSizing(10_000, 32, 100));
    private final Entry entry = new Entry();

    @AfterEach
    void close() {
        store.close();
        bytes.close();
    }

    private int key(String key) {
        byte[] encoded = key.getBytes(StandardCharsets.UTF_8);
        Memory.copyIn(encoded, 0, bytes.address(), encoded.length);
        return encoded.length;
    }

    private void put(String key, byte[] value, long expireAt, long index) {
        int length = key(key);
        long at = bytes.address() + length;
        Memory.copyIn(value, 0, at, value.length);
        store.position(index, 0);
        store.put(bytes.address(), length, at, value.length, expireAt);
    }

    private byte[] get(String key) {
        return store.find(bytes.address(), key(key), entry)
                ? Memory.toBytes(entry.valueAddress(), entry.valueLength())
                : null;
    }

    @Test
    void shouldKeepWhatAModelKeepsForEverySizeOfValue() {
        long seed = 20261122;
        Random random = new Random(seed);
        Map<String, byte[]> model = new HashMap<>();
        int[] sizes = {0, 1, 100, 1000, 16_000, 16_384, 16_385, 100_000};
        for (int i = 1; i <= 5_000; i++) {
            String key = "key" + random.nextInt(500);
            if (random.nextInt(4) == 0) {
                assertEquals(model.remove(key) != null, store.remove(bytes.address(), key(key)), "seed " + seed);
            } else {
                byte[] value = new byte[sizes[random.nextInt(sizes.length)]];
                random.nextBytes(value);
                put(key, value, 0, i);
                model.put(key, value);
            }
        }
        assertEquals(model.size(), store.keys());
        model.forEach((key, value) -> assertArrayEquals(value, get(key), "seed " + seed + ", " + key));
    }

    @Test
    void shouldTakeTheLongestKeyAndAnEmptyOne() {
        put("k".repeat(Store.MAX_KEY_LENGTH), new byte[5], 0, 1);
        put("", new byte[7], 0, 2);
        assertEquals(5, get("k".repeat(Store.MAX_KEY_LENGTH)).length);
        assertEquals(7, get("").length);
    }

    @Test
    void shouldTellWhichWritesAnEntryContains() {
        put("a", new byte[1], 0, 7);
        get("a");
        assertTrue(entry.contains(6, 9));
        assertTrue(entry.contains(7, 0));
        assertFalse(entry.contains(7, 1));
        assertFalse(entry.contains(8, 0));
    }

    @Test
    void shouldKeepALargeValueForAWalkUnderWay() {
        byte[] value = new byte[1 << 20];
        Arrays.fill(value, (byte) 7);
        put("big", value, 0, 1);
        StoreWalk walk = store.beginWalk();
        long[] seen = new long[2];
        for (int segment = 0; segment < walk.segments(); segment++) {
            walk.segment(segment, (keyAddress, keyLength, e) -> {
                seen[0] = e.valueAddress();
                seen[1] = e.valueLength();
            });
        }
        put("big", new byte[10], 0, 2);
        assertEquals(1 << 20, seen[1]);
        assertArrayEquals(value, Memory.toBytes(seen[0], (int) seen[1]));
        assertTrue(store.figures().dataBytes() > 1 << 20);
        store.endWalk();
        assertTrue(store.figures().dataBytes() < 1 << 10);
    }

    /** A walk may take hours; what is overwritten meanwhile must not be kept for so long. */
    @Test
    void shouldKeepLargeValuesOfTheLastStepOfAWalkOnly() {
        put("big", new byte[1 << 20], 0, 1);
        StoreWalk walk = store.beginWalk();
        for (int segment = 0; segment < walk.segments(); segment++) {
            walk.segment(segment, (keyAddress, keyLength, e) -> {});
            put("big", new byte[1 << 20], 0, 2 + segment);
            assertTrue(
                    store.figures().dataBytes() < 4 << 20, store.figures().dataBytes() + " bytes in step " + segment);
        }
        store.clear();
        put("big", new byte[1 << 20], 0, 100);
        put("big", new byte[1 << 20], 0, 101);
        store.endWalk();
        assertEquals(1 << 20, store.figures().dataBytes() - 3 - EntryLayout.REFERENCE_LENGTH);
    }

    /** A walk holds views of collections that were made after the first FLUSHALL. */
    @Test
    void shouldKeepWhatIsClearedUnderAWalkUntilItsEnd() {
        ManualBackground background = new ManualBackground();
        StoreSizing sizing = new StoreSizing(100, 16, 16);
        try (Store walked = new Store(sizing, sizing, background)) {
            walked.beginWalk();
            walked.clear();
            walked.clear();
            assertEquals(0, background.waiting());
            walked.endWalk();
            assertEquals(2, background.waiting());
            background.runAll();
        }
    }

    @Test
    void shouldClearUnderAWalk() {
        for (int i = 0; i < 1_000; i++) {
            put("key" + i, new byte[i % 2 == 0 ? 10 : 20_000], 5, i);
        }
        StoreWalk walk = store.beginWalk();
        store.clear();
        assertEquals(0, store.keys());
        assertEquals(0, store.expiringKeys());
        put("new", new byte[1], 0, 2_000);
        int[] seen = new int[1];
        for (int segment = 0; segment < walk.segments(); segment++) {
            walk.segment(segment, (keyAddress, keyLength, e) -> seen[0]++);
        }
        assertEquals(1_000, seen[0]);
        store.endWalk();
        assertEquals(1, store.keys());
        assertEquals(1, get("new").length);
    }

    @Test
    void shouldLeadToTheSegmentsWithExpiredKeys() {
        for (int i = 0; i < 1_000; i++) {
            put("key" + i, new byte[10], 1_000 + i, i);
        }
        put("kept", new byte[10], 0, 5);
        assertEquals(-1, store.due().next(999));
        int[] due = new int[1];
        for (int segment = store.due().next(1_499);
                segment >= 0;
                segment = store.due().next(1_499)) {
            long[] earliest = {Long.MAX_VALUE};
            store.due().scan(segment, (keyAddress, keyLength, e) -> {
                if (e.isExpired(1_499)) {
                    due[0]++;
                } else if (e.expireAtEpochMs() != Entry.NO_EXPIRY) {
                    earliest[0] = Math.min(earliest[0], e.expireAtEpochMs());
                }
            });
            store.due().set(segment, earliest[0]);
        }
        assertEquals(500, due[0]);
    }

    @Test
    void shouldRefuseBeforeTheMapIsFull() {
        store.close();
        store = new Store(new StoreSizing(10_000, 32, 100, 2));
        store.limit(1);
        int accepted = 0;
        Random random = new Random(1);
        while (accepted < 300_000 && store.canTake(1)) {
            put("key" + accepted, new byte[random.nextInt(200)], 0, accepted++);
        }
        assertTrue(accepted < 300_000, "never full");
        assertEquals(accepted, store.keys());
        for (int i = 0; i < accepted; i += 97) {
            assertTrue(get("key" + i) != null, "key" + i);
        }
        assertTrue(store.remove(bytes.address(), key("key5")));
    }
}

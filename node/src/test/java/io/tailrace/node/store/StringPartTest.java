package io.tailrace.node.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Parts of strings, written where they are, unless somebody needs what was there. */
class StringPartTest {
    private static final int LARGE = 100_000;

    private final NativeBuffer bytes = new NativeBuffer(1 << 20);
    private final Store store = new Store(new StoreSizing(100, 32, 100));
    private final Entry entry = new Entry();
    private long index = 1;

    @AfterEach
    void close() {
        store.close();
        bytes.close();
    }

    private int copyIn(String text, long address) {
        byte[] encoded = text.getBytes(StandardCharsets.ISO_8859_1);
        Memory.copyIn(encoded, 0, address, encoded.length);
        return encoded.length;
    }

    private void put(String key, int length) {
        int keyLength = copyIn(key, bytes.address());
        Memory.fill(bytes.address() + keyLength, length, (byte) 'a');
        store.position(index++, 0);
        store.put(bytes.address(), keyLength, bytes.address() + keyLength, length, Entry.NO_EXPIRY);
    }

    private void write(String key, int offset, String part) {
        int keyLength = copyIn(key, bytes.address());
        int length = copyIn(part, bytes.address() + keyLength);
        store.position(index++, 0);
        store.writePart(bytes.address(), keyLength, offset, bytes.address() + keyLength, length);
    }

    private Entry find(String key) {
        assertTrue(store.find(bytes.address(), copyIn(key, bytes.address()), entry), key);
        return entry;
    }

    private byte[] get(String key) {
        find(key);
        return Memory.toBytes(entry.valueAddress(), entry.valueLength());
    }

    @Test
    void shouldWriteWhatAModelWrites() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] model = new byte[0];
        for (int i = 0; i < 2_000; i++) {
            String part = "x".repeat(random.nextInt(40));
            int offset = random.nextInt(3) > 0 ? Store.AT_END : random.nextInt(1 + Math.min(LARGE, 2 * model.length));
            int at = offset == Store.AT_END ? model.length : offset;
            model = Arrays.copyOf(model, Math.max(model.length, at + part.length()));
            Arrays.fill(model, at, at + part.length(), (byte) 'x');
            write("k", offset, part);
            assertArrayEquals(model, get("k"), "seed " + seed + ", " + i);
        }
    }

    @Test
    void shouldGiveAGrowingStringRoomForMore() {
        put("k", LARGE);
        write("k", Store.AT_END, "b");
        long address = find("k").valueAddress();
        for (int i = 0; i < 1_000; i++) {
            write("k", Store.AT_END, "b");
        }
        write("k", 5, "c");
        assertEquals(address, find("k").valueAddress());
        assertEquals(LARGE + 1_001, entry.valueLength());
        assertEquals(index - 1, entry.version());
        assertEquals(store.usedBytes(), store.figures().costNow(bytes.address(), 1));
        store.remove(bytes.address(), 1);
        assertEquals(0, store.figures().dataBytes());
        assertEquals(0, store.usedBytes());
    }

    @Test
    void shouldLeaveWhatAWalkIsReading() {
        put("k", LARGE);
        StoreWalk walk = store.beginWalk();
        int segment = 0;
        long[] taken = new long[1];
        while (taken[0] == 0) {
            long before = find("k").valueAddress();
            write("k", 7, "before its visit");
            assertEquals(before, find("k").valueAddress());
            walk.segment(segment++, (key, length, visited) -> taken[0] = visited.valueAddress());
        }
        byte[] read = Memory.toBytes(taken[0], LARGE);
        write("k", 7, "written while it is read");
        long copy = find("k").valueAddress();
        assertNotEquals(taken[0], copy);
        assertArrayEquals(read, Memory.toBytes(taken[0], LARGE));
        write("k", 7, "once more, with no one reading the copy");
        assertEquals(copy, find("k").valueAddress());
        assertArrayEquals(read, Memory.toBytes(taken[0], LARGE));
        while (segment < walk.segments()) {
            walk.segment(segment++, (key, length, visited) -> {});
            write("k", 7, "after its visit");
            assertEquals(copy, find("k").valueAddress());
        }
        store.endWalk();
    }

    /** A block that was made in a step of a walk is like any other in the same step of the next one. */
    @Test
    void shouldLeaveWhatTheNextWalkIsReading() {
        put("k", LARGE);
        for (int i = 0; i < 3; i++) {
            StoreWalk walk = store.beginWalk();
            for (int segment = 0; segment < walk.segments(); segment++) {
                long[] taken = new long[1];
                walk.segment(segment, (key, length, visited) -> taken[0] = visited.valueAddress());
                byte[] read = taken[0] == 0 ? null : Memory.toBytes(taken[0], LARGE);
                write("k", i, "written");
                if (read != null) {
                    assertArrayEquals(read, Memory.toBytes(taken[0], LARGE), "walk " + i);
                }
            }
            store.endWalk();
        }
    }

    @Test
    void shouldRollBackWhatATransactionWrote() {
        put("k", LARGE);
        put("small", 10);
        byte[] before = get("k");
        store.undo().begin();
        for (int i = 0; i < 10; i++) {
            write("k", 10 * i, "changed");
            write("k", Store.AT_END, "more");
            write("small", i, "x");
        }
        assertEquals(LARGE + 40, get("k").length);
        store.undo().rollBack();
        assertArrayEquals(before, get("k"));
        assertArrayEquals("aaaaaaaaaa".getBytes(StandardCharsets.ISO_8859_1), get("small"));
    }
}

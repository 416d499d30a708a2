package io.tailrace.node.rewind;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.util.Arrays;
import java.util.BitSet;

/**
 * A set of keys in native memory, numbered in the order they were added, in the form a FETCH frame has: each as the place of
 * its database (u32), its length (u32) and bytes. Used by one thread at a time, closed by the last.
 *
 * <pre>
 *  keys        | place 0 | length 0 | bytes | place 1 | length 1 | bytes | ...
 *  positions   where each begins, and where the last one ends
 * </pre>
 */
final class TouchedKeys implements AutoCloseable {
    /** Where a key's bytes begin after its position. */
    static final int KEY = 2 * Integer.BYTES;

    private static final int LENGTH = Integer.BYTES;

    private static final int INITIAL = 1 << 10;
    private static final int EMPTY = -1;

    private final NativeBuffer keys = new NativeBuffer(16 << 10);
    private final BitSet places = new BitSet();
    private int count;
    private int[] positions = new int[INITIAL];
    private int[] table = newTable(2 * INITIAL);

    private static int[] newTable(int size) {
        int[] table = new int[size];
        Arrays.fill(table, EMPTY);
        return table;
    }

    int count() {
        return count;
    }

    /** Bytes of all keys with their lengths. */
    int length() {
        return positions[count];
    }

    /** Where a key is with its length before it, until the next {@link #add}. */
    long framed(int key) {
        return keys.address() + positions[key];
    }

    /** Bytes of the keys from one on, up to before another, with their lengths. */
    int framedLength(int from, int to) {
        return positions[to] - positions[from];
    }

    long address(int key) {
        return framed(key) + KEY;
    }

    int keyLength(int key) {
        return positions[key + 1] - positions[key] - KEY;
    }

    int place(int key) {
        return Memory.getInt(framed(key));
    }

    /** The number of a key, or -1. */
    int find(int place, long address, int keyLength) {
        return table[slot(place, address, keyLength)];
    }

    /** Whether there is a key of these bytes in any database. */
    boolean containsAnywhere(long address, int keyLength) {
        for (int place = places.nextSetBit(0); place >= 0; place = places.nextSetBit(place + 1)) {
            if (find(place, address, keyLength) >= 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Adds a key unless it is there.
     *
     * @return its number, or -1 if the keys would take more than {@code maxBytes}; then it wasn't added
     */
    int add(int place, long address, int keyLength, int maxBytes) {
        int slot = slot(place, address, keyLength);
        if (table[slot] != EMPTY) {
            return table[slot];
        }
        int length = length();
        if (maxBytes - length < KEY + keyLength) {
            return -1;
        }
        keys.ensureCapacity(length + KEY + keyLength, length);
        Memory.putInt(keys.address() + length, place);
        Memory.putInt(keys.address() + length + LENGTH, keyLength);
        Memory.copy(address, keys.address() + length + KEY, keyLength);
        table[slot] = count++;
        places.set(place);
        if (count == positions.length) {
            positions = Arrays.copyOf(positions, 2 * count);
            positions[count] = length + KEY + keyLength;
            grow();
        }
        positions[count] = length + KEY + keyLength;
        return count - 1;
    }

    private void grow() {
        table = newTable(2 * table.length);
        for (int key = 0; key < count; key++) {
            table[slot(place(key), address(key), keyLength(key))] = key;
        }
    }

    private int slot(int place, long address, int keyLength) {
        int mask = table.length - 1;
        int slot = (int) Memory.hash64(address, keyLength) + place & mask;
        while (table[slot] != EMPTY && !isAt(table[slot], place, address, keyLength)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private boolean isAt(int key, int place, long address, int keyLength) {
        return place(key) == place && Memory.equals(address(key), keyLength(key), address, keyLength);
    }

    @Override
    public void close() {
        keys.close();
    }
}

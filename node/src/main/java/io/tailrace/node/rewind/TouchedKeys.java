package io.tailrace.node.rewind;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.util.Arrays;

/**
 * A set of keys in native memory, in the order they were added and in the form a FETCH frame has: each as the place of its
 * database (u32), its length (u32) and bytes. Used by one thread at a time, closed by the last.
 */
final class TouchedKeys implements AutoCloseable {
    /** Where a key's bytes begin behind its position. */
    static final int KEY = 2 * Integer.BYTES;

    private static final int LENGTH = Integer.BYTES;

    private static final int INITIAL = 1 << 10;
    private static final int EMPTY = -1;

    private final NativeBuffer keys = new NativeBuffer(16 << 10);
    private int length;
    private int count;
    private int[] table = newTable(INITIAL);

    private static int[] newTable(int size) {
        int[] table = new int[size];
        Arrays.fill(table, EMPTY);
        return table;
    }

    int count() {
        return count;
    }

    /** Bytes of all keys with their lengths; positions are from 0 to here. */
    int length() {
        return length;
    }

    /** Where a position is in memory, until the next {@link #add}. */
    long address(int position) {
        return keys.address() + position;
    }

    /** The position behind a key's. */
    int after(int position) {
        return position + KEY + keyLength(position);
    }

    int place(int position) {
        return Memory.getInt(keys.address() + position);
    }

    int keyLength(int position) {
        return Memory.getInt(keys.address() + position + LENGTH);
    }

    boolean contains(int place, long address, int keyLength) {
        return table[slot(place, address, keyLength)] != EMPTY;
    }

    /**
     * Adds a key unless it is there.
     *
     * @return false if the keys would take more than {@code maxBytes}; then it wasn't added
     */
    boolean add(int place, long address, int keyLength, int maxBytes) {
        int slot = slot(place, address, keyLength);
        if (table[slot] != EMPTY) {
            return true;
        }
        if (maxBytes - length < KEY + keyLength) {
            return false;
        }
        keys.ensureCapacity(length + KEY + keyLength, length);
        Memory.putInt(keys.address() + length, place);
        Memory.putInt(keys.address() + length + LENGTH, keyLength);
        Memory.copy(address, keys.address() + length + KEY, keyLength);
        table[slot] = length;
        length += KEY + keyLength;
        if (++count * 2 > table.length) {
            grow();
        }
        return true;
    }

    private void grow() {
        table = newTable(2 * table.length);
        for (int position = 0; position < length; position = after(position)) {
            table[slot(place(position), address(position) + KEY, keyLength(position))] = position;
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

    private boolean isAt(int position, int place, long address, int keyLength) {
        return place(position) == place
                && Memory.equals(address(position) + KEY, keyLength(position), address, keyLength);
    }

    @Override
    public void close() {
        keys.close();
    }
}

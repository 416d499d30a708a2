package io.tailrace.node.shard;

import io.tailrace.wire.memory.Memory;
import java.util.Arrays;

/**
 * What the uncommitted effects of a transaction make of the keys they touch, so that its later commands see its earlier
 * ones before anything is in the store. Keys and values lie in the record that is being built and are kept as offsets,
 * because the record moves while it grows. Owned by the shard's reactor thread; reused, no garbage.
 */
final class PendingKeys {
    static final int NONE = -1;
    static final int VALUE_IN_STORE = -1;

    private static final int INITIAL = 16;

    private int count;
    private int[] keyOffset = new int[INITIAL];
    private int[] keyLength = new int[INITIAL];
    private int[] valueOffset = new int[INITIAL];
    private int[] valueLength = new int[INITIAL];
    private long[] expireAt = new long[INITIAL];
    private boolean[] exists = new boolean[INITIAL];
    private int[] slotOf = new int[INITIAL];
    private int[] table = newTable(4 * INITIAL);

    private static int[] newTable(int size) {
        int[] table = new int[size];
        Arrays.fill(table, NONE);
        return table;
    }

    void clear() {
        for (int i = 0; i < count; i++) {
            table[slotOf[i]] = NONE;
        }
        count = 0;
    }

    int count() {
        return count;
    }

    /** The position of a key, or {@link #NONE}. */
    int find(long record, long address, int length) {
        return count == 0 ? NONE : table[slot(record, address, length)];
    }

    /** The position of a key whose bytes are in the record, made if it has none. */
    int findOrAdd(long record, int offset, int length) {
        int slot = slot(record, record + offset, length);
        if (table[slot] != NONE) {
            return table[slot];
        }
        if (count == keyOffset.length) {
            grow(record);
            slot = slot(record, record + offset, length);
        }
        int at = count++;
        keyOffset[at] = offset;
        keyLength[at] = length;
        slotOf[at] = slot;
        table[slot] = at;
        return at;
    }

    private int slot(long record, long address, int length) {
        int mask = table.length - 1;
        int slot = (int) Memory.hash64(address, length) & mask;
        while (table[slot] != NONE) {
            int at = table[slot];
            if (Memory.equals(record + keyOffset[at], keyLength[at], address, length)) {
                return slot;
            }
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow(long record) {
        int size = 2 * count;
        keyOffset = Arrays.copyOf(keyOffset, size);
        keyLength = Arrays.copyOf(keyLength, size);
        valueOffset = Arrays.copyOf(valueOffset, size);
        valueLength = Arrays.copyOf(valueLength, size);
        expireAt = Arrays.copyOf(expireAt, size);
        exists = Arrays.copyOf(exists, size);
        slotOf = Arrays.copyOf(slotOf, size);
        table = newTable(4 * size);
        for (int i = 0; i < count; i++) {
            slotOf[i] = slot(record, record + keyOffset[i], keyLength[i]);
            table[slotOf[i]] = i;
        }
    }

    void setPresent(int at, int newValueOffset, int newValueLength, long newExpireAt) {
        exists[at] = true;
        valueOffset[at] = newValueOffset;
        valueLength[at] = newValueLength;
        expireAt[at] = newExpireAt;
    }

    void setAbsent(int at) {
        exists[at] = false;
    }

    boolean exists(int at) {
        return exists[at];
    }

    int keyOffset(int at) {
        return keyOffset[at];
    }

    int keyLength(int at) {
        return keyLength[at];
    }

    /** Where in the record the value is, or {@link #VALUE_IN_STORE}. */
    int valueOffset(int at) {
        return valueOffset[at];
    }

    int valueLength(int at) {
        return valueLength[at];
    }

    long expireAt(int at) {
        return expireAt[at];
    }
}

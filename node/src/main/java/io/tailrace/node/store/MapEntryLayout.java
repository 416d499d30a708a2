package io.tailrace.node.store;

import io.tailrace.wire.memory.Memory;

/**
 * An entry of a map as the library lays it out. Stateless; see {@link MapTables}.
 *
 * <pre>
 *  | length of the key | key | length of the value | value |
 *
 *  a length: seven bits a byte from the lowest on, the highest bit says that there are more
 * </pre>
 */
final class MapEntryLayout {
    private MapEntryLayout() {}

    /** How many bytes a length takes, as it is written. */
    static int lengthBytes(long length) {
        return length < 1 << 7 ? 1 : length < 1 << 14 ? 2 : 3;
    }

    /** Writes a length; gives what comes after it. */
    static long putLength(long at, int length) {
        long next = at;
        int rest = length;
        while (rest > 0x7f) {
            Memory.putByte(next++, (byte) (rest | 0x80));
            rest >>>= 7;
        }
        Memory.putByte(next++, (byte) rest);
        return next;
    }

    /** Makes {@code key} and {@code value} point at an entry's. */
    static void show(long entry, Slice key, Slice value) {
        long read = readLength(entry);
        key.set(entry + endOfLength(read), length(read));
        long at = key.address + key.length;
        read = readLength(at);
        value.set(at + endOfLength(read), length(read));
    }

    /** Whether an entry is of a key; {@code value} points at its value then. */
    static boolean isOf(long entry, long key, int length, Slice value) {
        long read = readLength(entry);
        long at = entry + endOfLength(read);
        if (!Memory.equals(at, length(read), key, length)) {
            return false;
        }
        at += length(read);
        read = readLength(at);
        value.set(at + endOfLength(read), length(read));
        return true;
    }

    /** A length as it is written, with how many bytes that takes: {@link #length}, {@link #endOfLength}. */
    static long readLength(long at) {
        int first = Memory.getByte(at);
        if (first >= 0) {
            return 1L << Integer.SIZE | first;
        }
        int second = Memory.getByte(at + 1);
        int length = first & 0x7f | (second & 0x7f) << 7;
        if (second >= 0) {
            return 2L << Integer.SIZE | length;
        }
        return 3L << Integer.SIZE | length | (Memory.getByte(at + 2) & 0x7f) << 14;
    }

    static int length(long read) {
        return (int) read;
    }

    static int endOfLength(long read) {
        return (int) (read >>> Integer.SIZE);
    }

    /** Bytes of an entry. */
    static long bytes(long entry) {
        long at = valueOf(entry);
        long read = readLength(at);
        return at + endOfLength(read) + length(read) - entry;
    }

    /** Where the length of an entry's value is. */
    static long valueOf(long entry) {
        long read = readLength(entry);
        return entry + endOfLength(read) + length(read);
    }
}

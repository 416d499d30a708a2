package io.tailrace.node.arena;

import io.tailrace.wire.memory.Memory;

/**
 * A byte string as it stands in a page: its length, then its bytes, or where they are when there are many.
 *
 * <pre>
 *  0..127         | length u8           | bytes ...
 *  128..{@value #MAX_INLINE}      | 0x80 + length >> 8  | length u8 | bytes ...
 *  more           | 0xff                | address of a block i64    | length i32       ({@value #REFERENCE_BYTES} bytes)
 * </pre>
 *
 * <p>A block belongs to the one cell that refers to it, wherever that cell is moved; see {@link ElementBlocks}.
 */
final class Cell {
    /** Longer byte strings lie in a block of their own, so that several elements fit every page. */
    static final int MAX_INLINE = 1 << 10;

    static final int REFERENCE_BYTES = 1 + Long.BYTES + Integer.BYTES;

    private static final int REFERENCE = 0xff;
    private static final int LONG = 0x80;
    private static final int MAX_SHORT = 0x7f;

    private Cell() {}

    /** Bytes that a string of a length takes in a page. */
    static int bytesFor(int length) {
        if (length > MAX_INLINE) {
            return REFERENCE_BYTES;
        }
        return length > MAX_SHORT ? 2 + length : 1 + length;
    }

    /** Bytes that the cell takes in its page. */
    static int bytes(long cell) {
        int first = Memory.getByte(cell) & 0xff;
        if (first < LONG) {
            return 1 + first;
        }
        return first == REFERENCE ? REFERENCE_BYTES : 2 + longLength(cell, first);
    }

    private static int longLength(long cell, int first) {
        return (first & MAX_SHORT) << Byte.SIZE | Memory.getByte(cell + 1) & 0xff;
    }

    /** Of the string. */
    static int length(long cell) {
        int first = Memory.getByte(cell) & 0xff;
        if (first < LONG) {
            return first;
        }
        return first == REFERENCE ? Memory.getInt(cell + 1 + Long.BYTES) : longLength(cell, first);
    }

    /** Where the string is. */
    static long address(long cell) {
        int first = Memory.getByte(cell) & 0xff;
        if (first < LONG) {
            return cell + 1;
        }
        return first == REFERENCE ? Memory.getLong(cell + 1) : cell + 2;
    }

    static boolean isReference(long cell) {
        return (Memory.getByte(cell) & 0xff) == REFERENCE;
    }

    /** Writes a string of at most {@link #MAX_INLINE} bytes. */
    static void put(long cell, long address, int length) {
        assert length <= MAX_INLINE : length;
        if (length > MAX_SHORT) {
            Memory.putByte(cell, (byte) (LONG | length >> Byte.SIZE));
            Memory.putByte(cell + 1, (byte) length);
            Memory.copy(address, cell + 2, length);
        } else {
            Memory.putByte(cell, (byte) length);
            Memory.copy(address, cell + 1, length);
        }
    }

    /** Writes a reference to a block. */
    static void putReference(long cell, long block, int length) {
        Memory.putByte(cell, (byte) REFERENCE);
        Memory.putLong(cell + 1, block);
        Memory.putInt(cell + 1 + Long.BYTES, length);
    }
}

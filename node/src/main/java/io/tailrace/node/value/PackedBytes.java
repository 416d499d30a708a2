package io.tailrace.node.value;

import io.tailrace.wire.memory.Memory;

/**
 * A byte string with its length before it, in packed collections and in snapshots. Stateless.
 *
 * <pre>
 *  0..127              | length u8                        | bytes ...
 *  128..{@value #MAX_TWO}        | 0x80 + length >> 8 | length u8     | bytes ...
 *  more                | 0xff | length i32                | bytes ...
 * </pre>
 */
public final class PackedBytes {
    private static final int LONG = 0x80;
    private static final int MAX_ONE = 0x7f;
    private static final int MAX_TWO = 0x7eff;
    private static final int FIVE = 0xff;
    private static final int FIVE_BYTES = 1 + Integer.BYTES;

    private PackedBytes() {}

    /** Bytes that a string of a length takes. */
    public static int bytesFor(int length) {
        return headerFor(length) + length;
    }

    private static int headerFor(int length) {
        if (length <= MAX_ONE) {
            return 1;
        }
        return length <= MAX_TWO ? 2 : FIVE_BYTES;
    }

    private static int header(int first) {
        if (first <= MAX_ONE) {
            return 1;
        }
        return first == FIVE ? FIVE_BYTES : 2;
    }

    /** Bytes that the string there takes. */
    public static int bytes(long at) {
        return header(Memory.getByte(at) & 0xff) + length(at);
    }

    /** Of the string there. */
    public static int length(long at) {
        int first = Memory.getByte(at) & 0xff;
        if (first <= MAX_ONE) {
            return first;
        }
        return first == FIVE ? Memory.getInt(at + 1) : (first & MAX_ONE) << Byte.SIZE | Memory.getByte(at + 1) & 0xff;
    }

    /** Where the bytes of the string there are. */
    public static long address(long at) {
        return at + header(Memory.getByte(at) & 0xff);
    }

    /** Writes a string; gives the address after it. */
    public static long put(long at, long address, int length) {
        long to = putLength(at, length);
        Memory.copy(address, to, length);
        return to + length;
    }

    /** Writes the length of a string; gives the address where its bytes go. */
    static long putLength(long at, int length) {
        int header = headerFor(length);
        if (header == 1) {
            Memory.putByte(at, (byte) length);
        } else if (header == 2) {
            Memory.putByte(at, (byte) (LONG | length >> Byte.SIZE));
            Memory.putByte(at + 1, (byte) length);
        } else {
            Memory.putByte(at, (byte) FIVE);
            Memory.putInt(at + 1, length);
        }
        return at + header;
    }

    /** Bytes of the string at the start of this many that came from elsewhere, or -1 when it is not whole there. */
    public static int checkedBytes(long at, int available) {
        if (available < 1) {
            return -1;
        }
        int header = header(Memory.getByte(at) & 0xff);
        if (available < header) {
            return -1;
        }
        int length = length(at);
        return length < 0 || length > available - header ? -1 : header + length;
    }

    /** Gives every string of this many bytes of them, one after the other; ends where one is not whole. */
    static void forEach(long address, int length, ArgumentReceiver strings) {
        long end = address + length;
        for (long at = address; at < end; ) {
            int bytes = checkedBytes(at, (int) (end - at));
            if (bytes < 0) {
                return;
            }
            strings.argument(address(at), length(at));
            at += bytes;
        }
    }
}

package io.tailrace.wire.memory;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.LongAdder;
import net.openhft.chronicle.core.UnsafeMemory;
import net.openhft.hashing.LongHashFunction;

/**
 * Raw native memory: every byte on the hot path is an address and a length, and only this class touches it.
 *
 * <p>Multi-byte values are little-endian and may stand at any address. Nothing is bounds-checked: a wrong address is
 * a wrong read or a crash of the process, so callers check lengths that come from outside before they come here.
 * All methods are static, lock-free and, but for {@link #toBytes} and {@link #toAscii}, free of garbage.
 */
public final class Memory {
    /** Below this length a loop of words is cheaper than the call into the runtime's copy stub. */
    private static final int INLINE_COPY = 64;

    private static final UnsafeMemory UNSAFE = UnsafeMemory.MEMORY;
    private static final LongHashFunction XX3 = LongHashFunction.xx3();
    private static final LongAdder ALLOCATED = new LongAdder();

    static {
        if (!UnsafeMemory.IS_LITTLE_ENDIAN) {
            throw new ExceptionInInitializerError("Tailrace's formats are little-endian, and so the machine must be");
        }
    }

    private Memory() {}

    public static byte getByte(long address) {
        return UnsafeMemory.unsafeGetByte(address);
    }

    public static short getShort(long address) {
        return UnsafeMemory.unsafeGetShort(null, address);
    }

    public static int getInt(long address) {
        return UnsafeMemory.unsafeGetInt(address);
    }

    public static long getLong(long address) {
        return UnsafeMemory.unsafeGetLong(address);
    }

    public static void putByte(long address, byte value) {
        UnsafeMemory.unsafePutByte(address, value);
    }

    public static void putShort(long address, short value) {
        UnsafeMemory.unsafePutShort(null, address, value);
    }

    public static void putInt(long address, int value) {
        UnsafeMemory.unsafePutInt(address, value);
    }

    public static void putLong(long address, long value) {
        UnsafeMemory.unsafePutLong(address, value);
    }

    /** Copies {@code length} bytes. The ranges may overlap only if the bytes move down ({@code to < from}). */
    public static void copy(long from, long to, long length) {
        if (length >= INLINE_COPY) {
            UNSAFE.copyMemory(from, to, length);
            return;
        }
        int left = (int) length;
        while (left >= Long.BYTES) {
            putLong(to, getLong(from));
            from += Long.BYTES;
            to += Long.BYTES;
            left -= Long.BYTES;
        }
        while (left > 0) {
            putByte(to++, getByte(from++));
            left--;
        }
    }

    /** Copies {@code length} bytes between ranges that may overlap in any way. */
    public static void move(long from, long to, long length) {
        UNSAFE.copyMemory(from, to, length);
    }

    /** Allocates {@code length} bytes, uninitialised, until {@link #free}. Any thread. */
    public static long allocate(long length) {
        long address = UNSAFE.allocate(length);
        ALLOCATED.add(length);
        return address;
    }

    /** Frees what {@link #allocate} gave, of the same length. Any thread. */
    public static void free(long address, long length) {
        UNSAFE.freeMemory(address, length);
        ALLOCATED.add(-length);
    }

    /** Bytes that {@link #allocate} gave and that were not freed yet, for leak tests and metrics. Any thread. */
    public static long allocatedBytes() {
        return ALLOCATED.sum();
    }

    /** Sets {@code length} bytes. */
    public static void fill(long address, long length, byte value) {
        UNSAFE.setMemory(address, length, value);
    }

    /** Copies {@code length} bytes of the array, from {@code offset} on, to native memory. */
    public static void copyIn(byte[] from, int offset, long to, int length) {
        if (length > 0) {
            UNSAFE.writeBytes(to, from, offset, length);
        }
    }

    /** Copies {@code length} bytes of native memory into the array at {@code offset}. */
    public static void copyOut(long from, byte[] to, int offset, int length) {
        if (length > 0) {
            UNSAFE.readBytes(from, to, offset, length);
        }
    }

    /** Whether two ranges of memory hold the same bytes. */
    public static boolean equals(long a, int aLength, long b, int bLength) {
        if (aLength != bLength) {
            return false;
        }
        int at = 0;
        for (; at <= aLength - Long.BYTES; at += Long.BYTES) {
            if (getLong(a + at) != getLong(b + at)) {
                return false;
            }
        }
        for (; at < aLength; at++) {
            if (getByte(a + at) != getByte(b + at)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a range of memory holds the bytes of an array. */
    public static boolean equals(long a, int aLength, byte[] b) {
        if (aLength != b.length) {
            return false;
        }
        for (int at = 0; at < aLength; at++) {
            if (getByte(a + at) != b[at]) {
                return false;
            }
        }
        return true;
    }

    /** Compares with a keyword of ASCII characters written in upper case; ASCII letters match in either case. */
    public static boolean equalsIgnoreCase(long a, int aLength, String upperAscii) {
        if (aLength != upperAscii.length()) {
            return false;
        }
        for (int at = 0; at < aLength; at++) {
            int have = getByte(a + at);
            if (have >= 'a' && have <= 'z') {
                have -= 'a' - 'A';
            }
            if (have != upperAscii.charAt(at)) {
                return false;
            }
        }
        return true;
    }

    /** Orders byte strings as unsigned bytes, a prefix before what it begins: negative, zero or positive. */
    public static int compare(long a, int aLength, long b, int bLength) {
        int common = Math.min(aLength, bLength);
        int at = 0;
        for (; at <= common - Long.BYTES; at += Long.BYTES) {
            long left = getLong(a + at);
            long right = getLong(b + at);
            if (left != right) {
                return Long.compareUnsigned(Long.reverseBytes(left), Long.reverseBytes(right));
            }
        }
        for (; at < common; at++) {
            int difference = (getByte(a + at) & 0xff) - (getByte(b + at) & 0xff);
            if (difference != 0) {
                return difference;
            }
        }
        return Integer.compare(aLength, bLength);
    }

    /** How many bytes two ranges of memory have in common at their begin, this many at most. */
    public static int commonPrefix(long a, long b, int most) {
        int at = 0;
        while (at <= most - Long.BYTES && getLong(a + at) == getLong(b + at)) {
            at += Long.BYTES;
        }
        while (at < most && getByte(a + at) == getByte(b + at)) {
            at++;
        }
        return at;
    }

    /** XXH3, 64 bits, seed 0, of the bytes. */
    public static long hash64(long address, int length) {
        return XX3.hashMemory(address, length);
    }

    /** XXH3, 64 bits, seed 0, of the eight little-endian bytes of {@code value}; a bijection of the value. */
    public static long hash64(long value) {
        return XX3.hashLong(value);
    }

    /** A copy of the bytes on the heap. */
    public static byte[] toBytes(long address, int length) {
        byte[] bytes = new byte[length];
        copyOut(address, bytes, 0, length);
        return bytes;
    }

    /** The bytes as a string, one character a byte (ISO 8859-1, so that no byte is lost). */
    public static String toAscii(long address, int length) {
        return new String(toBytes(address, length), StandardCharsets.ISO_8859_1);
    }
}

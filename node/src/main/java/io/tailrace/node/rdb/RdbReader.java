package io.tailrace.node.rdb;

import io.tailrace.wire.memory.Decimal;
import io.tailrace.wire.memory.DoubleReader;
import io.tailrace.wire.memory.Memory;

/**
 * Goes through bytes in RDB's form, and through those of the encodings in it. Every step is checked against the end. For one thread;
 * reused.
 *
 * <pre>
 *  a length      00LLLLLL | 01LLLLLL LLLLLLLL | 10000000 + 4 bytes | 10000001 + 8 bytes, the first first
 *  a string      length, bytes | 110000ww + an integer of 1, 2 or 4 bytes, w 0 to 2 | 11000011 + LZF: length, length as it was, bytes
 * </pre>
 */
public final class RdbReader {
    private static final int SIX_BITS = 0;
    private static final int FOURTEEN_BITS = 1;
    private static final int WHOLE = 2;
    private static final int LENGTH_32 = 0x80;
    private static final int LENGTH_64 = 0x81;
    private static final int INT_8 = 0xc0;
    private static final int INT_16 = 0xc1;
    private static final int INT_32 = 0xc2;
    private static final int LZF = 0xc3;
    private static final int NAN = 253;
    private static final int INFINITE = 254;
    private static final int MINUS_INFINITE = 255;

    private long at;
    private long end;

    /** Begins at the first of this many bytes. */
    public RdbReader wrap(long address, long length) {
        at = address;
        end = address + length;
        return this;
    }

    public long left() {
        return end - at;
    }

    long address() {
        return at;
    }

    /** Passes over bytes; gives where they are. */
    long skip(long bytes) throws BadPayloadException {
        if (bytes < 0 || bytes > end - at) {
            throw new BadPayloadException("bytes are missing at the end");
        }
        long skipped = at;
        at += bytes;
        return skipped;
    }

    /** Unsigned. */
    public int u8() throws BadPayloadException {
        return Memory.getByte(skip(1)) & 0xff;
    }

    int u16() throws BadPayloadException {
        return Memory.getShort(skip(Short.BYTES)) & 0xffff;
    }

    int i32() throws BadPayloadException {
        return Memory.getInt(skip(Integer.BYTES));
    }

    long i64() throws BadPayloadException {
        return Memory.getLong(skip(Long.BYTES));
    }

    /** Signed, of 1 to 8 bytes, the lowest first. */
    long integer(int bytes) throws BadPayloadException {
        long from = skip(bytes);
        long number = Memory.getByte(from + bytes - 1);
        for (int i = bytes - 2; i >= 0; i--) {
            number = number << Byte.SIZE | Memory.getByte(from + i) & 0xff;
        }
        return number;
    }

    /** Unsigned, of this many bytes, the highest first. */
    long bigEndian(int bytes) throws BadPayloadException {
        long number = 0;
        for (int i = 0; i < bytes; i++) {
            number = number << Byte.SIZE | u8();
        }
        return number;
    }

    /** A number of elements, or of bytes. */
    long count() throws BadPayloadException {
        long count = number();
        if (count < 0) {
            throw new BadPayloadException("an invalid length");
        }
        return count;
    }

    /** The same where all 64 bits may be set. */
    long number() throws BadPayloadException {
        int first = u8();
        switch (first >>> 6) {
            case SIX_BITS:
                return first;
            case FOURTEEN_BITS:
                return (first & 0x3f) << Byte.SIZE | u8();
            case WHOLE:
                if (first == LENGTH_32) {
                    return bigEndian(Integer.BYTES);
                }
                if (first != LENGTH_64) {
                    throw new BadPayloadException("an invalid length");
                }
                return bigEndian(Long.BYTES);
            default:
                throw new BadPayloadException("an invalid length");
        }
    }

    /** Adds a string to the elements. */
    void string(RdbElements into) throws BadPayloadException {
        switch (end > at ? Memory.getByte(at) & 0xff : 0) {
            case INT_8 -> into.addLong(integerBehind(Byte.BYTES));
            case INT_16 -> into.addLong(integerBehind(Short.BYTES));
            case INT_32 -> into.addLong(integerBehind(Integer.BYTES));
            case LZF -> expand(into);
            default -> {
                long length = count();
                into.add(skip(length), (int) length);
            }
        }
    }

    private long integerBehind(int bytes) throws BadPayloadException {
        skip(1);
        return integer(bytes);
    }

    private void expand(RdbElements into) throws BadPayloadException {
        skip(1);
        long compressed = count();
        long length = count();
        long from = skip(compressed);
        // before memory is taken for what a few bytes claim
        if (length == 0 || length > compressed * Lzf.MAX_RATIO) {
            throw new BadPayloadException("too many compressed bytes");
        }
        if (!Lzf.expand(from, (int) compressed, into.begin(Math.toIntExact(length)), (int) length)) {
            throw new BadPayloadException("compressed bytes are damaged");
        }
    }

    /** A double of the old form: a length and its text, or a name in place of the length. */
    double oldDouble() throws BadPayloadException {
        int length = u8();
        return switch (length) {
            case NAN -> Double.NaN;
            case INFINITE -> Double.POSITIVE_INFINITY;
            case MINUS_INFINITE -> Double.NEGATIVE_INFINITY;
            default -> score(skip(length), length);
        };
    }

    static double score(long address, int length) {
        if (Decimal.isLong(address, length)) {
            return Decimal.parse(address, length);
        }
        return DoubleReader.read(address, length);
    }

    void requireEnd() throws BadPayloadException {
        if (at != end) {
            throw new BadPayloadException("bytes are left at the end");
        }
    }
}

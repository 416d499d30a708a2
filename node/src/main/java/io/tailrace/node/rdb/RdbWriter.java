package io.tailrace.node.rdb;

import io.tailrace.wire.memory.Decimal;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;

/**
 * A payload as it is written, in the form that {@link RdbReader} reads. Strings are not compressed. For one thread, which closes it.
 */
public final class RdbWriter implements AutoCloseable {
    /** Of Redis 7.0. */
    public static final int VERSION = 10;
    /** Behind the value: the version, and the checksum of all before it. */
    public static final int FOOTER = Short.BYTES + Long.BYTES;

    private static final int MAX_LENGTH = 1 + Long.BYTES;
    private static final int MAX_INTEGER = 11;

    private final NativeBuffer buffer = new NativeBuffer(1 << 10);
    private int length;

    void u8(int value) {
        Memory.putByte(room(1), (byte) value);
        length++;
    }

    void i32(int value) {
        Memory.putInt(room(Integer.BYTES), value);
        length += Integer.BYTES;
    }

    void i64(long value) {
        Memory.putLong(room(Long.BYTES), value);
        length += Long.BYTES;
    }

    /** The lowest first. */
    void integer(long value, int bytes) {
        long at = room(bytes);
        for (int i = 0; i < bytes; i++) {
            Memory.putByte(at + i, (byte) (value >>> i * Byte.SIZE));
        }
        length += bytes;
    }

    /** A length or another number, without a sign. */
    void count(long number) {
        room(MAX_LENGTH);
        if (number < 0) {
            u8(0x81);
            i64(Long.reverseBytes(number));
        } else if (number < 1 << 6) {
            u8((int) number);
        } else if (number < 1 << 14) {
            u8(0x40 | (int) (number >>> Byte.SIZE));
            u8((int) number);
        } else if (number <= 0xffff_ffffL) {
            u8(0x80);
            i32(Integer.reverseBytes((int) number));
        } else {
            u8(0x81);
            i64(Long.reverseBytes(number));
        }
    }

    /** A string, as an integer if it is one of up to 32 bits. */
    void string(long address, int bytes) {
        long number =
                bytes <= MAX_INTEGER && Decimal.isLong(address, bytes) ? Decimal.parse(address, bytes) : Long.MAX_VALUE;
        if (number == (byte) number) {
            u8(0xc0);
            integer(number, 1);
        } else if (number == (short) number) {
            u8(0xc1);
            integer(number, Short.BYTES);
        } else if (number == (int) number) {
            u8(0xc2);
            integer(number, Integer.BYTES);
        } else {
            bytes(address, bytes);
        }
    }

    /** A string as it is. */
    void bytes(long address, int bytes) {
        count(bytes);
        Memory.copy(address, room(bytes), bytes);
        length += bytes;
    }

    /** What another one has. */
    void append(RdbWriter other) {
        Memory.copy(other.buffer.address(), room(other.length), other.length);
        length += other.length;
    }

    void clear() {
        length = 0;
    }

    /** Gives memory back that a very long one took; nothing is kept. */
    void shrinkTo(int bytes) {
        length = 0;
        buffer.shrinkTo(bytes);
    }

    private long room(int bytes) {
        buffer.ensureCapacity(Math.addExact(length, bytes), length);
        return buffer.address() + length;
    }

    /** Adds version and checksum. */
    void seal() {
        integer(VERSION, Short.BYTES);
        i64(Crc64.of(buffer.address(), length));
    }

    public long address() {
        return buffer.address();
    }

    public int length() {
        return length;
    }

    @Override
    public void close() {
        buffer.close();
    }
}

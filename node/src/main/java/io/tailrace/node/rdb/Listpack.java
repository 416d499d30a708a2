package io.tailrace.node.rdb;

import io.tailrace.wire.memory.Decimal;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;

/** Writes a listpack, for whose form see {@link PackedEncodings}. Integers are written as such. For one thread, which closes it; reused. */
final class Listpack implements AutoCloseable {
    private static final int HEADER = Integer.BYTES + Short.BYTES;
    private static final int COUNT = Integer.BYTES;
    private static final int MANY = 0xffff;
    private static final int MAX_NUMBER = 9;
    private static final int MAX_BACKWARDS = 5;
    /** Of the lengths that are written with this many bytes: the first that is not, as Redis has it. */
    private static final int[] BACKWARDS = {128, 16_383, 2_097_151, 268_435_455};

    private final NativeBuffer buffer = new NativeBuffer(1 << 10);
    private int length;
    private int count;

    Listpack begin() {
        length = HEADER;
        count = 0;
        return this;
    }

    static int backwardsBytes(long length) {
        int bytes = 1;
        while (bytes < MAX_BACKWARDS && length >= BACKWARDS[bytes - 1]) {
            bytes++;
        }
        return bytes;
    }

    /** Of an element with all that belongs to it. */
    static int bytesOf(long address, int length) {
        int bytes = Decimal.isLong(address, length)
                ? numberBytes(Decimal.parse(address, length))
                : headerBytes(length) + length;
        return bytes + backwardsBytes(bytes);
    }

    /** With the end. */
    int length() {
        return length + 1;
    }

    int count() {
        return count;
    }

    private static int numberBytes(long number) {
        if (number >= 0 && number < 1 << 7) {
            return 1;
        }
        if (number >= -(1 << 12) && number < 1 << 12) {
            return 2;
        }
        for (int bytes = 2; bytes < Long.BYTES; bytes++) {
            long bound = 1L << bytes * Byte.SIZE - 1;
            if (bytes <= Integer.BYTES && number >= -bound && number < bound) {
                return 1 + bytes;
            }
        }
        return 1 + Long.BYTES;
    }

    private static int headerBytes(int length) {
        return length < 1 << 6 ? 1 : length < 1 << 12 ? 2 : 1 + Integer.BYTES;
    }

    void add(long address, int bytes) {
        if (Decimal.isLong(address, bytes)) {
            addLong(Decimal.parse(address, bytes));
            return;
        }
        long at = room(1 + Integer.BYTES + bytes);
        int header = headerBytes(bytes);
        if (header == 1) {
            Memory.putByte(at, (byte) (0x80 | bytes));
        } else if (header == 2) {
            Memory.putByte(at, (byte) (0xe0 | bytes >>> Byte.SIZE));
            Memory.putByte(at + 1, (byte) bytes);
        } else {
            Memory.putByte(at, (byte) 0xf0);
            Memory.putInt(at + 1, bytes);
        }
        Memory.copy(address, at + header, bytes);
        end(header + bytes);
    }

    void addLong(long number) {
        long at = room(MAX_NUMBER);
        int bytes = numberBytes(number);
        if (bytes == 1) {
            Memory.putByte(at, (byte) number);
        } else if (bytes == 2) {
            Memory.putByte(at, (byte) (0xc0 | number >>> Byte.SIZE & 0x1f));
            Memory.putByte(at + 1, (byte) number);
        } else {
            Memory.putByte(at, (byte) (bytes == 1 + Long.BYTES ? 0xf4 : 0xf1 + bytes - 3));
            for (int i = 1; i < bytes; i++) {
                Memory.putByte(at + i, (byte) (number >>> (i - 1) * Byte.SIZE));
            }
        }
        end(bytes);
    }

    /** Puts a number below 128 in the place of the first element, which was one as well. */
    void first(int number) {
        Memory.putByte(buffer.address() + HEADER, (byte) number);
    }

    private long room(int bytes) {
        buffer.ensureCapacity(length + bytes + MAX_BACKWARDS + 1, length);
        return buffer.address() + length;
    }

    private void end(int bytes) {
        length += bytes;
        int backwards = backwardsBytes(bytes);
        for (int i = 0; i < backwards; i++) {
            int seven = bytes >>> 7 * (backwards - 1 - i) & 0x7f;
            Memory.putByte(buffer.address() + length + i, (byte) (i == 0 ? seven : seven | 0x80));
        }
        length += backwards;
        count++;
    }

    /** Completes it and adds it to a payload as a string. */
    void writeTo(RdbWriter payload) {
        buffer.ensureCapacity(length + 1, length);
        Memory.putByte(buffer.address() + length, (byte) 0xff);
        Memory.putInt(buffer.address(), length());
        Memory.putShort(buffer.address() + COUNT, (short) Math.min(count, MANY));
        payload.bytes(buffer.address(), length());
    }

    @Override
    public void close() {
        buffer.close();
    }
}

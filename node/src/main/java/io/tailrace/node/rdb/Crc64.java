package io.tailrace.node.rdb;

import io.tailrace.wire.memory.Memory;

/**
 * The checksum of RDB: CRC-64 with the polynomial of Jones, 0xad93d23594c935a9, bits reflected, beginning with 0 and with nothing at
 * the end; that of "123456789" is e9c6d914c4b8d9ca. Eight bytes a step. Stateless.
 */
public final class Crc64 {
    private static final long REFLECTED = 0x95ac9329ac4bc9b5L;
    private static final int STEP = Long.BYTES;
    private static final int BYTES = 256;
    private static final long[][] TABLES = tables();

    private Crc64() {}

    private static long[][] tables() {
        long[][] tables = new long[STEP][BYTES];
        for (int i = 0; i < BYTES; i++) {
            long crc = i;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ REFLECTED;
            }
            tables[0][i] = crc;
        }
        for (int i = 0; i < BYTES; i++) {
            for (int k = 1; k < STEP; k++) {
                long before = tables[k - 1][i];
                tables[k][i] = tables[0][(int) before & 0xff] ^ before >>> Byte.SIZE;
            }
        }
        return tables;
    }

    /** Of a range of memory. */
    public static long of(long address, int length) {
        return of(0, address, length);
    }

    /** Of bytes that follow others, whose checksum is {@code before}. */
    public static long of(long before, long address, int length) {
        long crc = before;
        int at = 0;
        for (; at + STEP <= length; at += STEP) {
            long word = crc ^ Memory.getLong(address + at);
            crc = 0;
            for (int k = 0; k < STEP; k++) {
                crc ^= TABLES[STEP - 1 - k][(int) (word >>> k * Byte.SIZE) & 0xff];
            }
        }
        for (; at < length; at++) {
            crc = TABLES[0][(int) (crc ^ Memory.getByte(address + at)) & 0xff] ^ crc >>> Byte.SIZE;
        }
        return crc;
    }
}

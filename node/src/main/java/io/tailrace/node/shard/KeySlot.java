package io.tailrace.node.shard;

import io.tailrace.wire.memory.Memory;

/**
 * Which shard a key belongs to: Redis Cluster's hash slot (CRC16/XMODEM of the key, or of its first non-empty
 * <code>{tag}</code>, modulo 16384), slots dealt out in equal ranges.
 *
 * <p>Source: Redis Cluster specification, "Key distribution model" and "Hash tags".
 */
public final class KeySlot {
    /** The error of a request whose keys are of several shards, without the dash. */
    public static final String CROSS_SLOT = "CROSSSLOT Keys in request don't hash to the same slot";

    private static final int SLOT_BITS = 14;
    private static final int POLYNOMIAL = 0x1021;
    private static final short[] TABLE = table();

    private KeySlot() {}

    private static short[] table() {
        short[] table = new short[256];
        for (int i = 0; i < table.length; i++) {
            int crc = i << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) != 0 ? crc << 1 ^ POLYNOMIAL : crc << 1;
            }
            table[i] = (short) crc;
        }
        return table;
    }

    /** 0 to shardCount - 1. */
    public static int shardOf(long key, int length, int shardCount) {
        return shardCount == 1 ? 0 : slotOf(key, length) * shardCount >>> SLOT_BITS;
    }

    /** 0 to 16383. */
    public static int slotOf(long key, int length) {
        int open = indexOf('{', key, 0, length);
        if (open >= 0) {
            int close = indexOf('}', key, open + 1, length);
            if (close > open + 1) {
                return crc16(key + open + 1, close - open - 1) & (1 << SLOT_BITS) - 1;
            }
        }
        return crc16(key, length) & (1 << SLOT_BITS) - 1;
    }

    private static int indexOf(char wanted, long key, int from, int length) {
        for (int i = from; i < length; i++) {
            if (Memory.getByte(key + i) == wanted) {
                return i;
            }
        }
        return -1;
    }

    private static int crc16(long address, int length) {
        int crc = 0;
        for (int i = 0; i < length; i++) {
            crc = crc << 8 ^ TABLE[(crc >>> 8 ^ Memory.getByte(address + i)) & 0xff];
        }
        return crc & 0xffff;
    }
}

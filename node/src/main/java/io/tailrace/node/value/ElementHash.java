package io.tailrace.node.value;

import io.tailrace.wire.memory.Memory;

/**
 * The hash by which Redis counts an element in a HyperLogLog: MurmurHash64A (Austin Appleby) with a seed of Redis's. Its lowest
 * bits name the register, the run of zeroes above them is what the register keeps the longest of. Stateless.
 */
final class ElementHash {
    private static final long SEED = 0xadc83b19L;
    private static final long MULTIPLIER = 0xc6a4a7935bd1e995L;
    private static final int SHIFT = 47;
    private static final int REGISTER_BITS = 14;
    private static final int RUN_BITS = Long.SIZE - REGISTER_BITS;

    private ElementHash() {}

    static long of(long address, int length) {
        long hash = SEED ^ length * MULTIPLIER;
        long at = address;
        for (int left = length; left >= Long.BYTES; left -= Long.BYTES, at += Long.BYTES) {
            hash = (hash ^ mixed(Memory.getLong(at))) * MULTIPLIER;
        }
        int rest = length % Long.BYTES;
        if (rest > 0) {
            for (int i = 0; i < rest; i++) {
                hash ^= (Memory.getByte(at + i) & 0xffL) << i * Byte.SIZE;
            }
            hash *= MULTIPLIER;
        }
        hash = (hash ^ hash >>> SHIFT) * MULTIPLIER;
        return hash ^ hash >>> SHIFT;
    }

    private static long mixed(long word) {
        long product = word * MULTIPLIER;
        return (product ^ product >>> SHIFT) * MULTIPLIER;
    }

    static int register(long hash) {
        return (int) hash & (1 << REGISTER_BITS) - 1;
    }

    /** Up to where the first 1 is, from 1 on. */
    static int run(long hash) {
        return Long.numberOfTrailingZeros(hash >>> REGISTER_BITS | 1L << RUN_BITS) + 1;
    }
}

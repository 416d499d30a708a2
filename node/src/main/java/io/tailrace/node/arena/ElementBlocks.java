package io.tailrace.node.arena;

import io.tailrace.wire.memory.Memory;

/**
 * Blocks for members and values too long for a page. Owned by one thread; a view's reader may read the blocks that it comes to.
 *
 * <pre>
 *  0              8              16         20        24            32
 *  | previous i64 | next i64     | epoch u32 | 0      | length i64  | bytes ...     a list, so that all can be freed
 * </pre>
 *
 * The epoch says which views may see it: those opened at it or later.
 */
final class ElementBlocks implements AutoCloseable {
    private static final int PREVIOUS = 0;
    private static final int NEXT = PREVIOUS + Long.BYTES;
    private static final int EPOCH = NEXT + Long.BYTES;
    private static final int LENGTH = EPOCH + 2 * Integer.BYTES;
    private static final int HEADER_BYTES = LENGTH + Long.BYTES;

    private long first;
    private long bytes;

    /** Copies a string into a block of its own; gives the address of the copy. */
    long store(long address, int length, int epoch) {
        long block = Memory.allocate(HEADER_BYTES + (long) length);
        Memory.putLong(block + PREVIOUS, 0);
        Memory.putLong(block + NEXT, first);
        Memory.putInt(block + EPOCH, epoch);
        Memory.putLong(block + LENGTH, length);
        Memory.copy(address, block + HEADER_BYTES, length);
        if (first != 0) {
            Memory.putLong(first + PREVIOUS, block);
        }
        first = block;
        bytes += cost(length);
        return block + HEADER_BYTES;
    }

    /** Bytes that a string of a length takes here. */
    static long cost(int length) {
        return HEADER_BYTES + (long) length;
    }

    static int epoch(long string) {
        return Memory.getInt(string - HEADER_BYTES + EPOCH);
    }

    /** Frees what {@link #store} gave. */
    void free(long string) {
        long block = string - HEADER_BYTES;
        long previous = Memory.getLong(block + PREVIOUS);
        long next = Memory.getLong(block + NEXT);
        if (previous == 0) {
            first = next;
        } else {
            Memory.putLong(previous + NEXT, next);
        }
        if (next != 0) {
            Memory.putLong(next + PREVIOUS, previous);
        }
        long length = Memory.getLong(block + LENGTH);
        bytes -= HEADER_BYTES + length;
        Memory.free(block, HEADER_BYTES + length);
    }

    /** Bytes that all blocks take. */
    long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        while (first != 0) {
            free(first + HEADER_BYTES);
        }
    }
}

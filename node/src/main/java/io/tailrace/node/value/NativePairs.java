package io.tailrace.node.value;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.util.Arrays;

/**
 * Pairs of a key of 64 unsigned bits and a number, which are sorted by their keys. Owned and closed by one thread.
 *
 * <p>Sorted by a byte of the key at a time, the lowest first (LSD radix sort), between two halves of the memory; a byte that is the same
 * in all keys costs nothing. Pairs of equal keys stay in their order.
 *
 * <pre>
 *  0      8         16
 *  | key  | number  | the next pair ..
 * </pre>
 */
final class NativePairs implements AutoCloseable {
    private static final int PAIR = 2 * Long.BYTES;
    private static final int DIGITS = Long.BYTES;
    private static final int VALUES = 1 << Byte.SIZE;

    private final NativeBuffer pairs;
    private final NativeBuffer scratch;
    private final int[] counts = new int[DIGITS * VALUES];
    private int size;

    /** @param most pairs that it takes */
    NativePairs(int most) {
        pairs = new NativeBuffer(Math.multiplyExact(most, PAIR));
        scratch = new NativeBuffer(pairs.capacity());
    }

    void add(long key, long number) {
        long at = pairs.address() + (long) size++ * PAIR;
        Memory.putLong(at, key);
        Memory.putLong(at + Long.BYTES, number);
    }

    int size() {
        return size;
    }

    boolean isFull() {
        return (long) (size + 1) * PAIR > pairs.capacity();
    }

    void clear() {
        size = 0;
    }

    long key(int index) {
        return Memory.getLong(pairs.address() + (long) index * PAIR);
    }

    void key(int index, long key) {
        Memory.putLong(pairs.address() + (long) index * PAIR, key);
    }

    long number(int index) {
        return Memory.getLong(pairs.address() + (long) index * PAIR + Long.BYTES);
    }

    /** Sorts those from {@code first} on and before {@code end}. */
    void sort(int first, int end) {
        long bytes = (long) (end - first) * PAIR;
        long from = pairs.address() + (long) first * PAIR;
        long to = scratch.address();
        countDigits(from, bytes);
        for (int digit = 0; digit < DIGITS; digit++) {
            if (!isSame(digit, from, end - first)) {
                distribute(digit, from, bytes, to);
                long other = from;
                from = to;
                to = other;
            }
        }
        if (from == scratch.address()) {
            Memory.copy(from, to, bytes);
        }
    }

    private void countDigits(long from, long bytes) {
        Arrays.fill(counts, 0);
        for (long at = from; at < from + bytes; at += PAIR) {
            long key = Memory.getLong(at);
            for (int digit = 0; digit < DIGITS; digit++) {
                counts[digit * VALUES + value(key, digit)]++;
            }
        }
    }

    private boolean isSame(int digit, long from, int count) {
        return counts[digit * VALUES + value(Memory.getLong(from), digit)] == count;
    }

    private void distribute(int digit, long from, long bytes, long to) {
        int offset = digit * VALUES;
        int next = 0;
        for (int value = offset; value < offset + VALUES; value++) {
            int count = counts[value];
            counts[value] = next;
            next += count;
        }
        for (long at = from; at < from + bytes; at += PAIR) {
            long key = Memory.getLong(at);
            long place = to + (long) counts[offset + value(key, digit)]++ * PAIR;
            Memory.putLong(place, key);
            Memory.putLong(place + Long.BYTES, Memory.getLong(at + Long.BYTES));
        }
    }

    private static int value(long key, int digit) {
        return (int) (key >>> digit * Byte.SIZE) & VALUES - 1;
    }

    @Override
    public void close() {
        pairs.close();
        scratch.close();
    }
}

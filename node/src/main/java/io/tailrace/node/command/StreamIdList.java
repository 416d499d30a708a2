package io.tailrace.node.command;

import io.tailrace.node.value.StreamId;
import java.util.Arrays;

/** IDs of entries, in the order in which they were added. Reused; one thread. */
final class StreamIdList {
    private static final int INITIAL = 32;
    /** More are given back after the command. */
    private static final int RETAINED = 16 << 10;

    private long[] numbers = new long[INITIAL];
    private int count;

    void clear() {
        count = 0;
        if (numbers.length > RETAINED) {
            numbers = new long[INITIAL];
        }
    }

    void add(StreamId id) {
        if (2 * count == numbers.length) {
            numbers = Arrays.copyOf(numbers, 4 * count);
        }
        numbers[2 * count] = id.millis();
        numbers[2 * count + 1] = id.sequence();
        count++;
    }

    int count() {
        return count;
    }

    StreamId get(int i, StreamId into) {
        return into.set(numbers[2 * i], numbers[2 * i + 1]);
    }
}

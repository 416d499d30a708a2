package io.tailrace.node.simulation;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes in their order, added at one end and taken at the other. One thread. */
final class ByteQueue {
    private byte[] bytes = new byte[1 << 10];
    private int begin;
    private int end;

    int size() {
        return end - begin;
    }

    boolean isEmpty() {
        return begin == end;
    }

    /** Takes {@code count} bytes out of the buffer. */
    void add(ByteBuffer from, int count) {
        reserve(count);
        from.get(bytes, end, count);
        end += count;
    }

    void add(byte[] from) {
        add(ByteBuffer.wrap(from), from.length);
    }

    private void reserve(int count) {
        if (end + count <= bytes.length) {
            return;
        }
        int size = size();
        byte[] target = size + count <= bytes.length ? bytes : new byte[Math.max(2 * bytes.length, size + count)];
        System.arraycopy(bytes, begin, target, 0, size);
        bytes = target;
        begin = 0;
        end = size;
    }

    /** Puts {@code count} bytes into the buffer. */
    void take(ByteBuffer into, int count) {
        into.put(bytes, begin, count);
        drop(count);
    }

    void moveTo(ByteQueue other, int count) {
        other.add(ByteBuffer.wrap(bytes, begin, count), count);
        drop(count);
    }

    byte[] copy() {
        return Arrays.copyOfRange(bytes, begin, end);
    }

    /** Takes everything. */
    byte[] takeAll() {
        byte[] all = new byte[size()];
        take(ByteBuffer.wrap(all), all.length);
        return all;
    }

    private void drop(int count) {
        begin += count;
        if (begin == end) {
            begin = 0;
            end = 0;
        }
    }

    /** Keeps the first {@code count} bytes only. */
    void cutTo(int count) {
        end = begin + Math.min(count, size());
    }
}

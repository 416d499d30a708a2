package io.tailrace.node.lua;

import java.util.Arrays;

/** Bytes that grow, charged to the budget of their thread's runtime before they do. */
final class LuaBuffer {
    private static final int MAX = Integer.MAX_VALUE - 16;

    private final LuaMemory memory;
    byte[] bytes;
    int length;

    LuaBuffer(LuaThread t) {
        this(t, 64);
    }

    LuaBuffer(LuaThread t, int capacity) {
        memory = t.runtime.memory();
        memory.charge(capacity);
        bytes = new byte[capacity];
    }

    void append(int b) {
        if (length == bytes.length) {
            ensure(1);
        }
        bytes[length++] = (byte) b;
    }

    void append(LuaString text) {
        append(text.bytes, 0, text.bytes.length);
    }

    void append(byte[] from, int offset, int count) {
        ensure(count);
        System.arraycopy(from, offset, bytes, length, count);
        length += count;
    }

    /** Text of signs below 256. */
    void append(String text) {
        ensure(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
    }

    void fill(int b, int count) {
        ensure(count);
        Arrays.fill(bytes, length, length + count, (byte) b);
        length += count;
    }

    void ensure(int more) {
        long needed = (long) length + more;
        if (needed <= bytes.length) {
            return;
        }
        if (needed > MAX) {
            throw new LuaError("not enough memory");
        }
        int size = (int) Math.min(MAX, Math.max(needed, bytes.length * 2L));
        memory.charge(size);
        bytes = Arrays.copyOf(bytes, size);
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    LuaString toLuaString() {
        memory.chargeString(length);
        return LuaString.wrap(toBytes());
    }
}

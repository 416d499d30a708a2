package io.tailrace.node.command;

import io.tailrace.node.value.StreamId;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.Arguments;

/** Reads IDs of streams as commands name them, by Redis's rules. Stateless. */
final class StreamIdText {
    static final String INVALID = "ERR Invalid stream ID specified as stream command argument";
    private static final String INVALID_START = "ERR invalid start ID for the interval";
    private static final String INVALID_END = "ERR invalid end ID for the interval";

    private StreamIdText() {}

    /** An ID with the sequence 0 if it has none; neither {@code -} nor {@code +}. */
    static boolean readStrict(Arguments arguments, int i, StreamId into) {
        return into.read(arguments.address(i), arguments.length(i), 0);
    }

    /** The same, or {@code -} for the lowest and {@code +} for the highest. */
    static boolean read(Arguments arguments, int i, StreamId into) {
        return read(arguments.address(i), arguments.length(i), 0, into);
    }

    private static boolean read(long address, int length, long missing, StreamId into) {
        if (is(address, length, '-')) {
            into.setLowest();
            return true;
        }
        if (is(address, length, '+')) {
            into.setHighest();
            return true;
        }
        return into.read(address, length, missing);
    }

    /** Whether it is this letter alone, for a reader that stops at a zero byte. */
    private static boolean is(long address, int length, char letter) {
        return length >= 1
                && length < 128
                && Memory.getByte(address) == letter
                && (length == 1 || Memory.getByte(address + 1) == 0);
    }

    /** Reads an interval's start, which an opening bracket leaves out; returns null or what is wrong. */
    static String readStart(Arguments arguments, int i, StreamId into) {
        long address = arguments.address(i);
        int length = arguments.length(i);
        if (isOpen(address, length)) {
            if (!into.read(address + 1, length - 1, 0)) {
                return INVALID;
            }
            return into.increment() ? null : INVALID_START;
        }
        return read(address, length, 0, into) ? null : INVALID;
    }

    /** Reads an interval's end, which an opening bracket leaves out; returns null or what is wrong. */
    static String readEnd(Arguments arguments, int i, StreamId into) {
        long address = arguments.address(i);
        int length = arguments.length(i);
        if (isOpen(address, length)) {
            if (!into.read(address + 1, length - 1, -1)) {
                return INVALID;
            }
            return into.decrement() ? null : INVALID_END;
        }
        return read(address, length, -1, into) ? null : INVALID;
    }

    private static boolean isOpen(long address, int length) {
        return length > 1 && Memory.getByte(address) == '(';
    }
}

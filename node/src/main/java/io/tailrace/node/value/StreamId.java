package io.tailrace.node.value;

import io.tailrace.wire.memory.Memory;

/**
 * The ID of an entry: milliseconds and a sequence, both unsigned. Mutable, so that it leaves no garbage; one thread.
 *
 * <pre>
 *  text     milliseconds [- sequence]       numbers as {@code strtoull} reads them where Redis's own reading fails
 *  sequence | bytes that follow u8 | number, big endian, without leading zero bytes |      in order; 0 is no bytes at all
 * </pre>
 */
public final class StreamId {
    /** Bytes of the longest text. */
    public static final int MAX_TEXT = 41;
    /** Bytes of the longest sequence. */
    static final int MAX_SEQUENCE = 1 + Long.BYTES;

    private static final int MAX_GIVEN = 127;
    private static final int DIGITS = 10;
    private static final long MAX_TENTH = Long.divideUnsigned(-1, DIGITS);

    private long millis;
    private long sequence;
    /** What was read last. */
    private long number;

    public StreamId() {}

    /** One of these numbers. */
    public StreamId(long millis, long sequence) {
        set(millis, sequence);
    }

    public StreamId set(long newMs, long newSequence) {
        millis = newMs;
        sequence = newSequence;
        return this;
    }

    public StreamId set(StreamId other) {
        return set(other.millis, other.sequence);
    }

    /** The lowest, 0-0, which no entry has. */
    public StreamId setLowest() {
        return set(0, 0);
    }

    /** The highest that an entry may have. */
    public StreamId setHighest() {
        return set(-1, -1);
    }

    public long millis() {
        return millis;
    }

    public long sequence() {
        return sequence;
    }

    public boolean isLowest() {
        return millis == 0 && sequence == 0;
    }

    public boolean isHighest() {
        return millis == -1 && sequence == -1;
    }

    /** Below 0, 0 or above, as this is before, the same or after. */
    public int compareTo(StreamId other) {
        return compare(millis, sequence, other.millis, other.sequence);
    }

    static int compare(long millis, long sequence, long otherMs, long otherSequence) {
        int order = Long.compareUnsigned(millis, otherMs);
        return order != 0 ? order : Long.compareUnsigned(sequence, otherSequence);
    }

    public boolean isBefore(StreamId other) {
        return compareTo(other) < 0;
    }

    public boolean isAfter(StreamId other) {
        return compareTo(other) > 0;
    }

    /** Becomes the next one; false after the highest: then it is the lowest. */
    public boolean increment() {
        sequence++;
        if (sequence == 0) {
            millis++;
        }
        return !isLowest();
    }

    /** Becomes the one before; false before the lowest: then it is the highest. */
    public boolean decrement() {
        if (sequence == 0) {
            millis--;
        }
        sequence--;
        return !isHighest();
    }

    /** Writes its text, at most {@link #MAX_TEXT} bytes; returns how many they were. */
    public int write(long address) {
        int length = writeNumber(address, millis);
        Memory.putByte(address + length++, (byte) '-');
        return length + writeNumber(address + length, sequence);
    }

    private static int writeNumber(long address, long number) {
        int length = 1;
        for (long left = tenth(number); left != 0; left /= DIGITS) {
            length++;
        }
        long left = number;
        for (int i = length - 1; i >= 0; i--) {
            long rest = tenth(left);
            Memory.putByte(address + i, (byte) ('0' + (left - rest * DIGITS)));
            left = rest;
        }
        return length;
    }

    /** Unsigned. A signed division by a constant is a multiplication, and every id that a clock gave is positive. */
    private static long tenth(long number) {
        return number >= 0 ? number / DIGITS : Long.divideUnsigned(number, DIGITS);
    }

    /**
     * Becomes what a text says, as Redis reads it.
     *
     * @param missing the sequence when the text has none
     * @return whether it is the text of an ID
     */
    public boolean read(long address, int length, long missing) {
        int end = end(address, length);
        int dash = dash(address, end);
        if (length > MAX_GIVEN || !readNumber(address, Math.min(dash, end))) {
            return false;
        }
        long newMs = number;
        number = missing;
        if (dash < end && !readNumber(address + dash + 1, end - dash - 1)) {
            return false;
        }
        set(newMs, number);
        return true;
    }

    /** The same of {@code milliseconds-*}, whose sequence is left open: it becomes 0. */
    public boolean readOpen(long address, int length) {
        int end = end(address, length);
        int dash = dash(address, end);
        boolean isOpen = length <= MAX_GIVEN && dash == end - 2 && Memory.getByte(address + end - 1) == '*';
        if (!isOpen || !readNumber(address, dash)) {
            return false;
        }
        set(number, 0);
        return true;
    }

    private static int end(long address, int length) {
        int end = 0;
        while (end < length && Memory.getByte(address + end) != 0) {
            end++;
        }
        return end;
    }

    private static int dash(long address, int end) {
        int dash = 0;
        while (dash < end && Memory.getByte(address + dash) != '-') {
            dash++;
        }
        return dash;
    }

    /** An unsigned number; white space, a sign and zeros before it are let pass where they are no signed number of Redis's. */
    private boolean readNumber(long address, int length) {
        int at = 0;
        while (at < length && isSpace(Memory.getByte(address + at))) {
            at++;
        }
        boolean isNegative = at < length && Memory.getByte(address + at) == '-';
        at += at < length && (isNegative || Memory.getByte(address + at) == '+') ? 1 : 0;
        int first = at;
        long value = 0;
        for (; at < length; at++) {
            int digit = Memory.getByte(address + at) - '0';
            boolean isDigit = digit >= 0 && digit < DIGITS;
            if (!isDigit || Long.compareUnsigned(value, MAX_TENTH) > 0) {
                return false;
            }
            value = value * DIGITS + digit;
            if (Long.compareUnsigned(value, digit) < 0) {
                return false;
            }
        }
        number = isNegative ? -value : value;
        boolean isSigned = isNegative && first == 1 && length > 1 && Memory.getByte(address + 1) != '0';
        // a number below 0 that Redis reads by itself is refused, what only the C library reads wraps round
        return at > first && !(isSigned && (value > 0 || value == Long.MIN_VALUE));
    }

    private static boolean isSpace(byte letter) {
        return letter == ' ' || letter >= '\t' && letter <= '\r';
    }

    /** Writes the sequence so that its bytes are in its order; returns how many they are, at most {@link #MAX_SEQUENCE}. */
    static int putSequence(long address, long sequence) {
        if (sequence == 0) {
            return 0;
        }
        int bytes = (Long.SIZE - Long.numberOfLeadingZeros(sequence) + Byte.SIZE - 1) / Byte.SIZE;
        Memory.putByte(address, (byte) bytes);
        Memory.putLong(address + 1, Long.reverseBytes(sequence << Long.SIZE - bytes * Byte.SIZE));
        return 1 + bytes;
    }

    /** Reads what {@link #putSequence} has written. */
    static long sequence(long address, int length) {
        long value = 0;
        for (int i = 1; i < length; i++) {
            value = value << Byte.SIZE | Memory.getByte(address + i) & 0xff;
        }
        return value;
    }

    /** Whether {@link #putSequence} may have written so. */
    static boolean isSequence(long address, int length) {
        return length == 0
                || length <= MAX_SEQUENCE && Memory.getByte(address) == length - 1 && Memory.getByte(address + 1) != 0;
    }
}

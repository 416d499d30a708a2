package io.tailrace.wire.memory;

/**
 * Signed 64-bit integers as decimal text, by Redis's rules ({@code string2ll} in util.c) and without garbage.
 *
 * <p>A number is {@code 0}, or an optional {@code -} and digits that don't begin with 0, within the range of a long.
 * So {@code +1}, {@code 01}, {@code -0}, {@code " 1"} and the empty string are not numbers.
 */
public final class Decimal {
    /** The longest text of a long, {@code -9223372036854775808}. */
    public static final int MAX_LENGTH = 20;

    /** Up to this many digits any number fits a long. */
    private static final int SAFE_DIGITS = 18;

    private Decimal() {}

    /** Whether {@link #parse} can read the text. */
    public static boolean isLong(long address, int length) {
        return length <= SAFE_DIGITS ? isShortNumber(address, length) : isLongNumber(address, length);
    }

    /** The number; only meaningful if {@link #isLong} says so. Throws nothing. */
    public static long parse(long address, int length) {
        boolean isNegative = length > 0 && Memory.getByte(address) == '-';
        long value = 0;
        for (int at = isNegative ? 1 : 0; at < length; at++) {
            value = value * 10 - (Memory.getByte(address + at) - '0');
        }
        return isNegative ? value : -value;
    }

    /** How many characters {@link #write} needs. */
    public static int length(long value) {
        int length = value < 0 ? 1 : 0;
        do {
            length++;
            value /= 10;
        } while (value != 0);
        return length;
    }

    /** Writes the number at the address, at most {@link #MAX_LENGTH} bytes, and returns how many they were. */
    public static int write(long address, long value) {
        if (value >= 0 && value < 10) {
            Memory.putByte(address, (byte) ('0' + value));
            return 1;
        }
        int length = length(value);
        if (value < 0) {
            Memory.putByte(address, (byte) '-');
        }
        long at = address + length;
        do {
            long rest = value / 10;
            Memory.putByte(--at, (byte) ('0' + Math.abs(value - rest * 10)));
            value = rest;
        } while (value != 0);
        return length;
    }

    private static boolean isShortNumber(long address, int length) {
        if (length <= 0) {
            return false;
        }
        int first = Memory.getByte(address);
        if (length == 1) {
            return first >= '0' && first <= '9';
        }
        int at = first == '-' ? 1 : 0;
        int lead = Memory.getByte(address + at);
        if (lead < '1' || lead > '9') {
            return false;
        }
        return areDigits(address, at + 1, length);
    }

    private static boolean isLongNumber(long address, int length) {
        if (length > MAX_LENGTH) {
            return false;
        }
        boolean isNegative = Memory.getByte(address) == '-';
        int at = isNegative ? 1 : 0;
        int lead = Memory.getByte(address + at);
        if (lead < '1' || lead > '9' || !areDigits(address, at + 1, length)) {
            return false;
        }
        int digits = length - at;
        if (digits != 19) {
            return digits < 19;
        }
        // Nineteen digits fit an unsigned long, so only the last comparison can tell.
        long magnitude = parse(address + at, digits);
        return magnitude >= 0 || (isNegative && magnitude == Long.MIN_VALUE);
    }

    private static boolean areDigits(long address, int from, int to) {
        for (int at = from; at < to; at++) {
            int digit = Memory.getByte(address + at);
            if (digit < '0' || digit > '9') {
                return false;
            }
        }
        return true;
    }
}

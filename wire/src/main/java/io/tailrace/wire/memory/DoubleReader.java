package io.tailrace.wire.memory;

/**
 * Reads doubles as Redis does, with C's {@code strtod} in the C locale: decimal and hexadecimal numbers, {@code inf} and
 * {@code infinity} in any case. Stateless, any thread; without garbage for numbers of up to 15 digits with small exponents.
 */
public final class DoubleReader {
    /** A double holds any whole number up to this. */
    private static final long MAX_WHOLE = 1L << 53;

    private static final int MAX_DIGITS = 18;
    private static final double[] EXACT_TENS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };

    private DoubleReader() {}

    /**
     * A number such as a score: all of the text, and in the range of a double.
     *
     * @return NaN when it is none
     */
    public static double read(long address, int length) {
        double value = plain(address, length);
        return Double.isNaN(value) ? other(address, length, false) : value;
    }

    /**
     * A bound of a range, which is read more freely: up to the first zero byte, after spaces, from nothing at all as 0, and
     * infinite where it is too large.
     *
     * @return NaN when it is none
     */
    public static double readBound(long address, int length) {
        int end = 0;
        while (end < length && Memory.getByte(address + end) != 0) {
            end++;
        }
        if (end == 0) {
            return 0;
        }
        int start = 0;
        while (start < end && isSpace(Memory.getByte(address + start))) {
            start++;
        }
        double value = plain(address + start, end - start);
        return Double.isNaN(value) ? other(address + start, end - start, true) : value;
    }

    private static boolean isSpace(byte c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    /** A decimal number that one multiplication or division tells exactly, else NaN: digits, a point, an exponent. */
    private static double plain(long address, int length) {
        int at = length > 0 && isSign(Memory.getByte(address)) ? 1 : 0;
        boolean isNegative = at > 0 && Memory.getByte(address) == '-';
        long number = 0;
        int digits = 0;
        int exponent = 0;
        boolean isFraction = false;
        for (; at < length; at++) {
            int c = Memory.getByte(address + at);
            if (c >= '0' && c <= '9' && digits < MAX_DIGITS) {
                number = number * 10 + c - '0';
                digits++;
                exponent -= isFraction ? 1 : 0;
            } else if (c == '.' && !isFraction) {
                isFraction = true;
            } else {
                return Double.NaN;
            }
        }
        if (digits == 0 || number > MAX_WHOLE) {
            return Double.NaN;
        }
        double value = number / EXACT_TENS[-exponent];
        return isNegative ? -value : value;
    }

    private static boolean isSign(byte c) {
        return c == '-' || c == '+';
    }

    private static double other(long address, int length, boolean isBound) {
        String text = Memory.toAscii(address, length);
        boolean hasSign = length > 0 && isSign((byte) text.charAt(0));
        String magnitude = hasSign ? text.substring(1) : text;
        double sign = hasSign && text.charAt(0) == '-' ? -1 : 1;
        if (magnitude.equalsIgnoreCase("inf") || magnitude.equalsIgnoreCase("infinity")) {
            return sign * Double.POSITIVE_INFINITY;
        }
        boolean isHexadecimal = magnitude.startsWith("0x") || magnitude.startsWith("0X");
        Scan scan = new Scan(magnitude, isHexadecimal);
        if (!scan.isNumber()) {
            return Double.NaN;
        }
        double value = Double.parseDouble(isHexadecimal && !scan.hasExponent() ? magnitude + "p0" : magnitude);
        boolean isInRange = !Double.isInfinite(value) && (value != 0 || !scan.isAboveZero());
        return isBound || isInRange ? sign * value : Double.NaN;
    }

    /** One pass over a number without its sign: digits with a point among them, then an exponent. */
    private static final class Scan {
        private final String text;
        private final int radix;
        private int at;
        private int digits;
        private boolean isAboveZero;
        private boolean hasExponent;

        Scan(String text, boolean isHexadecimal) {
            this.text = text;
            radix = isHexadecimal ? 16 : 10;
            at = isHexadecimal ? 2 : 0;
        }

        boolean isNumber() {
            digits();
            if (at < text.length() && text.charAt(at) == '.') {
                at++;
                digits();
            }
            return digits > 0 && (at == text.length() || isExponent());
        }

        private void digits() {
            for (; at < text.length() && text.charAt(at) < 0x80; at++) {
                int digit = Character.digit(text.charAt(at), radix);
                if (digit < 0) {
                    return;
                }
                digits++;
                isAboveZero |= digit > 0;
            }
        }

        private boolean isExponent() {
            hasExponent = true;
            if (Character.toLowerCase(text.charAt(at++)) != (radix == 10 ? 'e' : 'p')) {
                return false;
            }
            at += at < text.length() && isSign((byte) text.charAt(at)) ? 1 : 0;
            int from = at;
            while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                at++;
            }
            return at > from && at == text.length();
        }

        boolean hasExponent() {
            return hasExponent;
        }

        /** Whether the number is not 0, however small. */
        boolean isAboveZero() {
            return isAboveZero;
        }
    }
}

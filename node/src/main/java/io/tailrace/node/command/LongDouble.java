package io.tailrace.node.command;

import io.tailrace.wire.memory.Memory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * Arithmetic as Redis does it for INCRBYFLOAT: in C's {@code long double} of x86-64, 80 bits of which 64 are significant,
 * read by {@code strtold} and printed by {@code %.17Lf} without trailing zeros. A value is its exact decimal expansion.
 *
 * <p>Results are those of Redis on x86-64, hexadecimal numbers included. They differ from Redis's on ARM, whose long
 * double has 113 significant bits; denormal numbers (below 1e-4931) keep more digits here, which printing drops anyway.
 */
final class LongDouble {
    /** Beyond what a long double holds, on either side; compared by identity. */
    static final BigDecimal INFINITE = new BigDecimal("1e5000");

    /** Redis's MAX_LONG_DOUBLE_CHARS, its end of string included. */
    private static final int MAX_TEXT = 5 * 1024 - 1;

    private static final int SIGNIFICANT_BITS = 64;
    private static final BigDecimal TOO_LARGE = new BigDecimal(BigInteger.ONE.shiftLeft(16_384));
    private static final int MIN_EXPONENT = -16_445;
    private static final BigDecimal LARGEST_ZERO = timesPowerOfTwo(BigInteger.ONE, MIN_EXPONENT - 1);
    /** Decimal exponents beyond this are out of range whatever the digits, and not worth computing with. */
    private static final int EXPONENT_LIMIT = 5_000;

    private static final int FRACTION_DIGITS = 17;

    private LongDouble() {}

    /** The number that the text is, {@link #INFINITE} for infinity, or null when Redis would not take it. */
    static BigDecimal parse(long address, int length) {
        if (length == 0 || length > MAX_TEXT) {
            return null;
        }
        String text = Memory.toAscii(address, length).toLowerCase(Locale.ROOT);
        boolean hasSign = text.charAt(0) == '-' || text.charAt(0) == '+';
        String magnitude = hasSign ? text.substring(1) : text;
        BigDecimal value;
        if (magnitude.equals("inf") || magnitude.equals("infinity")) {
            return INFINITE;
        } else if (magnitude.startsWith("0x")) {
            value = new Scan(magnitude, 2, 16).value();
        } else {
            value = new Scan(magnitude, 0, 10).value();
        }
        return value != null && text.charAt(0) == '-' ? value.negate() : value;
    }

    /** The sum, or {@link #INFINITE} where Redis would have an infinity or no number. */
    static BigDecimal add(BigDecimal left, BigDecimal right) {
        if (left == INFINITE || right == INFINITE) {
            return INFINITE;
        }
        BigDecimal sum = round(left.add(right));
        return sum.abs().compareTo(TOO_LARGE) >= 0 ? INFINITE : sum;
    }

    /** As Redis prints it: no exponent, at most 17 digits after the point. */
    static String text(BigDecimal value) {
        BigDecimal rounded = value.setScale(FRACTION_DIGITS, RoundingMode.HALF_EVEN);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }

    /** The nearest number of 64 significant bits, the even one of two. */
    /** The nearest number that a long double holds. */
    static BigDecimal round(BigDecimal exact) {
        if (exact.signum() == 0) {
            return BigDecimal.ZERO;
        }
        BigInteger unscaled = exact.unscaledValue().abs();
        BigInteger power = BigInteger.TEN.pow(Math.abs(exact.scale()));
        BigInteger numerator = exact.scale() < 0 ? unscaled.multiply(power) : unscaled;
        BigInteger denominator = exact.scale() < 0 ? BigInteger.ONE : power;
        // one or two bits more than wanted, and the remainder tells whether anything follows them
        int shift = SIGNIFICANT_BITS + 1 - (numerator.bitLength() - denominator.bitLength());
        BigInteger[] parts = shift >= 0
                ? numerator.shiftLeft(shift).divideAndRemainder(denominator)
                : numerator.divideAndRemainder(denominator.shiftLeft(-shift));
        int surplus = parts[0].bitLength() - SIGNIFICANT_BITS;
        BigInteger kept = parts[0].shiftRight(surplus);
        boolean isHalf = parts[0].testBit(surplus - 1);
        boolean isMore = parts[1].signum() != 0 || parts[0].getLowestSetBit() < surplus - 1;
        if (isHalf && (isMore || kept.testBit(0))) {
            kept = kept.add(BigInteger.ONE);
        }
        BigDecimal rounded = timesPowerOfTwo(kept, surplus - shift);
        return exact.signum() < 0 ? rounded.negate() : rounded;
    }

    private static BigDecimal timesPowerOfTwo(BigInteger number, int exponent) {
        return exponent >= 0
                ? new BigDecimal(number.shiftLeft(exponent))
                : new BigDecimal(number.multiply(BigInteger.valueOf(5).pow(-exponent)), -exponent);
    }

    /** One pass over a number without its sign: digits with a point among them, then an exponent. */
    private static final class Scan {
        private final String text;
        private final int radix;
        private final StringBuilder digits = new StringBuilder();
        private int at;
        private int fractionDigits;

        Scan(String text, int from, int radix) {
            this.text = text;
            this.radix = radix;
            at = from;
        }

        /** The number, rounded; null when this isn't one or a long double can't hold it. */
        BigDecimal value() {
            digits();
            if (at < text.length() && text.charAt(at) == '.') {
                at++;
                int whole = digits.length();
                digits();
                fractionDigits = digits.length() - whole;
            }
            long exponent = exponent();
            if (digits.length() == 0 || at != text.length()) {
                return null;
            }
            BigInteger number = new BigInteger(digits.toString(), radix);
            if (number.signum() == 0) {
                return BigDecimal.ZERO;
            }
            return radix == 10 ? decimal(number, exponent) : hexadecimal(number, exponent);
        }

        private void digits() {
            while (at < text.length() && text.charAt(at) < 0x80 && Character.digit(text.charAt(at), radix) >= 0) {
                digits.append(text.charAt(at++));
            }
        }

        /** The exponent; leaves {@code at} where it is when what follows is none, which then is in the way. */
        private long exponent() {
            char letter = radix == 10 ? 'e' : 'p';
            int from = at + 1;
            if (at >= text.length() || text.charAt(at) != letter) {
                return 0;
            }
            boolean isNegative = from < text.length() && text.charAt(from) == '-';
            from += isNegative || from < text.length() && text.charAt(from) == '+' ? 1 : 0;
            int to = from;
            long exponent = 0;
            while (to < text.length() && text.charAt(to) >= '0' && text.charAt(to) <= '9') {
                exponent = Math.min(Integer.MAX_VALUE, exponent * 10 + text.charAt(to++) - '0');
            }
            at = to > from ? to : at;
            return isNegative ? -exponent : exponent;
        }

        private BigDecimal decimal(BigInteger number, long exponent) {
            long power = exponent - fractionDigits;
            long magnitude = power + number.toString().length();
            return Math.abs(magnitude) > EXPONENT_LIMIT ? null : inRange(new BigDecimal(number, (int) -power));
        }

        private BigDecimal hexadecimal(BigInteger number, long exponent) {
            long power = exponent - 4L * fractionDigits;
            long magnitude = power + number.bitLength();
            return Math.abs(magnitude) > 4 * EXPONENT_LIMIT ? null : inRange(timesPowerOfTwo(number, (int) power));
        }

        private static BigDecimal inRange(BigDecimal exact) {
            if (exact.compareTo(LARGEST_ZERO) <= 0) {
                return null;
            }
            BigDecimal rounded = round(exact);
            return rounded.compareTo(TOO_LARGE) >= 0 ? null : rounded;
        }
    }
}

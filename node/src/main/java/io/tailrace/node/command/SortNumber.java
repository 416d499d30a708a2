package io.tailrace.node.command;

import io.tailrace.wire.memory.Memory;
import java.math.BigDecimal;

/**
 * A number as SORT reads it, which is C's {@code strtod} and so takes more than other commands do: spaces before it, hexadecimal,
 * infinity, nothing at all. Allocates, but not for whole numbers of up to 15 digits.
 */
final class SortNumber {
    private static final int EXACT_DIGITS = 15;

    private SortNumber() {}

    /** The number, or NaN when it is none, or too large or too small for a double. */
    static double parse(long address, int fullLength) {
        int length = SortPattern.textLength(address, fullLength);
        if (length == 0) {
            return 0;
        }
        if (isShortInteger(address, length)) {
            return integer(address, length);
        }
        int start = 0;
        while (start < length && isSpace(Memory.getByte(address + start))) {
            start++;
        }
        return parse(Memory.toAscii(address + start, length - start));
    }

    private static boolean isSpace(int c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    private static boolean isShortInteger(long address, int length) {
        int digits = Memory.getByte(address) == '-' ? 1 : 0;
        if (length == digits || length - digits > EXACT_DIGITS) {
            return false;
        }
        for (int i = digits; i < length; i++) {
            int c = Memory.getByte(address + i);
            if (c < '0' || c > '9') {
                return false;
            }
        }
        return true;
    }

    private static double integer(long address, int length) {
        boolean isNegative = Memory.getByte(address) == '-';
        long number = 0;
        for (int i = isNegative ? 1 : 0; i < length; i++) {
            number = 10 * number + Memory.getByte(address + i) - '0';
        }
        return isNegative ? -(double) number : number;
    }

    private static double parse(String text) {
        boolean hasSign = text.startsWith("-") || text.startsWith("+");
        String magnitude = hasSign ? text.substring(1) : text;
        double number;
        if (magnitude.equalsIgnoreCase("inf") || magnitude.equalsIgnoreCase("infinity")) {
            number = Double.POSITIVE_INFINITY;
        } else if (magnitude.startsWith("0x") || magnitude.startsWith("0X")) {
            number = hexadecimal(magnitude);
        } else {
            number = decimal(magnitude);
        }
        return text.startsWith("-") ? -number : number;
    }

    private static double decimal(String text) {
        if (!isNumber(text, 0, 10, 'e')) {
            return Double.NaN;
        }
        double number = Double.parseDouble(text);
        boolean isInexact = number == 0
                ? hasDigit(text, 'e')
                : number < Double.MIN_NORMAL && new BigDecimal(text).compareTo(new BigDecimal(number)) != 0;
        return Double.isInfinite(number) || isInexact ? Double.NaN : number;
    }

    private static double hexadecimal(String text) {
        if (!isNumber(text, 2, 16, 'p')) {
            return Double.NaN;
        }
        boolean hasExponent = text.indexOf('p') >= 0 || text.indexOf('P') >= 0;
        double number = Double.parseDouble(hasExponent ? text : text + "p0");
        return Double.isInfinite(number) || number == 0 && hasDigit(text.substring(2), 'p') ? Double.NaN : number;
    }

    /** Whether it is digits with at most one point, and perhaps an exponent. */
    private static boolean isNumber(String text, int from, int radix, char exponent) {
        int digits = 0;
        int points = 0;
        int i = from;
        for (; i < text.length() && Character.toLowerCase(text.charAt(i)) != exponent; i++) {
            if (text.charAt(i) == '.') {
                points++;
            } else if (Character.digit(text.charAt(i), radix) >= 0 && text.charAt(i) < 0x80) {
                digits++;
            } else {
                return false;
            }
        }
        return digits > 0 && points <= 1 && (i == text.length() || isExponent(text.substring(i + 1)));
    }

    private static boolean isExponent(String text) {
        String digits = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
        return !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** Whether there is a digit other than 0 before the exponent. */
    private static boolean hasDigit(String text, char exponent) {
        for (int i = 0; i < text.length() && Character.toLowerCase(text.charAt(i)) != exponent; i++) {
            if (text.charAt(i) != '0' && text.charAt(i) != '.') {
                return true;
            }
        }
        return false;
    }
}

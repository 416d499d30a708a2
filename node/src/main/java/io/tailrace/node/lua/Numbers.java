package io.tailrace.node.lua;

import java.nio.charset.StandardCharsets;

/** Numbers from and to strings as the C library's strtod and "%.14g" do it. */
final class Numbers {
    /** What the processor makes of 0/0: printed as -nan. */
    static final double NAN = Double.longBitsToDouble(0xfff8000000000000L);

    static final double POSITIVE_NAN = Double.longBitsToDouble(0x7ff8000000000000L);

    private static final int DIGITS = 14;
    private static final long MAX_PLAIN = 100_000_000_000_000L;
    private static final double[] POWERS = new double[23];
    private static final LuaString[] SMALL = new LuaString[256];

    static {
        for (int i = 0; i < POWERS.length; i++) {
            POWERS[i] = Double.parseDouble("1e" + i);
        }
        for (int i = 0; i < SMALL.length; i++) {
            SMALL[i] = LuaString.of(Integer.toString(i));
        }
    }

    private Numbers() {}

    /** A number or a string that reads as one; else null. */
    static Double toNumber(Object value) {
        if (value instanceof Double) {
            return (Double) value;
        }
        return value instanceof LuaString ? parse(((LuaString) value).bytes) : null;
    }

    /** A string or a number as one; else null. */
    static LuaString toStringOrNull(Object value) {
        if (value instanceof LuaString) {
            return (LuaString) value;
        }
        return value instanceof Double ? format((Double) value) : null;
    }

    static LuaString format(double value) {
        if (value >= 0 && value < SMALL.length && value == (int) value && Double.doubleToRawLongBits(value) >= 0) {
            return SMALL[(int) value];
        }
        return LuaString.wrap(text(value).getBytes(StandardCharsets.ISO_8859_1));
    }

    static String text(double value) {
        long whole = (long) value;
        if (whole == value && whole < MAX_PLAIN && whole > -MAX_PLAIN) {
            return whole == 0 && Double.doubleToRawLongBits(value) < 0 ? "-0" : Long.toString(whole);
        }
        String quick = quick(value);
        return quick != null ? quick : CFormat.general(value, DIGITS, false, false);
    }

    /** For what isn't near the middle between two results, nor in need of an exponent; else null. */
    private static String quick(double value) {
        double size = Math.abs(value);
        if (!(size >= 1e-4 && size < 1e14)) {
            return null;
        }
        int integerDigits = 0;
        while (size >= POWERS[integerDigits]) {
            integerDigits++;
        }
        int decimals = DIGITS - integerDigits;
        if (integerDigits == 0) {
            double at = size * 10;
            while (at < 1) {
                at *= 10;
                decimals++;
            }
        }
        double scaled = size * POWERS[decimals];
        double rounded = Math.rint(scaled);
        if (Math.abs(Math.abs(scaled - rounded) - 0.5) < 0.05 || rounded >= 1e14 || rounded < 1e13) {
            return null;
        }
        return plain((long) rounded, decimals, value < 0);
    }

    private static String plain(long digits, int decimals, boolean isNegative) {
        long left = digits;
        int after = decimals;
        while (after > 0 && left % 10 == 0) {
            left /= 10;
            after--;
        }
        StringBuilder text = new StringBuilder(24);
        text.append(left);
        while (text.length() <= after) {
            text.insert(0, '0');
        }
        if (after > 0) {
            text.insert(text.length() - after, '.');
        }
        return isNegative ? "-" + text : text.toString();
    }

    // parsing

    /** All of the bytes up to the first zero must read as one number, blanks around it allowed. */
    static Double parse(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        int from = skipBlanks(bytes, 0, end);
        int to = end;
        while (to > from && isBlank(bytes[to - 1])) {
            to--;
        }
        if (from == to) {
            return null;
        }
        Double small = smallInteger(bytes, from, to);
        return small != null ? small : parse(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
    }

    private static Double smallInteger(byte[] bytes, int from, int to) {
        if (to - from > 15) {
            return null;
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return null;
            }
            value = value * 10 + digit;
        }
        return (double) value;
    }

    private static Double parse(String text) {
        int at = text.charAt(0) == '-' || text.charAt(0) == '+' ? 1 : 0;
        boolean isNegative = text.charAt(0) == '-';
        if (at == text.length()) {
            return null;
        }
        if (text.startsWith("0x", at) || text.startsWith("0X", at)) {
            return hexadecimal(text, at, isNegative);
        }
        char first = text.charAt(at);
        if (first >= '0' && first <= '9' || first == '.') {
            return isDecimal(text, at) ? (Double) Double.parseDouble(text) : null;
        }
        return named(text.substring(at).toLowerCase(java.util.Locale.ROOT), isNegative);
    }

    private static boolean isDecimal(String text, int from) {
        int at = from;
        int digits = 0;
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
            digits++;
        }
        if (at < text.length() && text.charAt(at) == '.') {
            at++;
            while (at < text.length() && isDigit(text.charAt(at))) {
                at++;
                digits++;
            }
        }
        if (digits == 0) {
            return false;
        }
        return at == text.length() || isExponent(text, at, 'e');
    }

    private static boolean isExponent(String text, int from, char letter) {
        int at = from;
        if ((text.charAt(at) | 32) != letter) {
            return false;
        }
        at++;
        if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
            at++;
        }
        if (at == text.length()) {
            return false;
        }
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
        return at == text.length();
    }

    private static Double hexadecimal(String text, int from, boolean isNegative) {
        int at = from + 2;
        int digits = 0;
        boolean hasPoint = false;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '.' && !hasPoint) {
                hasPoint = true;
            } else if (Character.digit(c, 16) >= 0 && c < 128) {
                digits++;
            } else {
                break;
            }
        }
        if (digits == 0 || at < text.length() && !isExponent(text, at, 'p')) {
            return null;
        }
        String complete = text.substring(from) + (at == text.length() ? "p0" : "");
        double value = Double.parseDouble(complete);
        return isNegative ? -value : value;
    }

    private static Double named(String word, boolean isNegative) {
        if (word.equals("inf") || word.equals("infinity")) {
            return isNegative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        if (word.equals("nan") || word.matches("nan\\([0-9a-z_]*\\)")) {
            return isNegative ? NAN : POSITIVE_NAN;
        }
        return null;
    }

    static int skipBlanks(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end && isBlank(bytes[at])) {
            at++;
        }
        return at;
    }

    static boolean isBlank(int c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}

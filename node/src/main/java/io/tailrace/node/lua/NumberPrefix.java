package io.tailrace.node.lua;

/** How much of a text strtod would take as a number. */
final class NumberPrefix {
    private NumberPrefix() {}

    private static int peek(byte[] text, int at) {
        return at < text.length ? text[at] & 0xff : 0;
    }

    static int length(byte[] text, int from) {
        int at = from;
        if (peek(text, at) == '-' || peek(text, at) == '+') {
            at++;
        }
        if (peek(text, at) == '0' && (peek(text, at + 1) | 32) == 'x') {
            int end = mantissa(text, at + 2, true);
            return end > at + 2
                            && Character.digit(peek(text, at + 2), 16) + Character.digit(peek(text, at + 3), 16) > -2
                    ? exponent(text, end, 'p') - from
                    : at + 1 - from;
        }
        int end = mantissa(text, at, false);
        if (end > at && !(end == at + 1 && text[at] == '.')) {
            return exponent(text, end, 'e') - from;
        }
        return wordLength(text, at, at - from);
    }

    private static int wordLength(byte[] text, int at, int sign) {
        for (String word : new String[] {"infinity", "inf", "nan"}) {
            int i = 0;
            while (i < word.length() && (peek(text, at + i) | 32) == word.charAt(i)) {
                i++;
            }
            if (i == word.length()) {
                return sign + i;
            }
        }
        return 0;
    }

    private static int mantissa(byte[] text, int from, boolean isHex) {
        int at = from;
        boolean hasPoint = false;
        while (true) {
            int c = peek(text, at);
            boolean isDigit = isHex ? c < 128 && Character.digit(c, 16) >= 0 : Bytes.isDigit(c);
            if (!isDigit && (c != '.' || hasPoint)) {
                return at;
            }
            hasPoint |= c == '.';
            at++;
        }
    }

    private static int exponent(byte[] text, int from, char letter) {
        int at = from;
        if ((peek(text, at) | 32) != letter) {
            return from;
        }
        at++;
        if (peek(text, at) == '+' || peek(text, at) == '-') {
            at++;
        }
        if (!Bytes.isDigit(peek(text, at))) {
            return from;
        }
        while (Bytes.isDigit(peek(text, at))) {
            at++;
        }
        return at;
    }
}

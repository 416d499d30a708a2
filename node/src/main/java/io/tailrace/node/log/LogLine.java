package io.tailrace.node.log;

import java.util.Arrays;

/**
 * The bytes of one line while it is made, and until it is written. Used again and again, so it makes no garbage unless a line is longer
 * than any before; what a very long one took is given back. One thread at a time.
 */
final class LogLine {
    private static final int FIRST_BYTES = 512;
    private static final int RETAINED_BYTES = 16 << 10;

    /** Of one value: a message may quote what a peer has sent. */
    static final int MAX_VALUE_CHARS = 64 << 10;

    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;

    void clear() {
        length = 0;
        if (bytes.length > RETAINED_BYTES) {
            bytes = new byte[FIRST_BYTES];
        }
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    LogLine raw(char ascii) {
        room(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    /** Text of ASCII that needs no quotes. */
    LogLine raw(String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            raw(ascii.charAt(i));
        }
        return this;
    }

    /** A number with zeros before it. */
    LogLine digits(long value, int width) {
        room(width);
        long rest = value;
        for (int i = width - 1; i >= 0; i--) {
            bytes[length + i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += width;
        return this;
    }

    /** A part of such a text. */
    LogLine raw(String ascii, int from, int to) {
        for (int i = from; i < to; i++) {
            raw(ascii.charAt(i));
        }
        return this;
    }

    /** Text between quotes, in which control characters, quotes and backslashes are written as JSON does. */
    LogLine escaped(String text) {
        return escaped(text, 0, text.length());
    }

    LogLine escaped(String text, int from, int to) {
        int end = Math.min(to, from + MAX_VALUE_CHARS);
        for (int i = from; i < end; i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < end && Character.isLowSurrogate(text.charAt(i + 1))) {
                utf8(Character.toCodePoint(c, text.charAt(++i)));
            } else {
                escaped(c);
            }
        }
        return end < to ? raw("...") : this;
    }

    private void escaped(char c) {
        switch (c) {
            case '"' -> raw('\\').raw('"');
            case '\\' -> raw('\\').raw('\\');
            case '\n' -> raw('\\').raw('n');
            case '\r' -> raw('\\').raw('r');
            case '\t' -> raw('\\').raw('t');
            default -> {
                if (Character.isISOControl(c) || Character.isSurrogate(c) || c == '\u2028' || c == '\u2029') {
                    raw("\\u");
                    for (int shift = 12; shift >= 0; shift -= 4) {
                        raw((char) HEX[c >> shift & 15]);
                    }
                } else {
                    utf8(c);
                }
            }
        }
    }

    private void utf8(int point) {
        if (point < 0x80) {
            raw((char) point);
            return;
        }
        room(4);
        if (point < 0x800) {
            bytes[length++] = (byte) (0xc0 | point >> 6);
        } else {
            if (point < 0x10000) {
                bytes[length++] = (byte) (0xe0 | point >> 12);
            } else {
                bytes[length++] = (byte) (0xf0 | point >> 18);
                bytes[length++] = (byte) (0x80 | point >> 12 & 0x3f);
            }
            bytes[length++] = (byte) (0x80 | point >> 6 & 0x3f);
        }
        bytes[length++] = (byte) (0x80 | point & 0x3f);
    }
}

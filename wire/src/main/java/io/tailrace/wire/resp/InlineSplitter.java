package io.tailrace.wire.resp;

import io.tailrace.wire.memory.Memory;

/**
 * Splits an inline request into arguments by the rules of Redis's {@code sdssplitargs} (sds.c), in place.
 *
 * <p>Arguments are separated by white space. Double quotes take {@code \n \r \t \b \a}, {@code \xHH} and a backslash
 * before any other character for that character; single quotes take only {@code \'}. A closing quote must be followed
 * by white space or the end. One difference: a zero byte is an ordinary character here, where C ends the line at it.
 */
final class InlineSplitter {
    private static final int END = -1;

    private long address;
    private int length;
    private int read;
    private int write;

    /** Adds the arguments as offsets from the address; false if quotes are unbalanced. */
    boolean split(long lineAddress, int lineLength, Arguments arguments) {
        address = lineAddress;
        length = lineLength;
        read = 0;
        while (true) {
            while (isSpace(peek(0))) {
                read++;
            }
            if (peek(0) == END) {
                return true;
            }
            int start = read;
            write = start;
            if (!argument()) {
                return false;
            }
            arguments.add(start, write - start);
        }
    }

    private boolean argument() {
        while (true) {
            int next = peek(0);
            switch (next) {
                case END:
                    return true;
                case ' ':
                case '\n':
                case '\r':
                case '\t':
                    read++;
                    return true;
                case '"':
                    read++;
                    return doubleQuoted();
                case '\'':
                    read++;
                    return singleQuoted();
                default:
                    put(next, 1);
            }
        }
    }

    private boolean doubleQuoted() {
        while (true) {
            int next = peek(0);
            if (next == END) {
                return false;
            }
            if (next == '"') {
                return closed();
            }
            if (next != '\\' || peek(1) == END) {
                put(next, 1);
            } else if (peek(1) == 'x' && hex(peek(2)) >= 0 && hex(peek(3)) >= 0) {
                put(hex(peek(2)) << 4 | hex(peek(3)), 4);
            } else {
                put(unescape(peek(1)), 2);
            }
        }
    }

    private boolean singleQuoted() {
        while (true) {
            int next = peek(0);
            if (next == END) {
                return false;
            }
            if (next == '\'') {
                return closed();
            }
            if (next == '\\' && peek(1) == '\'') {
                put('\'', 2);
            } else {
                put(next, 1);
            }
        }
    }

    private boolean closed() {
        read++;
        return peek(0) == END || isSpace(peek(0));
    }

    private int peek(int ahead) {
        return read + ahead < length ? Memory.getByte(address + read + ahead) & 0xff : END;
    }

    private void put(int value, int consumed) {
        Memory.putByte(address + write++, (byte) value);
        read += consumed;
    }

    private static boolean isSpace(int c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    private static int hex(int c) {
        return c < 0 || c > 'f' ? -1 : Character.digit(c, 16);
    }

    private static int unescape(int c) {
        switch (c) {
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'b':
                return '\b';
            case 'a':
                return 7;
            default:
                return c;
        }
    }
}

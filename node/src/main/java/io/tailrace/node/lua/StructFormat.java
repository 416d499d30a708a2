package io.tailrace.node.lua;

/** The format of struct.*, one option at a time, with the byte order and the alignment it has set so far. */
final class StructFormat {
    private static final int MAX_ALIGNMENT = 8;
    private static final int MAX_INTEGER_SIZE = 32;
    private static final int NATIVE_INT = 4;
    private static final int NATIVE_LONG = 8;

    private final LuaThread t;
    private final byte[] format;
    private int at;
    private boolean isBigEndian;
    private int alignment = 1;
    int option;
    int size;

    StructFormat(LuaThread t) {
        this.t = t;
        this.format = Errors.cString(Args.string(t, 1)).bytes;
    }

    boolean next() {
        if (at == format.length) {
            return false;
        }
        option = format[at++] & 0xff;
        size = optionSize();
        return true;
    }

    private int optionSize() {
        switch (option) {
            case 'B':
            case 'b':
            case 'x':
                return 1;
            case 'H':
            case 'h':
                return 2;
            case 'L':
            case 'l':
            case 'T':
            case 'd':
                return NATIVE_LONG;
            case 'f':
                return 4;
            case 'c':
                return number(1);
            case 'i':
            case 'I': {
                int wanted = number(NATIVE_INT);
                if (wanted > MAX_INTEGER_SIZE) {
                    throw t.error("integral size " + wanted + " is larger than limit of " + MAX_INTEGER_SIZE);
                }
                return wanted;
            }
            default:
                return 0;
        }
    }

    private int number(int absent) {
        if (at == format.length || !Bytes.isDigit(format[at])) {
            return absent;
        }
        long value = 0;
        while (at < format.length && Bytes.isDigit(format[at])) {
            value = value * 10 + format[at++] - '0';
            if (value > Integer.MAX_VALUE) {
                throw t.error("integral size overflow");
            }
        }
        return (int) value;
    }

    int padding(long position) {
        if (size == 0 || option == 'c') {
            return 0;
        }
        int to = Math.min(size, alignment);
        return (int) (to - (position & to - 1) & to - 1);
    }

    /** What is no value but a setting. */
    void control() {
        switch (option) {
            case ' ':
                return;
            case '>':
                isBigEndian = true;
                return;
            case '<':
                isBigEndian = false;
                return;
            case '!': {
                int wanted = number(MAX_ALIGNMENT);
                if (wanted <= 0 || (wanted & wanted - 1) != 0) {
                    throw t.error("alignment " + wanted + " is not a power of 2");
                }
                alignment = wanted;
                return;
            }
            default:
                throw new LuaError(Errors.argument(t, 1, "invalid format option '" + (char) option + "'")
                        .value());
        }
    }

    void putInteger(LuaBuffer out, long value, int length) {
        out.ensure(length);
        for (int i = 0; i < length; i++) {
            int place = isBigEndian ? length - 1 - i : i;
            out.append(place < 8 ? (int) (value >>> 8 * place) : 0);
        }
    }

    long getRaw(byte[] data, int from, int length) {
        long value = 0;
        for (int i = 0; i < length; i++) {
            int index = isBigEndian ? from + i : from + length - 1 - i;
            value = value << 8 | data[index] & 0xff;
        }
        return value;
    }

    double getInteger(byte[] data, int from, int length) {
        long value = getRaw(data, from, length);
        if (Bytes.isLower(option)) {
            int shift = 64 - 8 * Math.min(8, length);
            return value << shift >> shift;
        }
        return BaseLibrary.unsigned(value);
    }
}

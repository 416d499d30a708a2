package io.tailrace.node.lua;

import java.nio.charset.StandardCharsets;

/** string.format: the conversions that Lua 5.1 hands to C's printf. */
final class StringFormat {
    private static final String FLAGS = "-+ #0";
    private static final int LONG_STRING = 100;

    private final LuaThread t;
    private final LuaString format;
    private final LuaBuffer out;
    private int at;
    private int argument = 1;
    private boolean isLeft;
    private boolean hasPlus;
    private boolean hasSpace;
    private boolean isAlternate;
    private boolean hasZeros;
    private int width;
    /** -1 if there is none. */
    private int precision;

    StringFormat(LuaThread t) {
        this.t = t;
        this.format = Args.string(t, 1);
        this.out = new LuaBuffer(t);
    }

    LuaString run() {
        while (at < format.length()) {
            int c = format.byteAt(at++);
            if (c != '%') {
                out.append(c);
            } else if (peek() == '%') {
                out.append('%');
                at++;
            } else {
                argument++;
                if (!t.hasArg(argument)) {
                    throw Args.error(t, argument, "no value");
                }
                readOptions();
                convert();
            }
        }
        return out.toLuaString();
    }

    private int peek() {
        return at < format.length() ? format.byteAt(at) & 0xff : 0;
    }

    private void readOptions() {
        int start = at;
        isLeft = hasPlus = hasSpace = isAlternate = hasZeros = false;
        while (peek() != 0 && FLAGS.indexOf(peek()) >= 0) {
            int flag = peek();
            isLeft |= flag == '-';
            hasPlus |= flag == '+';
            hasSpace |= flag == ' ';
            isAlternate |= flag == '#';
            hasZeros |= flag == '0';
            at++;
        }
        if (at - start > FLAGS.length()) {
            throw t.error("invalid format (repeated flags)");
        }
        width = twoDigits();
        precision = -1;
        if (peek() == '.') {
            at++;
            precision = twoDigits();
        }
        if (Bytes.isDigit(peek())) {
            throw t.error("invalid format (width or precision too long)");
        }
    }

    private int twoDigits() {
        int value = 0;
        for (int i = 0; i < 2 && Bytes.isDigit(peek()); i++) {
            value = value * 10 + peek() - '0';
            at++;
        }
        return value;
    }

    private void convert() {
        int conversion = peek();
        at++;
        switch (conversion) {
            case 'c': {
                int c = Args.int32(t, argument) & 0xff;
                character(c);
                break;
            }
            case 'd':
            case 'i':
                integer(Long.toString(Args.integer(t, argument)), true, "");
                break;
            case 'u':
                integer(Long.toUnsignedString(unsigned()), false, "");
                break;
            case 'o': {
                String digits = Long.toOctalString(unsigned());
                integer(digits, false, "");
                break;
            }
            case 'x':
            case 'X':
                hexadecimal(conversion == 'X');
                break;
            case 'e':
            case 'E':
            case 'f':
            case 'g':
            case 'G':
                floating(conversion);
                break;
            case 'q':
                quoted();
                break;
            case 's':
                string();
                break;
            default: {
                String shown = conversion == 0 ? "" : String.valueOf((char) conversion);
                throw new LuaError(Errors.where(
                        t,
                        1,
                        LuaString.wrap(("invalid option '%" + shown + "' to 'format'")
                                .getBytes(StandardCharsets.ISO_8859_1))));
            }
        }
    }

    /** As gcc converts on 64-bit machines: negatives wrap. */
    private long unsigned() {
        double value = Args.number(t, argument);
        if (value < 0x1p63) {
            return Args.toLong(value);
        }
        return value < 0x1p64 ? (long) (value - 0x1p63) ^ Long.MIN_VALUE : value != value ? Long.MIN_VALUE : 0;
    }

    /** A zero is C's end of string: what comes after in this item is lost. */
    private void character(int c) {
        if (!isLeft) {
            out.fill(' ', Math.max(0, width - 1));
        }
        if (c != 0) {
            out.append(c);
            if (isLeft) {
                out.fill(' ', Math.max(0, width - 1));
            }
        }
    }

    private void hexadecimal(boolean isUpper) {
        long value = unsigned();
        String digits = Long.toHexString(value);
        String prefix = isAlternate && value != 0 ? "0x" : "";
        integer(
                isUpper ? digits.toUpperCase(java.util.Locale.ROOT) : digits,
                false,
                isUpper ? prefix.toUpperCase(java.util.Locale.ROOT) : prefix);
    }

    private void integer(String digits, boolean isSigned, String prefix) {
        String number = digits;
        String sign = prefix;
        if (isSigned) {
            boolean isNegative = digits.charAt(0) == '-';
            number = isNegative ? digits.substring(1) : digits;
            sign = isNegative ? "-" : hasPlus ? "+" : hasSpace ? " " : "";
        }
        if (precision == 0 && number.equals("0")) {
            number = "";
        }
        number = "0".repeat(Math.max(0, precision - number.length())) + number;
        boolean isOctal = format.byteAt(at - 1) == 'o';
        if (isOctal && isAlternate && !number.startsWith("0")) {
            number = "0" + number;
        }
        pad(sign, number, hasZeros && precision < 0);
    }

    private void floating(int conversion) {
        double value = Args.number(t, argument);
        int digits = precision < 0 ? 6 : precision;
        boolean isUpper = Bytes.isUpper(conversion);
        String text;
        switch (Bytes.toLower(conversion)) {
            case 'e':
                text = CFormat.exponent(value, digits, isAlternate, isUpper);
                break;
            case 'f':
                text = CFormat.fixed(value, digits, isAlternate, isUpper);
                break;
            default:
                text = CFormat.general(value, digits, isAlternate, isUpper);
                break;
        }
        boolean isNegative = text.charAt(0) == '-';
        String sign = isNegative ? "-" : hasPlus ? "+" : hasSpace ? " " : "";
        boolean isFinite = value - value == 0;
        pad(sign, isNegative ? text.substring(1) : text, hasZeros && isFinite);
    }

    private void pad(String sign, String number, boolean withZeros) {
        int missing = Math.max(0, width - sign.length() - number.length());
        if (isLeft) {
            out.append(sign);
            out.append(number);
            out.fill(' ', missing);
        } else if (withZeros) {
            out.append(sign);
            out.fill('0', missing);
            out.append(number);
        } else {
            out.fill(' ', missing);
            out.append(sign);
            out.append(number);
        }
    }

    private void string() {
        LuaString text = Args.string(t, argument);
        if (precision < 0 && text.length() >= LONG_STRING) {
            out.append(text);
            return;
        }
        LuaString shown = Errors.cString(text);
        int length = precision >= 0 ? Math.min(precision, shown.length()) : shown.length();
        int missing = Math.max(0, width - length);
        if (!isLeft) {
            out.fill(' ', missing);
        }
        out.append(shown.bytes, 0, length);
        if (isLeft) {
            out.fill(' ', missing);
        }
    }

    private void quoted() {
        LuaString text = Args.string(t, argument);
        out.append('"');
        for (byte b : text.bytes) {
            switch (b) {
                case '"':
                case '\\':
                case '\n':
                    out.append('\\');
                    out.append(b);
                    break;
                case '\r':
                    out.append("\\r");
                    break;
                case 0:
                    out.append("\\000");
                    break;
                default:
                    out.append(b);
                    break;
            }
        }
        out.append('"');
    }
}

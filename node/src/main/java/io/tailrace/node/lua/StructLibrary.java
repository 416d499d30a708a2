package io.tailrace.node.lua;

/** struct.*: values from and to bytes by a format, as Roberto Ierusalimschy's library that Redis takes. */
final class StructLibrary {
    private StructLibrary() {}

    static void install(LuaRuntime runtime) {
        Library.named(runtime, "struct")
                .add("pack", StructLibrary::pack)
                .add("size", StructLibrary::size)
                .add("unpack", StructLibrary::unpack);
    }

    private static int pack(LuaThread t) {
        StructFormat format = new StructFormat(t);
        LuaBuffer out = new LuaBuffer(t);
        // a missing argument is nil in the messages
        t.push(null);
        int argument = 2;
        while (format.next()) {
            int padding = format.padding(out.length);
            out.fill(0, padding);
            int size = format.size;
            switch (format.option) {
                case 'b':
                case 'B':
                case 'h':
                case 'H':
                case 'l':
                case 'L':
                case 'T':
                case 'i':
                case 'I':
                    format.putInteger(out, integer(Args.number(t, argument++)), size);
                    break;
                case 'x':
                    out.append(0);
                    break;
                case 'f':
                    format.putInteger(out, Float.floatToRawIntBits((float) Args.number(t, argument++)), size);
                    break;
                case 'd':
                    format.putInteger(out, Double.doubleToRawLongBits(Args.number(t, argument++)), size);
                    break;
                case 'c':
                case 's': {
                    LuaString text = Args.string(t, argument++);
                    int length = size == 0 ? text.length() : size;
                    if (text.length() < length) {
                        throw Args.error(t, argument, "string too short");
                    }
                    out.append(text.bytes, 0, length);
                    if (format.option == 's') {
                        out.append(0);
                    }
                    break;
                }
                default:
                    format.control();
            }
        }
        return t.result(out.toLuaString());
    }

    /** A number beyond the signed integers is taken as an unsigned one. */
    private static long integer(double value) {
        return value >= 0x1p63 ? Args.toLong(value - 0x1p63) ^ Long.MIN_VALUE : Args.toLong(value);
    }

    private static int unpack(LuaThread t) {
        StructFormat format = new StructFormat(t);
        LuaString data = Args.string(t, 2);
        long position = Args.integer(t, 3, 1) - 1;
        if (position == -1) {
            throw Args.error(t, 3, "offset must be 1 or greater");
        }
        int length = data.length();
        int results = 0;
        while (format.next()) {
            position += format.padding(position);
            checkLength(t, format.size, position, length);
            int at = (int) position;
            long size = format.size;
            switch (format.option) {
                case 'b':
                case 'B':
                case 'h':
                case 'H':
                case 'l':
                case 'L':
                case 'T':
                case 'i':
                case 'I':
                    t.push(format.getInteger(data.bytes, at, format.size));
                    results++;
                    break;
                case 'x':
                    break;
                case 'f':
                    t.push((double) Float.intBitsToFloat((int) format.getRaw(data.bytes, at, 4)));
                    results++;
                    break;
                case 'd':
                    t.push(Double.longBitsToDouble(format.getRaw(data.bytes, at, 8)));
                    results++;
                    break;
                case 'c':
                    if (size == 0) {
                        size = previousSize(t, results--);
                        checkLength(t, size, position, length);
                    }
                    t.push(string(t, data, at, (int) size));
                    results++;
                    break;
                case 's':
                    int end = endOfString(t, data, at);
                    t.push(string(t, data, at, end - at));
                    size = end - at + 1;
                    results++;
                    break;
                default:
                    format.control();
            }
            position += size;
        }
        t.push((double) (position + 1));
        return results + 1;
    }

    /** Takes the newest result back, which is the size of a {@code c0}. */
    private static long previousSize(LuaThread t, int results) {
        Double previous = results == 0 ? null : Numbers.toNumber(t.stack[t.top - 1]);
        if (previous == null) {
            throw t.error("format 'c0' needs a previous size");
        }
        t.pop();
        return Args.toLong(previous);
    }

    /** Where the zero is that ends a string. */
    private static int endOfString(LuaThread t, LuaString data, int from) {
        int end = from;
        while (end < data.length() && data.byteAt(end) != 0) {
            end++;
        }
        if (end == data.length()) {
            throw t.error("unfinished string in data");
        }
        return end;
    }

    private static LuaString string(LuaThread t, LuaString data, int from, int length) {
        t.runtime.memory().chargeString(length);
        return data.substring(from, from + length);
    }

    private static void checkLength(LuaThread t, long size, long position, int length) {
        if (position < 0 || size < 0 || size > length || position > length - size) {
            throw Args.error(t, 2, "data string too short");
        }
    }

    private static int size(LuaThread t) {
        StructFormat format = new StructFormat(t);
        long position = 0;
        while (format.next()) {
            position += format.padding(position);
            if (format.option == 's') {
                throw Args.error(t, 1, "option 's' has no fixed size");
            }
            if (format.option == 'c' && format.size == 0) {
                throw Args.error(t, 1, "option 'c0' has no fixed size");
            }
            if (!Bytes.isLetter(format.option) && !Bytes.isDigit(format.option)) {
                format.control();
            }
            position += format.size;
        }
        return t.result(position);
    }
}

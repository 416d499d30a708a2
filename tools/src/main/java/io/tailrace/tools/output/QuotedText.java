package io.tailrace.tools.output;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Arguments written so that redis-cli reads them back as the same bytes, or cut where they are long. Stateless. */
public final class QuotedText {
    private static final int HEX_WIDTH = 16;
    private static final long EACH = 0x0101_0101_0101_0101L;

    private QuotedText() {}

    /** All of it, as a text. */
    public static String of(byte[] bytes) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (NativeBuffer copy = new NativeBuffer(Math.max(1, bytes.length));
                ByteOutput out = new ByteOutput(text)) {
            Memory.copyIn(bytes, 0, copy.address(), bytes.length);
            write(copy.address(), bytes.length, Integer.MAX_VALUE, out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString(StandardCharsets.US_ASCII);
    }

    /** @param longest bytes of it before it is cut; a cut one can't be read back and says how long it is */
    public static void write(long address, int length, int longest, ByteOutput out) throws IOException {
        int shown = Math.min(length, longest);
        if (isPlain(address, shown) && shown == length) {
            out.write(address, length);
            return;
        }
        out.write('"');
        int copied = 0;
        for (int i = 0; i < shown; i++) {
            byte c = Memory.getByte(address + i);
            if (c < ' ' || c == 0x7f || c == '"' || c == '\\') {
                out.write(address + copied, i - copied);
                quoted(c, out);
                copied = i + 1;
            }
        }
        out.write(address + copied, shown - copied);
        out.write('"');
        if (shown < length) {
            out.ascii("...(");
            out.number(length);
            out.ascii(" bytes)");
        }
    }

    private static boolean isPlain(long address, int length) {
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            if (!isPlain(Memory.getLong(address + i))) {
                return false;
            }
        }
        for (; i < length; i++) {
            byte c = Memory.getByte(address + i);
            if (c <= ' ' || c == 0x7f || c == '"' || c == '\'' || c == '\\') {
                return false;
            }
        }
        return length > 0;
    }

    /** Eight characters at once: none that is a control, a blank, a quote, a backslash or not ASCII. */
    private static boolean isPlain(long eight) {
        long small = eight - EACH * ('!') & ~eight;
        long odd = zero(eight ^ EACH * '"')
                | zero(eight ^ EACH * '\'')
                | zero(eight ^ EACH * '\\')
                | zero(eight ^ EACH * 0x7f);
        return ((small | odd | eight) & EACH * 0x80) == 0;
    }

    /** The highest bit of each byte that is zero, and perhaps of ones above it. */
    private static long zero(long bytes) {
        return bytes - EACH & ~bytes;
    }

    /** As Redis's sdscatrepr does. */
    private static void quoted(byte c, ByteOutput out) throws IOException {
        switch (c) {
            case '\\', '"' -> escaped((char) c, out);
            case '\n' -> escaped('n', out);
            case '\r' -> escaped('r', out);
            case '\t' -> escaped('t', out);
            case 0x07 -> escaped('a', out);
            case '\b' -> escaped('b', out);
            default -> {
                if (c >= ' ' && c < 0x7f) {
                    out.write(c);
                } else {
                    escaped('x', out);
                    out.hex(c & 0xff, 2);
                }
            }
        }
    }

    private static void escaped(char c, ByteOutput out) throws IOException {
        out.write('\\');
        out.write(c);
    }

    /** Lines of 16 bytes: offset, digits, and the characters that can be shown. */
    public static void hexLines(long address, int length, ByteOutput out) throws IOException {
        for (int from = 0; from < length; from += HEX_WIDTH) {
            int count = Math.min(HEX_WIDTH, length - from);
            out.ascii("  ");
            out.hex(from, 8);
            out.write(' ');
            for (int i = 0; i < HEX_WIDTH; i++) {
                out.write(' ');
                if (i < count) {
                    out.hex(Memory.getByte(address + from + i) & 0xff, 2);
                } else {
                    out.ascii("  ");
                }
            }
            out.ascii("  |");
            for (int i = 0; i < count; i++) {
                byte c = Memory.getByte(address + from + i);
                out.write(c >= ' ' && c < 0x7f ? c : '.');
            }
            out.ascii("|\n");
        }
    }
}

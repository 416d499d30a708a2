package io.tailrace.tools.rdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The elements of a listpack, forward. One thread.
 *
 * <pre>
 *  total bytes i32 | elements u16 | element .. | ff         each element: encoding and data, then its length backwards, 1 to 5 bytes
 *  0xxxxxxx 7-bit number   10xxxxxx string to 63   110xxxxx + 1 number of 13 bits   1110xxxx + 1 string to 4095
 *  f0 string, 4 bytes of length   f1, f2, f3, f4 numbers of 16, 24, 32, 64 bits
 * </pre>
 */
final class ListpackReader {
    private static final int HEADER = 6;
    private static final int END = 0xff;

    private final ByteBuffer bytes;

    ListpackReader(byte[] listpack) throws IOException {
        if (listpack.length < HEADER + 1) {
            throw new IOException("a listpack of " + listpack.length + " bytes");
        }
        bytes = ByteBuffer.wrap(listpack).order(ByteOrder.LITTLE_ENDIAN).position(HEADER);
    }

    byte[] next() throws IOException {
        try {
            return read();
        } catch (java.nio.BufferUnderflowException | IllegalArgumentException e) {
            throw new IOException("a truncated listpack", e);
        }
    }

    private byte[] read() throws IOException {
        int start = bytes.position();
        int first = bytes.get() & 0xff;
        byte[] element;
        if (first < 0x80) {
            element = text(first);
        } else if (first < 0xc0) {
            element = string(first & 0x3f);
        } else if (first < 0xe0) {
            int number = (first & 0x1f) << Byte.SIZE | bytes.get() & 0xff;
            element = text(number << 19 >> 19);
        } else if (first < 0xf0) {
            element = string((first & 0xf) << Byte.SIZE | bytes.get() & 0xff);
        } else {
            element = large(first);
        }
        int length = bytes.position() - start;
        bytes.position(bytes.position() + lengthOf(length));
        return element;
    }

    private byte[] large(int first) throws IOException {
        return switch (first) {
            case 0xf0 -> string(bytes.getInt());
            case 0xf1 -> text(bytes.getShort());
            case 0xf2 -> text(bytes.getShort() & 0xffff | bytes.get() << 16);
            case 0xf3 -> text(bytes.getInt());
            case 0xf4 -> text(bytes.getLong());
            default ->
                throw new IOException(
                        first == END
                                ? "a listpack with too few elements"
                                : "a listpack's element of encoding " + first);
        };
    }

    private byte[] string(int length) {
        if (length < 0 || length > bytes.remaining()) {
            throw new IllegalArgumentException();
        }
        byte[] string = new byte[length];
        bytes.get(string);
        return string;
    }

    private static byte[] text(long number) {
        return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    }

    private static int lengthOf(int length) {
        int bytes = 1;
        for (int left = length >>> 7; left > 0; left >>>= 7) {
            bytes++;
        }
        return bytes;
    }

    long number() throws IOException {
        byte[] text = next();
        try {
            return Long.parseLong(new String(text, StandardCharsets.US_ASCII));
        } catch (NumberFormatException e) {
            throw new IOException("a listpack's element is not a number", e);
        }
    }
}

package io.tailrace.tools.rdb;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;

/**
 * A file of commands as RESP arrays, as {@code tailrace export} and {@code dump --format resp} write them, and Redis its append-only
 * file: there with lines between them that begin with {@code #}. One thread.
 */
final class CommandFile {
    private static final int MAX_ARGUMENTS = 1 << 20;
    private static final int MAX_LENGTH = 512 << 20;

    private final DataInputStream in;
    private long position;

    /** @param position of the next byte in the file */
    CommandFile(DataInputStream in, long position) {
        this.in = in;
        this.position = position;
    }

    long position() {
        return position;
    }

    /** The next command, or null at the end. */
    Object[] next() throws IOException {
        int type = in.read();
        while (type == '#') {
            skipLine();
            type = in.read();
        }
        if (type < 0) {
            return null;
        }
        position++;
        Object[] arguments = new Object[number(type, '*', 1, MAX_ARGUMENTS)];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = bulk();
        }
        return arguments;
    }

    private void skipLine() throws IOException {
        int next;
        do {
            position++;
            next = in.read();
        } while (next >= 0 && next != '\n');
        position++;
    }

    private byte[] bulk() throws IOException {
        position++;
        int length = number(in.read(), '$', 0, MAX_LENGTH);
        byte[] bytes = new byte[length];
        try {
            in.readFully(bytes);
        } catch (EOFException e) {
            throw new EOFException("the file ends in the middle of a command, after byte " + position);
        }
        position += length + 2;
        if (in.read() != '\r' || in.read() != '\n') {
            throw damaged();
        }
        return bytes;
    }

    private int number(int type, char expected, int least, int most) throws IOException {
        StringBuilder digits = new StringBuilder();
        for (int next = in.read(); next != '\r'; next = in.read()) {
            if (next < '0' || next > '9' || digits.length() > 9) {
                throw damaged();
            }
            digits.append((char) next);
        }
        position += digits.length() + 2;
        boolean isLine = type == expected && in.read() == '\n' && !digits.isEmpty();
        int number = isLine ? Integer.parseInt(digits.toString()) : -1;
        if (number < least || number > most) {
            throw damaged();
        }
        return number;
    }

    private IOException damaged() {
        return new IOException("this is neither an RDB file nor commands as RESP arrays: see byte " + position);
    }
}

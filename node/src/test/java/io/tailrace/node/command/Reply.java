package io.tailrace.node.command;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A reply as it came over the wire, one character a byte.
 *
 * @param line the first line, without its end
 * @param body of a bulk string, else null
 * @param elements of an array; keys and values of a map
 */
record Reply(String line, String body, List<Reply> elements) {
    static Reply read(InputStream in) throws IOException {
        String line = readLine(in);
        switch (line.charAt(0)) {
            case '$':
            case '=':
                int length = Integer.parseInt(line.substring(1));
                return new Reply(line, length < 0 ? null : readBody(in, length), List.of());
            case '*':
            case '~':
            case '>':
            case '%':
                List<Reply> elements = new ArrayList<>();
                int perEntry = line.charAt(0) == '%' ? 2 : 1;
                for (int i = perEntry * Integer.parseInt(line.substring(1)); i > 0; i--) {
                    elements.add(read(in));
                }
                return new Reply(line, null, elements);
            default:
                return new Reply(line, null, List.of());
        }
    }

    static Reply of(String raw) {
        ByteArrayInputStream in = new ByteArrayInputStream(raw.getBytes(StandardCharsets.ISO_8859_1));
        try {
            Reply reply = read(in);
            if (in.available() > 0) {
                throw new IllegalArgumentException("more than one reply: " + raw);
            }
            return reply;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.length() < 2 || line.charAt(line.length() - 1) != '\n' || line.charAt(line.length() - 2) != '\r') {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("within a reply: " + line);
            }
            line.append((char) next);
        }
        return line.substring(0, line.length() - 2);
    }

    private static String readBody(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length + 2);
        if (bytes.length < length + 2 || bytes[length] != '\r' || bytes[length + 1] != '\n') {
            throw new EOFException("within a bulk string of " + length);
        }
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    boolean isInteger() {
        return line.charAt(0) == ':';
    }

    long integer() {
        return Long.parseLong(line.substring(1));
    }

    /** The strings of an array, in order of the alphabet. */
    List<String> sortedBodies() {
        return elements.stream().map(Reply::body).sorted().toList();
    }

    @Override
    public String toString() {
        return line + (body == null ? "" : " " + body) + (elements.isEmpty() ? "" : " " + elements);
    }
}

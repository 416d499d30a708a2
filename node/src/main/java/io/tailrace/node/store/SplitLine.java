package io.tailrace.node.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Splits a line into parts as Redis does with inline requests: at white space, with quotes and escapes. Each char is a byte. */
public final class SplitLine {
    private final byte[] line;
    private final int end;
    private int at;

    private SplitLine(byte[] line, int end) {
        this.line = line;
        this.end = end;
    }

    /** The parts of the first bytes of a line, or null when its quotes are malformed. */
    public static List<String> parts(byte[] line, int length) {
        SplitLine split = new SplitLine(line, length);
        List<String> parts = new ArrayList<>();
        while (split.skipSpace()) {
            String part = split.part();
            if (part == null) {
                return null;
            }
            parts.add(part);
        }
        return parts;
    }

    private static boolean isSpace(int c) {
        return c == ' ' || c >= '\t' && c <= '\r';
    }

    private boolean skipSpace() {
        while (at < end && isSpace(line[at])) {
            at++;
        }
        return at < end && line[at] != 0;
    }

    private String part() {
        byte[] bytes = new byte[end - at];
        int length = 0;
        int quote = 0;
        while (true) {
            int c = at < end ? line[at] : 0;
            if (quote == 0) {
                if (c == 0 || c == ' ' || c == '\n' || c == '\r' || c == '\t') {
                    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
                }
                if (c == '"' || c == '\'') {
                    quote = c;
                    at++;
                    continue;
                }
                bytes[length++] = (byte) c;
                at++;
            } else if (c == 0) {
                return null;
            } else if (c == quote) {
                at++;
                if (at < end && !isSpace(line[at])) {
                    return null;
                }
                quote = 0;
            } else {
                bytes[length++] = quoted(c, quote);
            }
        }
    }

    /** The byte that stands here within quotes. */
    private byte quoted(int c, int quote) {
        at++;
        if (c != '\\' || at >= end) {
            return (byte) c;
        }
        int next = line[at];
        if (quote == '\'') {
            if (next == '\'') {
                at++;
                return '\'';
            }
            return (byte) c;
        }
        if (next == 'x' && at + 2 < end && hex(at + 1) >= 0 && hex(at + 2) >= 0) {
            int value = hex(at + 1) * 16 + hex(at + 2);
            at += 3;
            return (byte) value;
        }
        at++;
        return switch (next) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'a' -> 7;
            default -> (byte) next;
        };
    }

    private int hex(int i) {
        return Character.digit(line[i], 16);
    }
}

package io.tailrace.node.simulation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads replies out of what has come: a String for a bulk string, a Long, a List, {@link #NIL}, a {@link Status} for a line or
 * an error.
 */
final class RespReader {
    static final Object NIL = "(nil)";

    /** A line that begins with + or -, with that. */
    record Status(String text) {
        boolean isError() {
            return text.startsWith("-");
        }
    }

    private byte[] bytes = new byte[0];
    private int at;

    void add(byte[] more, int count) {
        byte[] rest = Arrays.copyOfRange(bytes, at, bytes.length);
        bytes = Arrays.copyOf(rest, rest.length + count);
        System.arraycopy(more, 0, bytes, rest.length, count);
        at = 0;
    }

    /** The next reply, or null when it is not all there. */
    Object take() {
        int begin = at;
        Object reply = parse();
        if (reply == null) {
            at = begin;
        }
        return reply;
    }

    /** Takes this many replies, all or none. */
    boolean take(int wanted) {
        int begin = at;
        for (int i = 0; i < wanted; i++) {
            if (parse() == null) {
                at = begin;
                return false;
            }
        }
        return true;
    }

    /** What would come next, with what else is to come. */
    List<Object> peek(int wanted, byte[]... more) {
        RespReader ahead = new RespReader();
        ahead.add(Arrays.copyOfRange(bytes, at, bytes.length), bytes.length - at);
        for (byte[] each : more) {
            ahead.add(each, each.length);
        }
        List<Object> replies = new ArrayList<>();
        for (int i = 0; i < wanted; i++) {
            Object reply = ahead.take();
            if (reply == null) {
                return null;
            }
            replies.add(reply);
        }
        return replies;
    }

    private Object parse() {
        String line = line();
        if (line == null) {
            return null;
        }
        switch (line.charAt(0)) {
            case ':':
                return Long.parseLong(line.substring(1));
            case '$':
                return bulk(Integer.parseInt(line.substring(1)));
            case '*':
                return list(Integer.parseInt(line.substring(1)));
            default:
                return new Status(line);
        }
    }

    private Object bulk(int length) {
        if (length < 0) {
            return NIL;
        }
        if (at + length + 2 > bytes.length) {
            return null;
        }
        String text = new String(bytes, at, length, StandardCharsets.ISO_8859_1);
        at += length + 2;
        return text;
    }

    private Object list(int count) {
        if (count < 0) {
            return NIL;
        }
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Object each = parse();
            if (each == null) {
                return null;
            }
            list.add(each);
        }
        return list;
    }

    private String line() {
        for (int i = at; i + 1 < bytes.length; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
                String line = new String(bytes, at, i - at, StandardCharsets.ISO_8859_1);
                at = i + 2;
                return line;
            }
        }
        return null;
    }
}

package io.tailrace.node.simulation;

import java.nio.charset.StandardCharsets;

/** What a client puts in front of each value it writes, so that the record of the write is found again: {@code <n.m>}. */
final class Mark {
    private static final int LONGEST = 24;

    private Mark() {}

    static String of(int client, int number) {
        return "<" + client + "." + number + ">";
    }

    /** The mark that a value begins with, or null. */
    static String of(byte[] value) {
        if (value.length == 0 || value[0] != '<') {
            return null;
        }
        String text = new String(value, 0, Math.min(value.length, LONGEST), StandardCharsets.ISO_8859_1);
        int end = text.indexOf('>');
        return end < 0 ? null : text.substring(0, end + 1);
    }
}

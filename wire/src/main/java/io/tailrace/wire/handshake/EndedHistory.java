package io.tailrace.wire.handshake;

import io.tailrace.wire.record.HexText;
import java.util.ArrayList;
import java.util.List;

/**
 * A history that a log went through before its present one. In a handshake they stand newest first, as
 * {@code <history>:<index>}, with commas between.
 *
 * @param id 40 hex digits
 * @param lastIndex the last record of it in that log
 */
public record EndedHistory(String id, long lastIndex) {
    /** The most that are told: a node that has left more behind than that has nothing in common any more. */
    public static final int MAX_COUNT = 32;

    static String text(List<EndedHistory> histories) {
        StringBuilder text = new StringBuilder();
        for (EndedHistory history : histories) {
            text.append(text.length() == 0 ? "" : ",")
                    .append(history.id)
                    .append(':')
                    .append(history.lastIndex);
        }
        return text.toString();
    }

    /** The list that a text stands for, or null if it is none. */
    static List<EndedHistory> parse(String text) {
        List<EndedHistory> histories = new ArrayList<>();
        for (String word : text.split(",", -1)) {
            String[] parts = word.split(":", -1);
            long index = parts.length == 2 && HexText.isHistory(parts[0]) ? index(parts[1]) : -1;
            if (index < 0) {
                return null;
            }
            histories.add(new EndedHistory(parts[0], index));
        }
        return histories.size() > MAX_COUNT ? null : histories;
    }

    /** The index that a word stands for, or -1 if it is none. */
    static long index(String word) {
        long index = word.matches("[0-9]{1,19}") ? Long.parseUnsignedLong(word) : -1;
        return Math.max(-1, index);
    }
}

package io.tailrace.wire.handshake;

import io.tailrace.wire.record.HexText;

/**
 * The end of a log, or a place in one: (history, index, chain) names a prefix of one history. As text
 * {@code <history>:<index>:<chain>}, with {@code -} for a chain that is not known any more.
 *
 * @param history 40 hex digits
 * @param index of the last record of the prefix
 * @param chain at that record; 0 when it is not known
 * @param isProven whether the chain is known
 */
public record HistoryPosition(String history, long index, long chain, boolean isProven) {
    private static final String UNKNOWN = "-";
    private static final int PARTS = 3;

    /** A place with its chain. */
    public static HistoryPosition of(String history, long index, long chain) {
        return new HistoryPosition(history, index, chain, true);
    }

    /** A place whose record, and so its chain, is not kept any more. */
    public static HistoryPosition unproven(String history, long index) {
        return new HistoryPosition(history, index, 0, false);
    }

    /** The text form. */
    public String text() {
        return history + ":" + index + ":" + (isProven ? HexText.of(chain) : UNKNOWN);
    }

    /** The place that a text stands for, or null if it is none. */
    public static HistoryPosition parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != PARTS || !HexText.isHistory(parts[0])) {
            return null;
        }
        long index = EndedHistory.index(parts[1]);
        if (index < 0) {
            return null;
        }
        if (parts[2].equals(UNKNOWN)) {
            return unproven(parts[0], index);
        }
        return HexText.isChain(parts[2]) ? of(parts[0], index, HexText.parse(parts[2])) : null;
    }

    @Override
    public String toString() {
        return text();
    }
}

package io.tailrace.node.command;

import io.tailrace.node.services.WritePosition;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import java.util.Arrays;
import java.util.Objects;

/**
 * A connection's last writes as one word, which is handed from client to client and from node to node: the history, then
 * for each shard the index, with letters, digits, points and hyphens only, so that it fits a header or a cookie.
 *
 * <pre>
 *  0123456789abcdef0123456789abcdef01234567.3-17.2-5        segment 3, sequence 17 on shard 0; 2 and 5 on shard 1
 *  0123456789abcdef0123456789abcdef01234567.-.2-5           no write on shard 0
 *  0123456789abcdef0123456789abcdef01234567.3-17.2-5-89ab.. the write on shard 1 is in another history
 *  -.-.-                                                    no write at all
 * </pre>
 */
final class WriteToken {
    private static final String NONE = "-";

    private WriteToken() {}

    static String text(WritePosition[] positions) {
        String history = Arrays.stream(positions)
                .map(WritePosition::history)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(NONE);
        StringBuilder text = new StringBuilder(history);
        for (WritePosition position : positions) {
            text.append('.');
            if (position.isNowhere()) {
                text.append(NONE);
                continue;
            }
            text.append(QueueIndex.segment(position.index())).append('-').append(QueueIndex.sequence(position.index()));
            if (!position.history().equals(history)) {
                text.append('-').append(position.history());
            }
        }
        return text.toString();
    }

    /** The position on each shard. Throws IllegalArgumentException when that is not a token, with what one looks like. */
    static WritePosition[] parse(String text) {
        String[] words = text.split("\\.", -1);
        boolean hasHistory = HexText.isHistory(words[0]);
        if (words.length < 2 || !hasHistory && !words[0].equals(NONE)) {
            throw noToken();
        }
        WritePosition[] positions = new WritePosition[words.length - 1];
        for (int shard = 0; shard < positions.length; shard++) {
            positions[shard] = position(words[shard + 1], hasHistory ? words[0] : null);
        }
        return positions;
    }

    private static WritePosition position(String word, String history) {
        if (word.equals(NONE)) {
            return WritePosition.NOWHERE;
        }
        String[] parts = word.split("-", -1);
        boolean hasOwnHistory = parts.length == 3 && HexText.isHistory(parts[2]);
        if (history == null || parts.length != 2 && !hasOwnHistory) {
            throw noToken();
        }
        return new WritePosition(hasOwnHistory ? parts[2] : history, QueueIndex.of(number(parts[0]), number(parts[1])));
    }

    private static int number(String digits) {
        if (!digits.matches("\\d{1,10}") || Long.parseLong(digits) > Integer.MAX_VALUE) {
            throw noToken();
        }
        return Integer.parseInt(digits);
    }

    private static IllegalArgumentException noToken() {
        return new IllegalArgumentException(
                "not a token: it must be a reply of TOKEN, the history and the index of each shard: <40 hex digits>.<segment>-<sequence>");
    }
}

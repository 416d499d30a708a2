package io.tailrace.node.feed;

import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a reader is: the three name one prefix of one history, on every node that has it. Immutable.
 *
 * @param history of the last record that was read, 40 lower-case hex digits
 * @param index of that record
 * @param chain at that record
 */
public record FeedPosition(String history, long index, long chain) {
    private static final Pattern TOKEN = Pattern.compile("([0-9a-f]{40})@([0-9]{1,10}):([0-9]{1,10})/([0-9a-f]{16})");

    /** What {@link #token} looks like. */
    public static final String FORM = "a resume token (HISTORY@SEGMENT:SEQUENCE/CHAIN)";

    /** The resume token: one word of 60 to 80 ASCII characters, to be kept beside what was made of the changes. */
    public String token() {
        return history + "@" + QueueIndex.toString(index) + "/" + HexText.of(chain);
    }

    /** Reads a token; null when the text is none. */
    public static FeedPosition parse(String text) {
        Matcher token = TOKEN.matcher(text);
        if (!token.matches()) {
            return null;
        }
        long segment = Long.parseLong(token.group(2));
        long sequence = Long.parseLong(token.group(3));
        boolean isInRange = segment <= Integer.MAX_VALUE && sequence <= 0xffff_ffffL;
        return isInRange
                ? new FeedPosition(
                        token.group(1), QueueIndex.of((int) segment, sequence), HexText.parse(token.group(4)))
                : null;
    }

    @Override
    public String toString() {
        return token();
    }
}

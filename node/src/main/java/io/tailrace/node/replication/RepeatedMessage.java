package io.tailrace.node.replication;

import java.util.regex.Pattern;

/**
 * Tells a message that says something new from one that only has other numbers in it, as one about a log that grows has each
 * second: the log of the node gets a line for the one and none for the other. Owned by one thread.
 */
final class RepeatedMessage {
    private static final Pattern NUMBERS = Pattern.compile("[0-9a-f]{16,}|[0-9]+");

    private String last;

    /** Whether it differs from the last one by more than numbers. */
    boolean isNew(String text) {
        String shape = NUMBERS.matcher(text).replaceAll("#");
        boolean isNew = !shape.equals(last);
        last = shape;
        return isNew;
    }

    /** The next one is new. */
    void forget() {
        last = null;
    }
}

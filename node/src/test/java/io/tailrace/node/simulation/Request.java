package io.tailrace.node.simulation;

import java.util.List;

/**
 * Commands that a client sends at once.
 *
 * @param kind how the replies are judged
 * @param commands each a list of words
 * @param keys that are read or changed
 * @param marks of the values that are written
 */
record Request(Kind kind, List<List<String>> commands, List<String> keys, List<String> marks) {
    enum Kind {
        /** One value, or several in a transaction. */
        WRITE,
        /** The same, if something else is as it must be: nothing was written where null or 0 is answered. */
        WRITE_IF,
        /** Several values, one after the other. */
        WRITES,
        /** The values of some keys. */
        READ,
        /** All elements of one collection. */
        ELEMENTS,
        /** The new value of a counter. */
        COUNT,
        /** How many replicas have the last write. */
        WAIT,
        /** Where the last writes are. */
        TOKEN,
        /** Until a node has these. */
        WAIT_TOKEN,
        /** Whatever is answered is fine. */
        OTHER;

        /** Whether the reply tells what keys held. */
        boolean isRead() {
            return this == READ || this == ELEMENTS || this == COUNT;
        }
    }
}

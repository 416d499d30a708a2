package io.tailrace.node.command;

import io.tailrace.wire.resp.Arguments;

/** The number of a database in a request. Stateless. */
final class DatabaseIndex {
    /** How many databases there are where nothing is set. */
    static final int USUAL_COUNT = 16;

    static final String OUT_OF_RANGE = "ERR DB index is out of range";

    private DatabaseIndex() {}

    /**
     * What is wrong with it, or null: that it is not a number in Redis's words, or in those of the command.
     *
     * @param words of the command, or null
     */
    static String problem(Arguments arguments, int argument, int databases, String words) {
        if (!arguments.isLong(argument)) {
            return words == null ? ErrorText.NOT_AN_INTEGER : words;
        }
        long number = arguments.parseLong(argument);
        if (number != (int) number) {
            return words == null ? ErrorText.outOfRange(Integer.MIN_VALUE, Integer.MAX_VALUE) : words;
        }
        return number < 0 || number >= databases ? OUT_OF_RANGE : null;
    }
}

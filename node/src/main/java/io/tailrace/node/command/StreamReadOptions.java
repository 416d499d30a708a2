package io.tailrace.node.command;

import io.tailrace.wire.resp.Arguments;

/** What XREAD and XREADGROUP ask for, as the options before the streams say it. Reused; one thread. */
final class StreamReadOptions {
    private static final long NONE = -1;

    private boolean mayWait;
    private boolean isGroup;
    private long count;
    private long blockMs;
    private int group;
    private boolean hasNoAck;
    private int firstKey;
    private int keys;
    private String problem;

    /**
     * Reads them; returns null or what is wrong.
     *
     * @param mayAskToWait whether BLOCK is taken, which it is not in a script
     */
    String read(Arguments arguments, boolean isOfGroup, boolean mayAskToWait) {
        mayWait = mayAskToWait;
        isGroup = isOfGroup;
        count = 0;
        blockMs = NONE;
        group = 0;
        hasNoAck = false;
        firstKey = 0;
        keys = 0;
        problem = null;
        for (int i = 1; i < arguments.count() && problem == null && firstKey == 0; i++) {
            i += readOne(arguments, i);
        }
        if (problem == null && firstKey == 0) {
            problem = ErrorText.SYNTAX;
        }
        if (problem == null && isGroup && group == 0) {
            problem = "ERR Missing GROUP option for XREADGROUP";
        }
        return problem;
    }

    /** How many arguments belong to the option there. */
    private int readOne(Arguments arguments, int i) {
        int more = arguments.count() - i - 1;
        if (more >= 1 && arguments.is(i, "BLOCK")) {
            if (!mayWait) {
                problem = "ERR " + ErrorText.quoted(arguments, 0)
                        + " command is not allowed with BLOCK option from scripts";
                return 1;
            }
            readBlock(arguments, i + 1);
            return 1;
        }
        if (more >= 1 && arguments.is(i, "COUNT")) {
            problem = arguments.isLong(i + 1) ? null : ErrorText.NOT_AN_INTEGER;
            count = problem == null ? Math.max(0, arguments.parseLong(i + 1)) : 0;
            return 1;
        }
        if (more >= 1 && arguments.is(i, "STREAMS")) {
            readStreams(arguments, i + 1);
            return 0;
        }
        if (more >= 2 && arguments.is(i, "GROUP")) {
            problem = isGroup ? null : onlyForGroups("GROUP");
            group = i + 1;
            return 2;
        }
        if (arguments.is(i, "NOACK")) {
            problem = isGroup ? null : onlyForGroups("NOACK");
            hasNoAck = true;
            return 0;
        }
        problem = ErrorText.SYNTAX;
        return 0;
    }

    private static String onlyForGroups(String option) {
        return "ERR The " + option + " option is only supported by XREADGROUP. You called XREAD instead.";
    }

    private void readBlock(Arguments arguments, int i) {
        if (!arguments.isLong(i)) {
            problem = "ERR timeout is not an integer or out of range";
            return;
        }
        blockMs = arguments.parseLong(i);
        if (blockMs < 0) {
            problem = "ERR timeout is negative";
        }
    }

    private void readStreams(Arguments arguments, int first) {
        int left = arguments.count() - first;
        if (left % 2 != 0) {
            problem = "ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.";
        }
        firstKey = first;
        keys = left / 2;
    }

    /** How many entries of each stream, {@link Long#MAX_VALUE} for all. */
    long count() {
        return count == 0 ? Long.MAX_VALUE : count;
    }

    boolean mayBlock() {
        return blockMs != NONE;
    }

    /** How long it waits, 0 forever. */
    long blockMs() {
        return blockMs;
    }

    boolean isGroup() {
        return isGroup;
    }

    /** Which argument the group's name is; the consumer's follows. */
    int group() {
        return group;
    }

    boolean hasNoAck() {
        return hasNoAck;
    }

    int firstKey() {
        return firstKey;
    }

    int keys() {
        return keys;
    }

    /** Whether a request may ask to wait: with that word before those of the streams. */
    static boolean hasBlock(Arguments request) {
        for (int i = 1; i < request.count() && !request.is(i, "STREAMS"); i++) {
            if (request.is(i, "BLOCK")) {
                return true;
            }
        }
        return false;
    }
}

package io.tailrace.node.command;

import io.tailrace.node.value.ListValue;
import io.tailrace.wire.resp.Arguments;

/**
 * What LMPOP and BLMPOP ask for: elements of the first of some keys that holds a list. Lives for one command.
 *
 * @param firstKey which argument is the first key
 * @param keys how many there are
 * @param isFirst whether elements are taken from the left
 * @param count how many at most
 */
record ListPop(int firstKey, int keys, boolean isFirst, long count) {
    /**
     * Reads the arguments.
     *
     * @param keysAt which argument says how many keys follow
     * @return null when they are wrong: then that is replied
     */
    static ListPop read(CommandContext context, int keysAt) {
        Arguments arguments = context.arguments();
        String problem = null;
        long keys = positive(arguments, keysAt);
        long endAt = keysAt + Math.min(keys, arguments.count()) + 1;
        long count = 1;
        if (keys == 0) {
            problem = "ERR numkeys should be greater than 0";
        } else if (endAt >= arguments.count() || !ListEnds.isEnd(arguments, (int) endAt)) {
            problem = ErrorText.SYNTAX;
        } else if (arguments.count() > endAt + 1) {
            boolean hasCount = arguments.is((int) endAt + 1, "COUNT") && arguments.count() > endAt + 2;
            count = hasCount ? positive(arguments, (int) endAt + 2) : 0;
            if (!hasCount) {
                problem = ErrorText.SYNTAX;
            } else if (count == 0) {
                problem = "ERR count should be greater than 0";
            } else if (arguments.count() > endAt + 3) {
                problem = ErrorText.SYNTAX;
            }
        }
        if (problem != null) {
            context.reply().error(problem);
            return null;
        }
        return new ListPop(keysAt + 1, (int) keys, arguments.is((int) endAt, ListEnds.LEFT), count);
    }

    /** The number there if it is above 0, else 0. */
    private static long positive(Arguments arguments, int i) {
        return arguments.isLong(i) ? Math.max(0, arguments.parseLong(i)) : 0;
    }

    /** Takes them and replies the key with them; false when no key holds a list: then nothing is replied. */
    boolean run(CommandContext context) {
        for (int key = firstKey; key < firstKey + keys; key++) {
            if (run(context, key)) {
                return true;
            }
        }
        return false;
    }

    /** The same with one of the keys. */
    boolean run(CommandContext context, int key) {
        ListValue list = context.list(key);
        if (!list.value().isThere()) {
            return false;
        }
        context.reply().array(2);
        context.reply()
                .bulk(context.arguments().address(key), context.arguments().length(key));
        ListEnds.pop(context, list, isFirst, count);
        return true;
    }
}

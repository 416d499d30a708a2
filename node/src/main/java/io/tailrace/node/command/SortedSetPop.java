package io.tailrace.node.command;

import io.tailrace.node.value.SortedSet;
import io.tailrace.node.value.SortedSetCursor;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;

/**
 * What ZMPOP and BZMPOP ask for: members with the lowest or the highest scores, of the first of some keys that holds a sorted set.
 * Lives for one command, or as long as that waits.
 *
 * @param firstKey which argument is the first key
 * @param keys how many there are
 * @param isHighest whether the members with the highest scores are taken
 * @param count how many at most
 */
record SortedSetPop(int firstKey, int keys, boolean isHighest, long count) {
    /**
     * Reads the arguments.
     *
     * @param keysAt which argument says how many keys follow
     * @return null when they are wrong: then that is replied
     */
    static SortedSetPop read(CommandContext context, int keysAt) {
        Arguments arguments = context.arguments();
        long keys = arguments.isLong(keysAt) ? arguments.parseLong(keysAt) : 0;
        if (keys <= 0) {
            context.reply().error("ERR numkeys should be greater than 0");
            return null;
        }
        long where = keysAt + Math.min(keys, arguments.count()) + 1;
        String problem = where >= arguments.count() ? ErrorText.SYNTAX : problem(arguments, (int) where);
        if (problem != null) {
            context.reply().error(problem);
            return null;
        }
        long count = arguments.count() > where + 1 ? arguments.parseLong((int) where + 2) : 1;
        return new SortedSetPop(keysAt + 1, (int) keys, arguments.is((int) where, "MAX"), count);
    }

    private static String problem(Arguments arguments, int where) {
        if (!arguments.is(where, "MIN") && !arguments.is(where, "MAX")) {
            return ErrorText.SYNTAX;
        }
        int option = where + 1;
        if (arguments.count() == option) {
            return null;
        }
        if (!arguments.is(option, "COUNT") || arguments.count() == option + 1) {
            return ErrorText.SYNTAX;
        }
        if (!arguments.isLong(option + 1) || arguments.parseLong(option + 1) < 1) {
            return "ERR count should be greater than 0";
        }
        return arguments.count() > option + 2 ? ErrorText.SYNTAX : null;
    }

    /** Takes them and replies the key with them; false when no key holds a sorted set: then nothing is replied. */
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
        long size = context.sortedSet(key).size();
        if (size == 0) {
            return false;
        }
        int taken = (int) Math.min(count, size);
        context.reply().array(2);
        context.reply()
                .bulk(context.arguments().address(key), context.arguments().length(key));
        context.reply().array(taken);
        take(context, taken, isHighest, true);
        return true;
    }

    /**
     * Replies this many members of the sorted set that was opened last, and removes them.
     *
     * @param isPaired whether each member is an array with its score
     */
    static void take(CommandContext context, int count, boolean isHighest, boolean isPaired) {
        if (count == 0) {
            return;
        }
        context.events().removingAs(isHighest ? "zpopmax" : "zpopmin");
        SortedSet sortedSet = context.sortedSet();
        ReplyWriter reply = context.reply();
        long size = sortedSet.size();
        SortedSetCursor cursor = context.sortedSetCursor().wrap(sortedSet.value());
        cursor.seek(isHighest ? size - 1 : 0);
        for (int i = 0; i < count; i++) {
            if (isPaired) {
                reply.array(2);
            }
            reply.bulk(cursor.memberAddress(), cursor.memberLength());
            reply.doubleValue(cursor.score());
            if (isHighest) {
                cursor.previous();
            } else {
                cursor.next();
            }
        }
        SortedSetRemoval.remove(context, isHighest ? size - count : 0, isHighest ? size : count);
    }
}

package io.tailrace.node.command;

import io.tailrace.wire.resp.Arguments;

/**
 * What LMPOP and ZMPOP ask for, and BLMPOP and BZMPOP: elements at one end of the first of some keys that holds a value of the type.
 * Lives for one command, or as long as that waits.
 *
 * @param firstKey which argument is the first key
 * @param keys how many there are
 * @param isFromEnd whether elements are taken from the right, or those with the highest scores
 * @param count how many at most
 */
record MultiPop(PopSource source, int firstKey, int keys, boolean isFromEnd, long count) {
    /**
     * Reads the arguments.
     *
     * @param keysAt which argument says how many keys follow
     * @return null when they are wrong: then that is replied
     */
    static MultiPop read(CommandContext context, PopSource source, int keysAt) {
        Arguments arguments = context.arguments();
        long keys = arguments.isLong(keysAt) ? arguments.parseLong(keysAt) : 0;
        if (keys <= 0) {
            context.reply().error("ERR numkeys should be greater than 0");
            return null;
        }
        long where = keysAt + Math.min(keys, arguments.count()) + 1;
        String problem = where >= arguments.count() ? ErrorText.SYNTAX : problem(arguments, source, (int) where);
        if (problem != null) {
            context.reply().error(problem);
            return null;
        }
        long count = arguments.count() > where + 1 ? arguments.parseLong((int) where + 2) : 1;
        return new MultiPop(source, keysAt + 1, (int) keys, arguments.is((int) where, source.end()), count);
    }

    private static String problem(Arguments arguments, PopSource source, int where) {
        if (!arguments.is(where, source.begin()) && !arguments.is(where, source.end())) {
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

    /** Runs a command that does not wait. */
    static void run(CommandContext context, PopSource source, int keysAt) {
        MultiPop wanted = read(context, source, keysAt);
        if (wanted != null && !wanted.run(context)) {
            context.reply().nullArray();
        }
    }

    /** Takes them and replies the key with them; false when no key holds any: then nothing is replied. */
    boolean run(CommandContext context) {
        for (int key = firstKey; key < firstKey + keys; key++) {
            if (source.pop(context, key, isFromEnd, count)) {
                return true;
            }
        }
        return false;
    }

    /** The same with one of the keys, some time later: false too when it holds a value of another type. */
    boolean serve(CommandContext context, int key) {
        return source.isHeldBy(context, key) && source.pop(context, key, isFromEnd, count);
    }
}

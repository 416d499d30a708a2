package io.tailrace.node.command;

import io.tailrace.node.shard.Transaction;
import io.tailrace.wire.resp.Arguments;

/**
 * The options of SET and GETEX as one int, so that reading them leaves no garbage: flags below, the argument that holds
 * the time above. By Redis's rules ({@code parseExtendedStringArgumentsOrReply} in t_string.c): an option may be repeated
 * and the last time counts, but NX excludes XX, and of EX, PX, EXAT, PXAT, KEEPTTL and PERSIST there can be one.
 */
final class SetOptions {
    static final int NONE = 0;
    static final int INVALID = -1;
    static final int NX = 1;
    static final int XX = 1 << 1;
    static final int GET = 1 << 2;
    static final int KEEPTTL = 1 << 3;
    static final int PERSIST = 1 << 4;
    static final int EX = 1 << 5;
    static final int PX = 1 << 6;
    static final int EXAT = 1 << 7;
    static final int PXAT = 1 << 8;

    private static final int TIME = EX | PX | EXAT | PXAT;
    private static final int LIFE = TIME | KEEPTTL | PERSIST;
    private static final int FOR_SET = NX | XX | GET | KEEPTTL | TIME;
    private static final int FOR_GETEX = PERSIST | TIME;
    private static final int ARGUMENT_SHIFT = 9;
    private static final int FLAGS = (1 << ARGUMENT_SHIFT) - 1;

    private SetOptions() {}

    static int ofSet(Arguments arguments) {
        return parse(arguments, 3, FOR_SET);
    }

    static int ofGetex(Arguments arguments) {
        return parse(arguments, 2, FOR_GETEX);
    }

    /** A time in argument 2, as SETEX has it. */
    static int withTime(int unit) {
        return unit | 2 << ARGUMENT_SHIFT;
    }

    private static int parse(Arguments arguments, int first, int allowed) {
        int options = NONE;
        for (int i = first; i < arguments.count(); i++) {
            int option = option(arguments, i) & allowed;
            if (option == NONE || excludes(options, option)) {
                return INVALID;
            }
            options |= option;
            if ((option & TIME) != 0) {
                i++;
                if (i == arguments.count()) {
                    return INVALID;
                }
                options = options & FLAGS | i << ARGUMENT_SHIFT;
            }
        }
        return options;
    }

    private static boolean excludes(int options, int option) {
        int group = (option & LIFE) != 0 ? LIFE : (option & (NX | XX)) != 0 ? NX | XX : option;
        return (options & group & ~option) != 0;
    }

    private static int option(Arguments arguments, int i) {
        switch (arguments.length(i)) {
            case 2:
                return arguments.is(i, "EX")
                        ? EX
                        : arguments.is(i, "PX") ? PX : arguments.is(i, "NX") ? NX : arguments.is(i, "XX") ? XX : NONE;
            case 3:
                return arguments.is(i, "GET") ? GET : NONE;
            case 4:
                return arguments.is(i, "EXAT") ? EXAT : arguments.is(i, "PXAT") ? PXAT : NONE;
            case 7:
                return arguments.is(i, "KEEPTTL") ? KEEPTTL : arguments.is(i, "PERSIST") ? PERSIST : NONE;
            default:
                return NONE;
        }
    }

    static boolean has(int options, int any) {
        return (options & any) != 0;
    }

    /** Whether the key must be looked up first. */
    static boolean dependsOnOld(int options) {
        return (options & (NX | XX | GET | KEEPTTL)) != 0;
    }

    static boolean hasTime(int options) {
        return (options & TIME) != 0;
    }

    /**
     * The deadline that the options name, epoch milliseconds, at least 1; or {@link Transaction#NO_EXPIRY} when it is
     * wrong: then the error is in the reply.
     */
    static long deadlineOrReply(CommandContext context, String command, int options) {
        Arguments arguments = context.arguments();
        int argument = options >>> ARGUMENT_SHIFT;
        if (!arguments.isLong(argument)) {
            context.reply().error(ErrorText.NOT_AN_INTEGER);
            return Transaction.NO_EXPIRY;
        }
        long time = arguments.parseLong(argument);
        boolean isSeconds = has(options, EX | EXAT);
        if (time > 0 && !(isSeconds && time > Long.MAX_VALUE / 1_000)) {
            long millis = isSeconds ? time * 1_000 : time;
            long deadline = has(options, EX | PX) ? millis + context.nowEpochMs() : millis;
            if (deadline > 0) {
                return deadline;
            }
        }
        context.reply().error(ErrorText.expireTime(command));
        return Transaction.NO_EXPIRY;
    }
}

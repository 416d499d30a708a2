package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.CommandFlag.WRITE;
import static io.tailrace.node.shard.Transaction.NO_EXPIRY;

import io.tailrace.node.shard.Transaction;
import io.tailrace.wire.resp.Arguments;
import java.util.List;

/** Commands on deadlines of keys. What is logged is the deadline, never the time left. */
final class ExpiryCommands implements CommandFamily {
    private static final int NX = 1;
    private static final int XX = 1 << 1;
    private static final int GT = 1 << 2;
    private static final int LT = 1 << 3;

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                expire("expire", true, true),
                expire("pexpire", false, true),
                expire("expireat", true, false),
                expire("pexpireat", false, false),
                ttl("ttl", true, true),
                ttl("pttl", false, true),
                ttl("expiretime", true, false),
                ttl("pexpiretime", false, false),
                CommandSpec.oneKey("persist", 2, ExpiryCommands::persist, WRITE, FAST));
    }

    private static CommandSpec expire(String name, boolean isSeconds, boolean isRelative) {
        return CommandSpec.oneKey(name, -3, context -> expire(context, name, isSeconds, isRelative), WRITE, FAST);
    }

    private static CommandSpec ttl(String name, boolean isSeconds, boolean isRelative) {
        return CommandSpec.oneKey(name, 2, context -> ttl(context, isSeconds, isRelative), READONLY, FAST);
    }

    private static void expire(CommandContext context, String command, boolean isSeconds, boolean isRelative) {
        Arguments arguments = context.arguments();
        int options = conditions(arguments);
        String conflict = conflict(context, options);
        if (conflict != null) {
            context.reply().error(conflict);
            return;
        }
        if (!arguments.isLong(2)) {
            context.reply().error(ErrorText.NOT_AN_INTEGER);
            return;
        }
        long time = arguments.parseLong(2);
        long base = isRelative ? context.nowEpochMs() : 0;
        boolean overflows = isSeconds && (time > Long.MAX_VALUE / 1_000 || time < Long.MIN_VALUE / 1_000);
        long millis = isSeconds ? time * 1_000 : time;
        if (overflows || millis > Long.MAX_VALUE - base) {
            context.reply().error(ErrorText.expireTime(command));
            return;
        }
        Transaction keys = context.keys();
        long deadline = millis + base;
        boolean applies = keys.find(arguments.address(1), arguments.length(1))
                && areMet(options, deadline, keys.expireAtEpochMs());
        if (applies) {
            Deadlines.change(keys, arguments.address(1), arguments.length(1), deadline);
        }
        context.reply().integer(applies ? 1 : 0);
    }

    /** The conditions after the time, or minus the argument that is none. */
    private static int conditions(Arguments arguments) {
        int options = 0;
        for (int i = 3; i < arguments.count(); i++) {
            if (arguments.is(i, "NX")) {
                options |= NX;
            } else if (arguments.is(i, "XX")) {
                options |= XX;
            } else if (arguments.is(i, "GT")) {
                options |= GT;
            } else if (arguments.is(i, "LT")) {
                options |= LT;
            } else {
                return -i;
            }
        }
        return options;
    }

    private static String conflict(CommandContext context, int options) {
        if (options < 0) {
            return "ERR Unsupported option " + ErrorText.quoted(context.arguments(), -options);
        }
        if ((options & NX) != 0 && options != NX) {
            return "ERR NX and XX, GT or LT options at the same time are not compatible";
        }
        if ((options & (GT | LT)) == (GT | LT)) {
            return "ERR GT and LT options at the same time are not compatible";
        }
        return null;
    }

    /** No deadline counts as one infinitely far away, so that none is greater and any is less. */
    private static boolean areMet(int options, long deadline, long current) {
        boolean hasDeadline = current != NO_EXPIRY;
        return !((options & NX) != 0 && hasDeadline
                || (options & XX) != 0 && !hasDeadline
                || (options & GT) != 0 && (!hasDeadline || deadline <= current)
                || (options & LT) != 0 && hasDeadline && deadline >= current);
    }

    private static void ttl(CommandContext context, boolean isSeconds, boolean isRelative) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        if (!keys.find(arguments.address(1), arguments.length(1))) {
            context.reply().integer(-2);
            return;
        }
        if (keys.expireAtEpochMs() == NO_EXPIRY) {
            context.reply().integer(-1);
            return;
        }
        long millis = keys.expireAtEpochMs() - (isRelative ? context.nowEpochMs() : 0);
        // rounded as Redis rounds; unsigned, because the latest deadlines overflow a long
        context.reply().integer(isSeconds ? Long.divideUnsigned(millis + 500, 1_000) : millis);
    }

    private static void persist(CommandContext context) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        boolean hasDeadline =
                keys.find(arguments.address(1), arguments.length(1)) && keys.expireAtEpochMs() != NO_EXPIRY;
        if (hasDeadline) {
            keys.persist(arguments.address(1), arguments.length(1));
        }
        context.reply().integer(hasDeadline ? 1 : 0);
    }
}

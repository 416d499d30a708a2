package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.MOVABLEKEYS;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.node.value.SortedSet;
import io.tailrace.node.value.SortedSetCursor;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;

/** Commands that take the members with the lowest or the highest scores. */
final class SortedSetPopCommands implements CommandFamily {
    private static final int KEY = 1;
    private static final int COUNT = 2;

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.oneKey("zpopmin", -2, context -> pop(context, false), WRITE, FAST),
                CommandSpec.oneKey("zpopmax", -2, context -> pop(context, true), WRITE, FAST),
                CommandSpec.keys(
                        "zmpop", -4, 0, 0, 0, Routing.ONE_SHARD, SortedSetPopCommands::zmpop, WRITE, MOVABLEKEYS));
    }

    private static void pop(CommandContext context, boolean isHighest) {
        Arguments arguments = context.arguments();
        boolean hasCount = arguments.count() > COUNT;
        if (arguments.count() > COUNT + 1) {
            context.reply().error(ErrorText.SYNTAX);
            return;
        }
        if (hasCount && (!arguments.isLong(COUNT) || arguments.parseLong(COUNT) < 0)) {
            context.reply().error(ErrorText.NOT_POSITIVE);
            return;
        }
        long wanted = hasCount ? arguments.parseLong(COUNT) : 1;
        long size = context.sortedSet(KEY).size();
        int count = (int) Math.min(wanted, size);
        boolean isPaired = hasCount && context.reply().protocol() >= 3;
        context.reply().array(isPaired ? count : 2 * count);
        take(context, count, isHighest, isPaired);
    }

    /** Replies so many members of the sorted set that was opened last, and removes them. */
    private static void take(CommandContext context, int count, boolean isHighest, boolean isPaired) {
        if (count == 0) {
            return;
        }
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

    private static void zmpop(CommandContext context) {
        Arguments arguments = context.arguments();
        boolean isNumber = arguments.isLong(1) && arguments.parseLong(1) > 0;
        if (!isNumber) {
            context.reply().error("ERR numkeys should be greater than 0");
            return;
        }
        long where = arguments.parseLong(1) + 2;
        String problem = where < 0 || where >= arguments.count() ? ErrorText.SYNTAX : problem(arguments, (int) where);
        if (problem != null) {
            context.reply().error(problem);
            return;
        }
        int options = (int) where + 1;
        long wanted = arguments.count() > options ? arguments.parseLong(options + 1) : 1;
        for (int i = 2; i < where; i++) {
            long size = context.sortedSet(i).size();
            if (size > 0) {
                int count = (int) Math.min(wanted, size);
                context.reply().array(2);
                context.reply().bulk(arguments.address(i), arguments.length(i));
                context.reply().array(count);
                take(context, count, arguments.is((int) where, "MAX"), true);
                return;
            }
        }
        context.reply().nullArray();
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
}

package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.DENYOOM;
import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.MOVABLEKEYS;
import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.node.shard.Transaction;
import io.tailrace.node.value.ListValue;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.resp.Arguments;
import java.util.List;

/** Commands that add and take elements at the ends of lists. */
final class ListCommands implements CommandFamily {
    private static final int KEY = 1;
    private static final int FIRST_ELEMENT = 2;
    private static final int COUNT = 2;
    private static final int KEYS = 1;

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.oneKey("lpush", -3, context -> push(context, true, false), WRITE, DENYOOM, FAST),
                CommandSpec.oneKey("rpush", -3, context -> push(context, false, false), WRITE, DENYOOM, FAST),
                CommandSpec.oneKey("lpushx", -3, context -> push(context, true, true), WRITE, DENYOOM, FAST),
                CommandSpec.oneKey("rpushx", -3, context -> push(context, false, true), WRITE, DENYOOM, FAST),
                CommandSpec.oneKey("lpop", -2, context -> pop(context, true), WRITE, FAST),
                CommandSpec.oneKey("rpop", -2, context -> pop(context, false), WRITE, FAST),
                CommandSpec.oneKey("llen", 2, ListCommands::llen, READONLY, FAST),
                CommandSpec.keys(
                        "lmove", 5, new KeyPositions(1, 2, 1), Routing.ONE_SHARD, ListCommands::lmove, WRITE, DENYOOM),
                CommandSpec.keys(
                        "rpoplpush",
                        3,
                        new KeyPositions(1, 2, 1),
                        Routing.ONE_SHARD,
                        context -> ListEnds.move(context, false, true),
                        WRITE,
                        DENYOOM),
                CommandSpec.keys(
                        "lmpop",
                        -4,
                        new KeyPositions(0, 0, 0),
                        Routing.ONE_SHARD,
                        ListCommands::lmpop,
                        WRITE,
                        MOVABLEKEYS));
    }

    private static void push(CommandContext context, boolean isFirst, boolean mustExist) {
        Arguments arguments = context.arguments();
        ListValue list = context.list(KEY);
        if (mustExist && !list.value().isThere()) {
            context.reply().integer(0);
            return;
        }
        Transaction keys = context.keys();
        Effect effect = isFirst ? Effect.LPUSH : Effect.RPUSH;
        keys.effect().begin(effect, list.value(), arguments.count() - FIRST_ELEMENT, arguments.totalLength());
        for (int i = FIRST_ELEMENT; i < arguments.count(); i++) {
            keys.effect().argument(arguments.address(i), arguments.length(i));
            list.push(isFirst, arguments.address(i), arguments.length(i));
        }
        keys.effect().end(list.value(), false);
        context.reply().integer(list.size());
    }

    private static void pop(CommandContext context, boolean isFirst) {
        Arguments arguments = context.arguments();
        boolean hasCount = arguments.count() > COUNT;
        if (arguments.count() > COUNT + 1) {
            context.reply().error(ErrorText.arity(isFirst ? "lpop" : "rpop"));
        } else if (hasCount && !(arguments.isLong(COUNT) && arguments.parseLong(COUNT) >= 0)) {
            context.reply().error("ERR value is out of range, must be positive");
        } else if (hasCount) {
            popSeveral(context, isFirst, arguments.parseLong(COUNT));
        } else {
            ListValue list = context.list(KEY);
            if (list.value().isThere()) {
                ListEnds.popOne(context, list, isFirst);
            } else {
                context.reply().nullBulk();
            }
        }
    }

    private static void popSeveral(CommandContext context, boolean isFirst, long count) {
        ListValue list = context.list(KEY);
        if (!list.value().isThere()) {
            context.reply().nullArray();
        } else if (count == 0) {
            context.reply().array(0);
        } else {
            ListEnds.pop(context, list, isFirst, count);
        }
    }

    private static void llen(CommandContext context) {
        context.reply().integer(context.list(KEY).size());
    }

    private static void lmove(CommandContext context) {
        Arguments arguments = context.arguments();
        if (ListEnds.isEnd(arguments, 3) && ListEnds.isEnd(arguments, 4)) {
            ListEnds.move(context, arguments.is(3, ListEnds.LEFT), arguments.is(4, ListEnds.LEFT));
        } else {
            context.reply().error(ErrorText.SYNTAX);
        }
    }

    private static void lmpop(CommandContext context) {
        MultiPop.run(context, PopSource.LIST, KEYS);
    }
}

package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.MOVABLEKEYS;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.wire.resp.Arguments;
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
                        "zmpop",
                        -4,
                        new KeyPositions(0, 0, 0),
                        Routing.ONE_SHARD,
                        SortedSetPopCommands::zmpop,
                        WRITE,
                        MOVABLEKEYS));
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
        SortedSetEnds.take(context, count, isHighest, isPaired);
    }

    private static void zmpop(CommandContext context) {
        MultiPop.run(context, PopSource.SORTED_SET, 1);
    }
}

package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.BLOCKING;
import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.MOVABLEKEYS;
import static io.tailrace.node.command.CommandFlag.NOSCRIPT;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.wire.resp.Arguments;
import java.util.List;

/** Commands that take members from sorted sets, or wait until there are some; see {@link BlockingListCommands}. */
final class BlockingSortedSetCommands implements CommandFamily {
    private static final int BZMPOP_TIMEOUT = 1;
    private static final int BZMPOP_KEYS = 2;

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                pop("bzpopmin", false),
                pop("bzpopmax", true),
                CommandSpec.keys(
                        "bzmpop",
                        -5,
                        new KeyPositions(0, 0, 0),
                        Routing.ONE_SHARD,
                        BlockingSortedSetCommands::bzmpop,
                        WRITE,
                        BLOCKING,
                        MOVABLEKEYS));
    }

    private static CommandSpec pop(String name, boolean isHighest) {
        KeyServer server = (context, key) -> servePop(context, key, isHighest);
        return CommandSpec.keys(
                name,
                -3,
                new KeyPositions(1, -2, 1),
                Routing.ONE_SHARD,
                context -> pop(context, server),
                WRITE,
                NOSCRIPT,
                BLOCKING,
                FAST);
    }

    private static void pop(CommandContext context, KeyServer server) {
        Arguments arguments = context.arguments();
        int timeout = arguments.count() - 1;
        String problem = BlockTimeout.problem(arguments, timeout);
        if (problem != null) {
            context.reply().error(problem);
            return;
        }
        for (int key = 1; key < timeout; key++) {
            if (context.sortedSet(key).size() > 0) {
                server.serve(context, key);
                return;
            }
        }
        if (!context.await(1, timeout - 1, timeout, server)) {
            context.reply().nullArray();
        }
    }

    private static boolean servePop(CommandContext context, int key, boolean isHighest) {
        if (!isSortedSet(context, key)) {
            return false;
        }
        context.sortedSet(key);
        context.reply().array(3);
        context.reply()
                .bulk(context.arguments().address(key), context.arguments().length(key));
        SortedSetPop.take(context, 1, isHighest, false);
        return true;
    }

    private static boolean isSortedSet(CommandContext context, int key) {
        StoredValue value = context.open(key);
        return value.isThere() && value.type() == ValueType.SORTED_SET;
    }

    private static void bzmpop(CommandContext context) {
        SortedSetPop wanted = SortedSetPop.read(context, BZMPOP_KEYS);
        if (wanted == null) {
            return;
        }
        String problem = BlockTimeout.problem(context.arguments(), BZMPOP_TIMEOUT);
        if (problem != null) {
            context.reply().error(problem);
        } else if (!wanted.run(context)) {
            KeyServer server = (later, key) -> isSortedSet(later, key) && wanted.run(later, key);
            if (!context.await(wanted.firstKey(), wanted.keys(), BZMPOP_TIMEOUT, server)) {
                context.reply().nullArray();
            }
        }
    }
}

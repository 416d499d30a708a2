package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.BLOCKING;
import static io.tailrace.node.command.CommandFlag.DENYOOM;
import static io.tailrace.node.command.CommandFlag.MOVABLEKEYS;
import static io.tailrace.node.command.CommandFlag.NOSCRIPT;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.node.value.ListValue;
import io.tailrace.wire.resp.Arguments;
import java.util.List;

/**
 * Commands that take elements from lists, or wait until there are some. In a MULTI they don't wait. What they do later is what
 * they do at once, with the one key that has become ready.
 */
final class BlockingListCommands implements CommandFamily {
    private static final int SOURCE = 1;
    private static final int BLMPOP_TIMEOUT = 1;
    private static final int BLMPOP_KEYS = 2;

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                pop("blpop", true),
                pop("brpop", false),
                CommandSpec.keys(
                        "blmove",
                        6,
                        new KeyPositions(1, 2, 1),
                        Routing.ONE_SHARD,
                        BlockingListCommands::blmove,
                        WRITE,
                        DENYOOM,
                        NOSCRIPT,
                        BLOCKING),
                CommandSpec.keys(
                        "brpoplpush",
                        4,
                        new KeyPositions(1, 2, 1),
                        Routing.ONE_SHARD,
                        context -> move(context, 3, BlockingListCommands::serveRotation),
                        WRITE,
                        DENYOOM,
                        NOSCRIPT,
                        BLOCKING),
                CommandSpec.keys(
                        "blmpop",
                        -5,
                        new KeyPositions(0, 0, 0),
                        Routing.ONE_SHARD,
                        BlockingListCommands::blmpop,
                        WRITE,
                        BLOCKING,
                        MOVABLEKEYS));
    }

    private static CommandSpec pop(String name, boolean isFirst) {
        KeyServer server = (context, key) -> servePop(context, key, isFirst);
        return CommandSpec.keys(
                name,
                -3,
                new KeyPositions(1, -2, 1),
                Routing.ONE_SHARD,
                context -> pop(context, server),
                WRITE,
                NOSCRIPT,
                BLOCKING);
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
            if (context.list(key).value().isThere()) {
                server.serve(context, key);
                return;
            }
        }
        if (!context.await(1, timeout - 1, timeout, server)) {
            context.reply().nullArray();
        }
    }

    private static boolean servePop(CommandContext context, int key, boolean isFirst) {
        if (!isList(context, key)) {
            return false;
        }
        ListValue list = context.list(key);
        context.reply().array(2);
        context.reply()
                .bulk(context.arguments().address(key), context.arguments().length(key));
        ListEnds.popOne(context, list, isFirst);
        return true;
    }

    private static boolean isList(CommandContext context, int key) {
        StoredValue value = context.open(key);
        return value.isThere() && value.type() == ValueType.LIST;
    }

    private static void blmove(CommandContext context) {
        Arguments arguments = context.arguments();
        if (ListEnds.isEnd(arguments, 3) && ListEnds.isEnd(arguments, 4)) {
            move(context, 5, BlockingListCommands::serveMove);
        } else {
            context.reply().error(ErrorText.SYNTAX);
        }
    }

    private static void move(CommandContext context, int timeout, KeyServer server) {
        String problem = BlockTimeout.problem(context.arguments(), timeout);
        if (problem != null) {
            context.reply().error(problem);
        } else if (context.list(SOURCE).value().isThere()) {
            server.serve(context, SOURCE);
        } else if (!context.await(SOURCE, 1, timeout, server)) {
            context.reply().nullBulk();
        }
    }

    private static boolean serveMove(CommandContext context, int key) {
        Arguments arguments = context.arguments();
        return serveMove(context, key, arguments.is(3, ListEnds.LEFT), arguments.is(4, ListEnds.LEFT));
    }

    private static boolean serveRotation(CommandContext context, int key) {
        return serveMove(context, key, false, true);
    }

    private static boolean serveMove(CommandContext context, int key, boolean isFromFirst, boolean isToFirst) {
        if (!isList(context, key)) {
            return false;
        }
        ListEnds.move(context, isFromFirst, isToFirst);
        return true;
    }

    private static void blmpop(CommandContext context) {
        Arguments arguments = context.arguments();
        ListPop wanted = ListPop.read(context, BLMPOP_KEYS);
        if (wanted == null) {
            return;
        }
        String problem = BlockTimeout.problem(arguments, BLMPOP_TIMEOUT);
        if (problem != null) {
            context.reply().error(problem);
        } else if (!wanted.run(context)) {
            KeyServer server = (later, key) -> isList(later, key) && wanted.run(later, key);
            if (!context.await(wanted.firstKey(), wanted.keys(), BLMPOP_TIMEOUT, server)) {
                context.reply().nullArray();
            }
        }
    }
}

package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.BLOCKING;
import static io.tailrace.node.command.CommandFlag.DENYOOM;
import static io.tailrace.node.command.CommandFlag.NOSCRIPT;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.wire.resp.Arguments;
import java.util.List;

/**
 * Commands that take elements from lists, or wait until there are some. In a MULTI they don't wait. What they do later is what
 * they do at once, with the one key that has become ready.
 */
final class BlockingListCommands implements CommandFamily {
    private static final int SOURCE = 1;

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                BlockingPop.one("blpop", PopSource.LIST, false),
                BlockingPop.one("brpop", PopSource.LIST, true),
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
                BlockingPop.several("blmpop", PopSource.LIST));
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
        if (!PopSource.LIST.isHeldBy(context, key)) {
            return false;
        }
        ListEnds.move(context, isFromFirst, isToFirst);
        return true;
    }
}

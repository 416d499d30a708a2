package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.BLOCKING;
import static io.tailrace.node.command.CommandFlag.MOVABLEKEYS;
import static io.tailrace.node.command.CommandFlag.NOSCRIPT;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.wire.resp.Arguments;
import java.util.stream.Stream;

/** Commands that pop from the first of some keys that holds something, or wait until one does. Stateless. */
final class BlockingPop {
    private static final int MULTI_TIMEOUT = 1;
    private static final int MULTI_KEYS = 2;

    private BlockingPop() {}

    /**
     * {@code name key .. timeout}, for one element.
     *
     * @param more flags that its like have not
     */
    static CommandSpec one(String name, PopSource source, boolean isFromEnd, CommandFlag... more) {
        KeyServer server = (context, key) -> serve(context, source, key, isFromEnd);
        return CommandSpec.keys(
                name,
                -3,
                new KeyPositions(1, -2, 1),
                Routing.ONE_SHARD,
                context -> pop(context, source, server),
                Stream.concat(Stream.of(WRITE, NOSCRIPT, BLOCKING), Stream.of(more))
                        .toArray(CommandFlag[]::new));
    }

    /** {@code name timeout numkeys key .. LEFT|RIGHT [COUNT count]}, or MIN|MAX. */
    static CommandSpec several(String name, PopSource source) {
        return CommandSpec.keys(
                name,
                -5,
                new KeyPositions(0, 0, 0),
                Routing.ONE_SHARD,
                context -> popSeveral(context, source),
                WRITE,
                BLOCKING,
                MOVABLEKEYS);
    }

    private static void pop(CommandContext context, PopSource source, KeyServer server) {
        Arguments arguments = context.arguments();
        int timeout = arguments.count() - 1;
        String problem = BlockTimeout.problem(arguments, timeout);
        if (problem != null) {
            context.reply().error(problem);
            return;
        }
        for (int key = 1; key < timeout; key++) {
            if (source.isThere(context, key)) {
                server.serve(context, key);
                return;
            }
        }
        if (!context.await(1, timeout - 1, timeout, server)) {
            context.reply().nullArray();
        }
    }

    private static boolean serve(CommandContext context, PopSource source, int key, boolean isFromEnd) {
        if (!source.isHeldBy(context, key)) {
            return false;
        }
        source.popOne(context, key, isFromEnd);
        return true;
    }

    private static void popSeveral(CommandContext context, PopSource source) {
        MultiPop wanted = MultiPop.read(context, source, MULTI_KEYS);
        if (wanted == null) {
            return;
        }
        String problem = BlockTimeout.problem(context.arguments(), MULTI_TIMEOUT);
        if (problem != null) {
            context.reply().error(problem);
        } else if (!wanted.run(context)
                && !context.await(wanted.firstKey(), wanted.keys(), MULTI_TIMEOUT, wanted::serve)) {
            context.reply().nullArray();
        }
    }
}

package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.node.shard.Transaction;
import io.tailrace.node.store.StoredValue;
import io.tailrace.wire.resp.Arguments;
import java.util.List;

/** Commands about several databases; SELECT is with the {@link ConnectionCommands}. */
public final class DatabaseCommands implements CommandFamily {
    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.oneKey("move", 3, DatabaseCommands::move, WRITE, FAST),
                CommandSpec.keys(
                        "swapdb", 3, KeyPositions.NONE, Routing.EVERY_OK, DatabaseCommands::swap, WRITE, FAST));
    }

    private static void move(CommandContext context) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        String problem = DatabaseIndex.problem(arguments, 2, context.databases(), null);
        if (problem != null) {
            context.reply().error(problem);
            return;
        }
        int target = (int) arguments.parseLong(2);
        if (target == keys.database()) {
            context.reply().error(ErrorText.SAME_OBJECT);
            return;
        }
        StoredValue from = context.open(1);
        if (!from.isThere()) {
            context.reply().integer(0);
            return;
        }
        keys.select(target);
        keys.prepare(arguments.count());
        boolean isMoved = !keys.find(arguments.address(1), arguments.length(1));
        if (isMoved) {
            keys.assign(from, arguments.address(1), arguments.length(1), true);
        }
        context.reply().integer(isMoved ? 1 : 0);
    }

    private static void swap(CommandContext context) {
        Arguments arguments = context.arguments();
        String problem = DatabaseIndex.problem(arguments, 1, context.databases(), "ERR invalid first DB index");
        if (problem == null || problem.equals(DatabaseIndex.OUT_OF_RANGE)) {
            String second = DatabaseIndex.problem(arguments, 2, context.databases(), "ERR invalid second DB index");
            // Redis looks whether both are numbers before it looks whether there are such databases
            problem = second == null || problem != null && second.equals(problem) ? problem : second;
        }
        if (problem != null) {
            context.reply().error(problem);
            return;
        }
        context.keys().databases().swap((int) arguments.parseLong(1), (int) arguments.parseLong(2));
        context.reply().ok();
    }
}

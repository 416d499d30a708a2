package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.DENYOOM;
import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.node.shard.Transaction;
import io.tailrace.wire.resp.Arguments;
import java.util.List;

/** Commands on string values. */
final class StringCommands implements CommandFamily {
    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.oneKey("get", 2, StringCommands::get, READONLY, FAST),
                CommandSpec.oneKey("set", -3, StringCommands::set, WRITE, DENYOOM));
    }

    private static void get(CommandContext context) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        if (keys.find(arguments.address(1), arguments.length(1))) {
            context.reply().bulk(keys.valueAddress(), keys.valueLength());
        } else {
            context.reply().nullBulk();
        }
    }

    private static void set(CommandContext context) {
        Arguments arguments = context.arguments();
        context.keys()
                .set(
                        arguments.address(1),
                        arguments.length(1),
                        arguments.address(2),
                        arguments.length(2),
                        Transaction.NO_EXPIRY);
        context.reply().ok();
    }
}

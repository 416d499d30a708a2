package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.node.shard.Transaction;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.Arguments;
import java.util.List;

/** Commands on keys as such, by name or all at once: deleting, counting, renaming. */
final class KeyspaceCommands implements CommandFamily {
    @Override
    public List<CommandSpec> commands() {
        return List.of(
                eachKey("del", KeyspaceCommands::delete, WRITE),
                eachKey("unlink", KeyspaceCommands::delete, WRITE, FAST),
                eachKey("exists", KeyspaceCommands::count, READONLY, FAST),
                eachKey("touch", KeyspaceCommands::count, READONLY, FAST),
                CommandSpec.oneKey("type", 2, KeyspaceCommands::type, READONLY, FAST),
                rename("rename", KeyspaceCommands::rename, WRITE),
                rename("renamenx", KeyspaceCommands::renamenx, WRITE, FAST),
                allKeys("dbsize", 1, Routing.EVERY_SUM, KeyspaceCommands::dbsize, READONLY, FAST),
                allKeys("flushall", -1, Routing.EVERY_OK, KeyspaceCommands::flush, WRITE),
                allKeys("flushdb", -1, Routing.EVERY_OK, KeyspaceCommands::flush, WRITE));
    }

    private static CommandSpec eachKey(String name, KeyCommand command, CommandFlag... flags) {
        return CommandSpec.keys(name, -2, new KeyPositions(1, -1, 1), Routing.SPLIT_SUM, command, flags);
    }

    private static CommandSpec rename(String name, KeyCommand command, CommandFlag... flags) {
        return CommandSpec.keys(name, 3, new KeyPositions(1, 2, 1), Routing.ONE_SHARD, command, flags);
    }

    private static CommandSpec allKeys(
            String name, int arity, Routing routing, KeyCommand command, CommandFlag... flags) {
        return CommandSpec.keys(name, arity, KeyPositions.NONE, routing, command, flags);
    }

    private static void delete(CommandContext context) {
        Arguments arguments = context.arguments();
        int deleted = 0;
        for (int i = 1; i < arguments.count(); i++) {
            if (context.keys().find(arguments.address(i), arguments.length(i))) {
                context.keys().delete(arguments.address(i), arguments.length(i));
                deleted++;
            }
        }
        context.reply().integer(deleted);
    }

    private static void count(CommandContext context) {
        Arguments arguments = context.arguments();
        int found = 0;
        for (int i = 1; i < arguments.count(); i++) {
            found += context.keys().find(arguments.address(i), arguments.length(i)) ? 1 : 0;
        }
        context.reply().integer(found);
    }

    private static void type(CommandContext context) {
        boolean isFound = context.keys()
                .find(context.arguments().address(1), context.arguments().length(1));
        context.reply().simple(isFound ? "string" : "none");
    }

    private static void rename(CommandContext context) {
        Arguments arguments = context.arguments();
        if (!context.keys().find(arguments.address(1), arguments.length(1))) {
            context.reply().error(ErrorText.NO_SUCH_KEY);
            return;
        }
        if (!isSameKey(arguments)) {
            move(context);
        }
        context.reply().ok();
    }

    private static void renamenx(CommandContext context) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        if (!keys.find(arguments.address(1), arguments.length(1))) {
            context.reply().error(ErrorText.NO_SUCH_KEY);
        } else if (keys.find(arguments.address(2), arguments.length(2))) {
            context.reply().integer(0);
        } else {
            keys.find(arguments.address(1), arguments.length(1));
            move(context);
            context.reply().integer(1);
        }
    }

    private static boolean isSameKey(Arguments arguments) {
        return Memory.equals(arguments.address(1), arguments.length(1), arguments.address(2), arguments.length(2));
    }

    /** Moves the key that was found last, with its deadline. */
    private static void move(CommandContext context) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        keys.set(
                arguments.address(2),
                arguments.length(2),
                keys.valueAddress(),
                keys.valueLength(),
                keys.expireAtMillis());
        keys.delete(arguments.address(1), arguments.length(1));
    }

    private static void dbsize(CommandContext context) {
        context.reply().integer(context.keys().keyCount());
    }

    private static void flush(CommandContext context) {
        Arguments arguments = context.arguments();
        boolean isRight = arguments.count() == 1
                || arguments.count() == 2 && (arguments.is(1, "ASYNC") || arguments.is(1, "SYNC"));
        if (!isRight) {
            context.reply().error(ErrorText.SYNTAX);
            return;
        }
        if (context.keys().keyCount() > 0) {
            context.keys().flush();
        }
        context.reply().ok();
    }
}

package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.DENYOOM;
import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.node.shard.KeyLookups;
import io.tailrace.node.shard.Transaction;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
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
                CommandSpec.keys(
                        "copy",
                        -3,
                        new KeyPositions(1, 2, 1),
                        Routing.ONE_SHARD,
                        KeyspaceCommands::copy,
                        WRITE,
                        DENYOOM),
                allKeys("dbsize", 1, Routing.EVERY_SUM, KeyspaceCommands::dbsize, READONLY, FAST),
                allKeys("flushall", -1, Routing.EVERY_OK, KeyspaceCommands::flush, WRITE),
                allKeys("flushdb", -1, Routing.EVERY_OK, KeyspaceCommands::flushDatabase, WRITE));
    }

    private static CommandSpec eachKey(String name, KeyCommand command, CommandFlag... flags) {
        return CommandSpec.keys(name, -2, new KeyPositions(1, -1, 1), Routing.ONE_SHARD, command, flags);
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
        context.promise(arguments.count() - 1);
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
        context.reply().simple(isFound ? ValueType.name(context.keys().type()) : "none");
    }

    private static void rename(CommandContext context) {
        Arguments arguments = context.arguments();
        StoredValue from = context.open(1);
        if (!from.isThere()) {
            context.reply().error(ErrorText.NO_SUCH_KEY);
            return;
        }
        if (!isSameKey(arguments)) {
            context.keys().assign(from, arguments.address(2), arguments.length(2), true);
        }
        context.reply().ok();
    }

    private static void renamenx(CommandContext context) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        StoredValue from = context.open(1);
        if (!from.isThere()) {
            context.reply().error(ErrorText.NO_SUCH_KEY);
        } else if (keys.find(arguments.address(2), arguments.length(2))) {
            context.reply().integer(0);
        } else {
            keys.assign(from, arguments.address(2), arguments.length(2), true);
            context.reply().integer(1);
        }
    }

    private static boolean isSameKey(Arguments arguments) {
        return Memory.equals(arguments.address(1), arguments.length(1), arguments.address(2), arguments.length(2));
    }

    private static void copy(CommandContext context) {
        Arguments arguments = context.arguments();
        boolean isReplacing = false;
        int source = context.keys().database();
        int target = source;
        for (int i = 3; i < arguments.count(); i++) {
            boolean isDatabase = arguments.is(i, "DB") && i + 1 < arguments.count();
            if (isDatabase) {
                String problem = DatabaseIndex.problem(arguments, i + 1, context.databases(), null);
                if (problem != null) {
                    context.reply().error(problem);
                    return;
                }
                target = (int) arguments.parseLong(i + 1);
            }
            if (!isDatabase && !arguments.is(i, "REPLACE")) {
                context.reply().error(ErrorText.SYNTAX);
                return;
            }
            isReplacing |= !isDatabase;
            i += isDatabase ? 1 : 0;
        }
        if (source == target && isSameKey(arguments)) {
            context.reply().error(ErrorText.SAME_OBJECT);
            return;
        }
        StoredValue from = context.open(1);
        context.keys().lookups(KeyLookups.USES);
        if (from.isThere() && target != source) {
            context.keys().select(target);
            context.keys().prepare(arguments.count());
        }
        boolean isCopied =
                from.isThere() && (isReplacing || !context.keys().find(arguments.address(2), arguments.length(2)));
        if (isCopied) {
            context.keys().assign(from, arguments.address(2), arguments.length(2), false);
        }
        context.reply().integer(isCopied ? 1 : 0);
    }

    private static void dbsize(CommandContext context) {
        context.reply().integer(context.keys().selected().keyCount());
    }

    private static void flush(CommandContext context) {
        if (!isFlush(context.arguments())) {
            context.reply().error(ErrorText.SYNTAX);
            return;
        }
        context.keys().databases().flushAll();
        context.flushTracked();
        context.reply().ok();
    }

    private static void flushDatabase(CommandContext context) {
        if (!isFlush(context.arguments())) {
            context.reply().error(ErrorText.SYNTAX);
            return;
        }
        context.keys().databases().flush();
        context.flushTracked();
        context.reply().ok();
    }

    private static boolean isFlush(Arguments arguments) {
        return arguments.count() == 1
                || arguments.count() == 2 && (arguments.is(1, "ASYNC") || arguments.is(1, "SYNC"));
    }
}

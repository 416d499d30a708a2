package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.DENYOOM;
import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.node.config.NotifyClasses;
import io.tailrace.node.shard.Transaction;
import io.tailrace.node.value.ListCursor;
import io.tailrace.node.value.ListValue;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.resp.Arguments;
import java.util.List;

/** Commands that read and change elements of lists by position or by what they are. */
final class ListElementCommands implements CommandFamily {
    private static final int KEY = 1;

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.oneKey("lindex", 3, ListElementCommands::lindex, READONLY),
                CommandSpec.oneKey("lset", 4, ListElementCommands::lset, WRITE, DENYOOM),
                CommandSpec.oneKey("lrange", 4, ListElementCommands::lrange, READONLY),
                CommandSpec.oneKey("ltrim", 4, ListElementCommands::ltrim, WRITE),
                CommandSpec.oneKey("lrem", 4, ListElementCommands::lrem, WRITE),
                CommandSpec.oneKey("linsert", 5, ListElementCommands::linsert, WRITE, DENYOOM),
                CommandSpec.oneKey("lpos", -3, ListElementCommands::lpos, READONLY));
    }

    private static void lindex(CommandContext context) {
        Arguments arguments = context.arguments();
        ListValue list = context.list(KEY);
        if (!list.value().isThere()) {
            context.reply().nullBulk();
        } else if (!arguments.isLong(2)) {
            context.reply().error(ErrorText.NOT_AN_INTEGER);
        } else {
            long position = position(arguments, 2, list.size());
            if (position < 0 || position >= list.size()) {
                context.reply().nullBulk();
            } else {
                ListCursor cursor = list.at(position);
                context.reply().bulk(cursor.address(), cursor.length());
            }
        }
    }

    /** Of an index, which counts from the end when it is negative. */
    private static long position(Arguments arguments, int i, long size) {
        long index = arguments.parseLong(i);
        return index < 0 ? index + size : index;
    }

    private static void lset(CommandContext context) {
        Arguments arguments = context.arguments();
        ListValue list = context.list(KEY);
        if (!list.value().isThere()) {
            context.reply().error(ErrorText.NO_SUCH_KEY);
            return;
        }
        if (!arguments.isLong(2)) {
            context.reply().error(ErrorText.NOT_AN_INTEGER);
            return;
        }
        long position = position(arguments, 2, list.size());
        if (position < 0 || position >= list.size()) {
            context.reply().error("ERR index out of range");
            return;
        }
        Transaction keys = context.keys();
        keys.effect().begin(Effect.LSET, list.value(), 2, arguments.totalLength());
        keys.effect().argumentLong(position);
        keys.effect().argument(arguments.address(3), arguments.length(3));
        list.set(position, arguments.address(3), arguments.length(3));
        keys.effect().end(list.value(), false);
        context.reply().ok();
    }

    private static void lrange(CommandContext context) {
        Arguments arguments = context.arguments();
        if (!arguments.isLong(2) || !arguments.isLong(3)) {
            context.reply().error(ErrorText.NOT_AN_INTEGER);
            return;
        }
        ListValue list = context.list(KEY);
        long size = list.size();
        long first = Math.max(0, position(arguments, 2, size));
        long last = Math.min(size - 1, position(arguments, 3, size));
        ListEnds.range(context.reply(), list, first, true, Math.max(0, last - first + 1));
    }

    private static void ltrim(CommandContext context) {
        Arguments arguments = context.arguments();
        if (!arguments.isLong(2) || !arguments.isLong(3)) {
            context.reply().error(ErrorText.NOT_AN_INTEGER);
            return;
        }
        ListValue list = context.list(KEY);
        long size = list.size();
        long first = Math.max(0, position(arguments, 2, size));
        long last = Math.min(size - 1, position(arguments, 3, size));
        if (list.value().isThere() && first == 0 && last == size - 1) {
            context.touch(arguments.address(KEY), arguments.length(KEY));
            context.tell(NotifyClasses.LIST, "ltrim", KEY);
        } else if (list.value().isThere()) {
            Transaction keys = context.keys();
            boolean isEmpty = first > last;
            keys.effect().begin(Effect.LTRIM, list.value(), 2, arguments.totalLength());
            if (!isEmpty) {
                keys.effect().argumentLong(first);
                keys.effect().argumentLong(last);
                list.keep(first, last);
            }
            keys.effect().end(list.value(), isEmpty);
        }
        context.reply().ok();
    }

    private static void lrem(CommandContext context) {
        Arguments arguments = context.arguments();
        if (!arguments.isLong(2)) {
            context.reply().error(ErrorText.NOT_AN_INTEGER);
            return;
        }
        ListValue list = context.list(KEY);
        long element = arguments.address(3);
        int length = arguments.length(3);
        long removed = 0;
        if (list.find(0, true, element, length) >= 0) {
            Transaction keys = context.keys();
            long count = arguments.parseLong(2);
            keys.effect().begin(Effect.LREM, list.value(), 2, arguments.totalLength());
            keys.effect().argumentLong(count);
            keys.effect().argument(element, length);
            removed = list.removeEqual(count, element, length);
            keys.effect().end(list.value(), list.size() == 0);
        }
        context.reply().integer(removed);
    }

    private static void linsert(CommandContext context) {
        Arguments arguments = context.arguments();
        boolean isBefore = arguments.is(2, "BEFORE");
        if (!isBefore && !arguments.is(2, "AFTER")) {
            context.reply().error(ErrorText.SYNTAX);
            return;
        }
        ListValue list = context.list(KEY);
        if (!list.value().isThere()) {
            context.reply().integer(0);
            return;
        }
        long pivot = list.find(0, true, arguments.address(3), arguments.length(3));
        if (pivot < 0) {
            context.reply().integer(-1);
            return;
        }
        Transaction keys = context.keys();
        keys.effect().begin(Effect.LINSERT, list.value(), 3, arguments.totalLength());
        keys.effect().argumentAscii(isBefore ? "BEFORE" : "AFTER");
        keys.effect().argument(arguments.address(3), arguments.length(3));
        keys.effect().argument(arguments.address(4), arguments.length(4));
        list.insert(isBefore ? pivot : pivot + 1, arguments.address(4), arguments.length(4));
        keys.effect().end(list.value(), false);
        context.reply().integer(list.size());
    }

    private static void lpos(CommandContext context) {
        ListSearch search = ListSearch.read(context);
        if (search != null) {
            search.reply(context, context.list(KEY));
        }
    }
}

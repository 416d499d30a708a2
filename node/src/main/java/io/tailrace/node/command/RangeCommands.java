package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.DENYOOM;
import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.CommandFlag.WRITE;
import static io.tailrace.node.shard.Transaction.NO_EXPIRY;

import io.tailrace.node.config.NotifyClasses;
import io.tailrace.node.shard.Transaction;
import io.tailrace.node.store.Entry;
import io.tailrace.wire.resp.Arguments;
import java.util.List;

/** Commands on the bytes of a string value: its length, its end, a part of it. */
final class RangeCommands implements CommandFamily {
    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.oneKey("strlen", 2, RangeCommands::strlen, READONLY, FAST),
                CommandSpec.oneKey("append", 3, RangeCommands::append, WRITE, DENYOOM, FAST),
                CommandSpec.oneKey("getrange", 4, RangeCommands::getrange, READONLY),
                CommandSpec.oneKey("substr", 4, RangeCommands::getrange, READONLY),
                CommandSpec.oneKey("setrange", 4, RangeCommands::setrange, WRITE, DENYOOM));
    }

    private static int valueLength(CommandContext context) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        return keys.findString(arguments.address(1), arguments.length(1)) ? keys.valueLength() : 0;
    }

    private static void strlen(CommandContext context) {
        context.reply().integer(valueLength(context));
    }

    private static void append(CommandContext context) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        long key = arguments.address(1);
        int keyLength = arguments.length(1);
        long bytes = arguments.address(2);
        int length = arguments.length(2);
        if (!keys.findString(key, keyLength)) {
            keys.set(key, keyLength, bytes, length, NO_EXPIRY);
            context.reply().integer(length);
            return;
        }
        int oldLength = keys.valueLength();
        if (isTooLong(context, oldLength, length)) {
            return;
        }
        // nothing more makes it bytes all the same, as in Redis
        if (length > 0 || keys.entry().encoding() != Entry.ENCODED_RAW) {
            keys.append(key, keyLength, bytes, length);
        } else {
            context.touch(key, keyLength);
            context.tell(NotifyClasses.STRING, "append", 1);
        }
        context.reply().integer(oldLength + length);
    }

    private static boolean isTooLong(CommandContext context, long offset, int length) {
        boolean isTooLong = offset > context.keys().maxValueLength() - length;
        if (isTooLong) {
            context.reply().error(ErrorText.TOO_LONG);
        }
        return isTooLong;
    }

    private static void getrange(CommandContext context) {
        Arguments arguments = context.arguments();
        if (!arguments.isLong(2) || !arguments.isLong(3)) {
            context.reply().error(ErrorText.NOT_AN_INTEGER);
            return;
        }
        int length = valueLength(context);
        long start = arguments.parseLong(2);
        long end = arguments.parseLong(3);
        // both before the beginning would otherwise meet at its first byte
        boolean isEmpty = start < 0 && end < 0 && start > end;
        long from = Math.max(0, start < 0 ? length + start : start);
        long to = Math.min(length - 1, Math.max(0, end < 0 ? length + end : end));
        if (isEmpty || from > to) {
            context.reply().bulk("");
        } else {
            context.reply().bulk(context.keys().valueAddress() + from, (int) (to - from) + 1);
        }
    }

    private static void setrange(CommandContext context) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        if (!arguments.isLong(2)) {
            context.reply().error(ErrorText.NOT_AN_INTEGER);
            return;
        }
        long offset = arguments.parseLong(2);
        if (offset < 0) {
            context.reply().error("ERR offset is out of range");
            return;
        }
        int oldLength = valueLength(context);
        int length = arguments.length(3);
        if (length == 0) {
            context.reply().integer(oldLength);
        } else if (!isTooLong(context, offset, length)) {
            keys.setRange(arguments.address(1), arguments.length(1), (int) offset, arguments.address(3), length);
            context.reply().integer(Math.max(oldLength, offset + length));
        }
    }
}

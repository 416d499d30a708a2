package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.DENYOOM;
import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.WRITE;
import static io.tailrace.node.shard.Transaction.NO_EXPIRY;

import io.tailrace.node.config.NotifyClasses;
import io.tailrace.node.shard.Transaction;
import io.tailrace.wire.memory.Decimal;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Commands that count in string values. What is logged is the result. */
final class CounterCommands implements CommandFamily {
    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.oneKey("incr", 2, context -> add(context, 1), WRITE, DENYOOM, FAST),
                CommandSpec.oneKey("decr", 2, context -> add(context, -1), WRITE, DENYOOM, FAST),
                CommandSpec.oneKey("incrby", 3, CounterCommands::incrby, WRITE, DENYOOM, FAST),
                CommandSpec.oneKey("decrby", 3, CounterCommands::decrby, WRITE, DENYOOM, FAST),
                CommandSpec.oneKey("incrbyfloat", 3, CounterCommands::incrbyfloat, WRITE, DENYOOM, FAST));
    }

    private static void incrby(CommandContext context) {
        Arguments arguments = context.arguments();
        if (arguments.isLong(2)) {
            add(context, arguments.parseLong(2));
        } else {
            context.reply().error(ErrorText.NOT_AN_INTEGER);
        }
    }

    private static void decrby(CommandContext context) {
        Arguments arguments = context.arguments();
        if (!arguments.isLong(2)) {
            context.reply().error(ErrorText.NOT_AN_INTEGER);
        } else if (arguments.parseLong(2) == Long.MIN_VALUE) {
            context.reply().error("ERR decrement would overflow");
        } else {
            add(context, -arguments.parseLong(2));
        }
    }

    private static void add(CommandContext context, long increment) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        long key = arguments.address(1);
        int keyLength = arguments.length(1);
        boolean isFound = keys.findString(key, keyLength);
        if (isFound && !Decimal.isLong(keys.valueAddress(), keys.valueLength())) {
            context.reply().error(ErrorText.NOT_AN_INTEGER);
            return;
        }
        long old = isFound ? Decimal.parse(keys.valueAddress(), keys.valueLength()) : 0;
        long sum = old + increment;
        if (((old ^ sum) & (increment ^ sum)) < 0) {
            context.reply().error("ERR increment or decrement would overflow");
            return;
        }
        if (!isFound || sum != old) {
            keys.setLong(key, keyLength, sum, isFound ? keys.expireAtEpochMs() : NO_EXPIRY);
        } else {
            context.touch(key, keyLength);
            context.tell(NotifyClasses.STRING, "incrby", 1);
        }
        context.reply().integer(sum);
    }

    private static void incrbyfloat(CommandContext context) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        long key = arguments.address(1);
        int keyLength = arguments.length(1);
        boolean isFound = keys.findString(key, keyLength);
        BigDecimal old = isFound ? LongDouble.parse(keys.valueAddress(), keys.valueLength()) : BigDecimal.ZERO;
        BigDecimal increment = LongDouble.parse(arguments.address(2), arguments.length(2));
        if (old == null || increment == null) {
            context.reply().error(ErrorText.NOT_A_FLOAT);
            return;
        }
        BigDecimal sum = LongDouble.add(old, increment);
        if (sum == LongDouble.INFINITE) {
            context.reply().error("ERR increment would produce NaN or Infinity");
            return;
        }
        byte[] text = LongDouble.text(sum).getBytes(StandardCharsets.US_ASCII);
        ReplyWriter reply = context.reply();
        reply.bulk(text);
        if (!isFound || !Memory.equals(keys.valueAddress(), keys.valueLength(), text)) {
            // the only native copy of the text is the one in the reply, before its line end
            long value = reply.address() + reply.pending() - 2 - text.length;
            keys.set(key, keyLength, value, text.length, isFound ? keys.expireAtEpochMs() : NO_EXPIRY);
        } else {
            context.touch(key, keyLength);
            context.tell(NotifyClasses.STRING, "incrbyfloat", 1);
        }
    }
}

package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.ADMIN;
import static io.tailrace.node.command.CommandFlag.DENYOOM;
import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.node.config.NotifyClasses;
import io.tailrace.node.shard.CommandErrorException;
import io.tailrace.node.shard.KeyLookups;
import io.tailrace.node.shard.RefusedException;
import io.tailrace.node.shard.Transaction;
import io.tailrace.node.value.HyperLogLog;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;

/**
 * Commands that count different elements, about, in a string. It is changed in a copy, and the bytes that are different then are
 * what is logged: {@link StringChange}.
 */
final class HyperLogLogCommands implements CommandFamily {
    private static final int KEY = 1;
    private static final int DEBUGGED = 2;
    private static final String NOT_VALID = "WRONGTYPE Key is not a valid HyperLogLog string value.";
    private static final String DAMAGED = "INVALIDOBJ Corrupted HLL object detected";

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.oneKey("pfadd", -2, HyperLogLogCommands::pfadd, WRITE, DENYOOM, FAST),
                CommandSpec.keys(
                        "pfcount",
                        -2,
                        new KeyPositions(1, -1, 1),
                        Routing.ONE_SHARD,
                        HyperLogLogCommands::pfcount,
                        READONLY,
                        CommandFlag.MAY_REPLICATE),
                CommandSpec.keys(
                        "pfmerge",
                        -2,
                        new KeyPositions(1, -1, 1),
                        Routing.ONE_SHARD,
                        HyperLogLogCommands::pfmerge,
                        WRITE,
                        DENYOOM),
                CommandSpec.keys(
                        "pfdebug",
                        3,
                        new KeyPositions(DEBUGGED, DEBUGGED, 1),
                        Routing.ONE_SHARD,
                        HyperLogLogCommands::pfdebug,
                        WRITE,
                        DENYOOM,
                        ADMIN),
                CommandSpec.session(
                        "pfselftest", 1, (session, arguments) -> HyperLogLogCheck.run(session.reply()), ADMIN));
    }

    /** Looks a HyperLogLog up, which the keys show then. */
    private static boolean find(CommandContext context, int argument) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        boolean isFound = keys.findString(arguments.address(argument), arguments.length(argument));
        if (isFound && !HyperLogLog.isValid(keys.valueAddress(), keys.valueLength())) {
            throw new CommandErrorException(NOT_VALID);
        }
        return isFound;
    }

    /** A copy of the one that was found last, or an empty one when none was, to be changed. */
    private static HyperLogLog copy(CommandContext context, boolean isFound) {
        Transaction keys = context.keys();
        if (!isFound) {
            return context.hyperLogLog().create(context.scratch(HyperLogLog.ROOM));
        }
        int length = keys.valueLength();
        return context.hyperLogLog().copy(keys.valueAddress(), length, context.scratch(length + HyperLogLog.ROOM));
    }

    private static void pfadd(CommandContext context) {
        Arguments arguments = context.arguments();
        boolean isFound = find(context, KEY);
        HyperLogLog counted = copy(context, isFound);
        boolean isChanged = !isFound;
        int result = 0;
        for (int i = KEY + 1; i < arguments.count() && result >= 0; i++) {
            result = counted.add(arguments.address(i), arguments.length(i));
            isChanged |= result > 0;
        }
        if (isChanged) {
            if (result >= 0) {
                counted.forgetCount();
            }
            StringChange.log(context, KEY, isFound, counted.address(), counted.length());
        }
        if (result < 0) {
            context.reply().error(DAMAGED);
        } else {
            context.reply().integer(isChanged ? 1 : 0);
        }
    }

    private static void pfcount(CommandContext context) {
        if (context.arguments().count() > KEY + 1) {
            pfcountUnion(context);
            return;
        }
        if (!find(context, KEY)) {
            context.reply().integer(0);
            return;
        }
        Transaction keys = context.keys();
        HyperLogLog counted = context.hyperLogLog().wrap(keys.valueAddress(), keys.valueLength());
        if (counted.isCountCached()) {
            context.reply().integer(counted.cachedCount());
            return;
        }
        long count = counted.count();
        if (count == -1) {
            context.reply().error(DAMAGED);
            return;
        }
        context.reply().integer(count);
        if (keys.isWritable()) {
            cacheCount(context, count);
        }
    }

    /** Redis keeps the count in the string, although the command only reads; not worth failing for. */
    private static void cacheCount(CommandContext context, long count) {
        try {
            HyperLogLog counted = copy(context, true);
            counted.cacheCount(count);
            StringChange.log(context, KEY, true, counted.address(), counted.length());
        } catch (RefusedException e) {
            // it is counted again the next time
            return;
        }
    }

    private static void pfcountUnion(CommandContext context) {
        byte[] highest = new byte[HyperLogLog.REGISTERS];
        for (int i = KEY; i < context.arguments().count(); i++) {
            if (find(context, i) && !mergeInto(context, highest)) {
                context.reply().error(DAMAGED);
                return;
            }
        }
        context.reply().integer(HyperLogLog.count(highest));
    }

    /** Merges the one that was found last. */
    private static boolean mergeInto(CommandContext context, byte[] highest) {
        Transaction keys = context.keys();
        return context.hyperLogLog()
                .wrap(keys.valueAddress(), keys.valueLength())
                .mergeInto(highest);
    }

    private static void pfmerge(CommandContext context) {
        byte[] highest = new byte[HyperLogLog.REGISTERS];
        boolean isDense = false;
        for (int i = KEY; i < context.arguments().count(); i++) {
            if (find(context, i)) {
                if (!mergeInto(context, highest)) {
                    context.reply().error(DAMAGED);
                    return;
                }
                isDense |= context.hyperLogLog().isDense();
            }
        }
        context.keys().lookups(KeyLookups.USES);
        boolean isFound = find(context, KEY);
        HyperLogLog merged = copy(context, isFound);
        if (isDense) {
            // it can't be damaged, as it was merged itself
            merged.makeDense();
        }
        for (int i = 0; i < HyperLogLog.REGISTERS; i++) {
            if (highest[i] > 0) {
                merged.raise(i, highest[i]);
            }
        }
        merged.forgetCount();
        if (!StringChange.log(context, KEY, isFound, merged.address(), merged.length())) {
            context.touch(context.arguments().address(KEY), context.arguments().length(KEY));
            context.tell(NotifyClasses.STRING, "pfadd", KEY);
        }
        context.reply().ok();
    }

    private static void pfdebug(CommandContext context) {
        Arguments arguments = context.arguments();
        if (!find(context, DEBUGGED)) {
            context.reply().error("ERR The specified key does not exist");
            return;
        }
        HyperLogLog debugged = copy(context, true);
        ReplyWriter reply = context.reply();
        if (arguments.is(1, "GETREG")) {
            if (makeDense(context, debugged)) {
                reply.array(HyperLogLog.REGISTERS);
                for (int i = 0; i < HyperLogLog.REGISTERS; i++) {
                    reply.integer(debugged.register(i));
                }
            }
        } else if (arguments.is(1, "DECODE")) {
            if (debugged.isDense()) {
                reply.error("ERR HLL encoding is not sparse");
            } else {
                reply.bulk(debugged.runs());
            }
        } else if (arguments.is(1, "ENCODING")) {
            reply.simple(debugged.isDense() ? "dense" : "sparse");
        } else if (arguments.is(1, "TODENSE")) {
            boolean wasDense = debugged.isDense();
            if (makeDense(context, debugged)) {
                reply.integer(wasDense ? 0 : 1);
            }
        } else {
            reply.error("ERR Unknown PFDEBUG subcommand '" + ErrorText.quoted(arguments, 1) + "'");
        }
    }

    /** Makes it dense, in the store too; false when it is damaged: then that is replied. */
    private static boolean makeDense(CommandContext context, HyperLogLog debugged) {
        boolean wasDense = debugged.isDense();
        if (!debugged.makeDense()) {
            context.reply().error(DAMAGED);
            return false;
        }
        if (!wasDense) {
            StringChange.log(context, DEBUGGED, true, debugged.address(), debugged.length());
        }
        return true;
    }
}

package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.DENYOOM;
import static io.tailrace.node.command.CommandFlag.MOVABLEKEYS;
import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.node.shard.Transaction;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.value.MemberCursor;
import io.tailrace.node.value.SetValue;
import io.tailrace.wire.memory.Decimal;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;

/**
 * Commands that make a set of several: the intersection, the union or the difference.
 *
 * <p>What one stores is logged by its members, so that the effect is about one key: DEL, then SADD.
 */
final class SetAlgebraCommands implements CommandFamily {
    private static final int DESTINATION = 1;
    private static final int NUMKEYS = 1;
    private static final int FIRST_COUNTED = 2;

    /** Comes from the sets that are open to the members that the command wants. */
    private interface Operation {
        void run(SetOperands sets, MemberCursor cursor, MemberTable result);
    }

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.keys(
                        "sinter",
                        -2,
                        new KeyPositions(1, -1, 1),
                        Routing.ONE_SHARD,
                        reply(SetAlgebraCommands::inter),
                        READONLY),
                CommandSpec.keys(
                        "sunion",
                        -2,
                        new KeyPositions(1, -1, 1),
                        Routing.ONE_SHARD,
                        reply(SetAlgebraCommands::union),
                        READONLY),
                CommandSpec.keys(
                        "sdiff",
                        -2,
                        new KeyPositions(1, -1, 1),
                        Routing.ONE_SHARD,
                        reply(SetAlgebraCommands::diff),
                        READONLY),
                storing("sinterstore", SetAlgebraCommands::inter),
                storing("sunionstore", SetAlgebraCommands::union),
                storing("sdiffstore", SetAlgebraCommands::diff),
                CommandSpec.keys(
                        "sintercard",
                        -3,
                        new KeyPositions(0, 0, 0),
                        Routing.ONE_SHARD,
                        SetAlgebraCommands::sintercard,
                        READONLY,
                        MOVABLEKEYS));
    }

    private static CommandSpec storing(String name, Operation operation) {
        return CommandSpec.keys(
                name,
                -3,
                new KeyPositions(1, -1, 1),
                Routing.ONE_SHARD,
                context -> store(context, operation),
                WRITE,
                DENYOOM);
    }

    private static KeyCommand reply(Operation operation) {
        return context -> reply(context, operation);
    }

    private static void reply(CommandContext context, Operation operation) {
        SetOperands sets = open(context, 1);
        ReplyWriter reply = context.reply();
        try (MemberTable result = context.members().begin()) {
            operation.run(sets, context.memberCursor(), result);
            reply.set(result.count());
            if (isIntset(sets, result)) {
                long scratch = context.scratch(Decimal.MAX_LENGTH);
                context.integers().begin().addAll(result).reply(reply, scratch);
                return;
            }
            for (int i = 0; i < result.size(); i++) {
                if (result.has(i)) {
                    reply.bulk(result.address(i), result.length(i));
                }
            }
        }
    }

    private static SetOperands open(CommandContext context, int first) {
        Arguments arguments = context.arguments();
        return context.sets().openAll(context.keys(), arguments, first, arguments.count() - 1);
    }

    /** Redis collects the result in an intset until there is too much, or something else, for it. */
    private static boolean isIntset(SetOperands sets, MemberTable result) {
        return result.hasOnlyIntegers() && sets.get(0).isIntsetSize(result.size());
    }

    private static void store(CommandContext context, Operation operation) {
        SetOperands sets = open(context, DESTINATION + 1);
        StoredValue destination = context.openTarget(DESTINATION);
        Transaction keys = context.keys();
        try (MemberTable result = context.members().begin()) {
            operation.run(sets, context.memberCursor(), result);
            if (result.count() > 0) {
                SetValue set = context.setOf(destination);
                keys.effect().beginReplacing(Effect.SADD, destination, result.count(), result.bytes());
                for (int i = 0; i < result.size(); i++) {
                    if (result.has(i)) {
                        keys.effect().argument(result.address(i), result.length(i));
                        set.add(result.address(i), result.length(i));
                    }
                }
                set.encodeAnew(isIntset(sets, result));
                keys.effect().end(destination, false);
            } else if (destination.isThere()) {
                keys.delete(destination.key(), destination.keyLength());
            }
            context.reply().integer(result.count());
        }
    }

    private static void inter(SetOperands sets, MemberCursor cursor, MemberTable result) {
        inter(sets, cursor, result, Long.MAX_VALUE);
    }

    private static void inter(SetOperands sets, MemberCursor cursor, MemberTable result, long most) {
        if (sets.hasMissing()) {
            return;
        }
        sets.sortBySize();
        cursor.wrap(sets.get(0).value());
        while (result.count() < most && cursor.next()) {
            long member = cursor.memberAddress();
            int length = cursor.memberLength();
            if (sets.areAllHaving(1, member, length)) {
                result.append(member, length);
            }
        }
    }

    private static void union(SetOperands sets, MemberCursor cursor, MemberTable result) {
        for (int i = 0; i < sets.count(); i++) {
            addAll(sets.get(i), cursor, result);
        }
    }

    private static void addAll(SetValue set, MemberCursor cursor, MemberTable result) {
        if (set.value().isThere()) {
            cursor.wrap(set.value());
            while (cursor.next()) {
                result.add(cursor.memberAddress(), cursor.memberLength());
            }
        }
    }

    /** Looks each member up in the other sets, or takes theirs away from the first: whichever Redis takes for less work. */
    private static void diff(SetOperands sets, MemberCursor cursor, MemberTable result) {
        if (!sets.get(0).value().isThere()) {
            return;
        }
        long lookUps = sets.size(0) * sets.present() / 2;
        if (lookUps <= sets.totalSize()) {
            sets.sortOthersBySize();
            cursor.wrap(sets.get(0).value());
            while (cursor.next()) {
                long member = cursor.memberAddress();
                int length = cursor.memberLength();
                if (!sets.isAnyHaving(1, member, length)) {
                    result.append(member, length);
                }
            }
        } else {
            addAll(sets.get(0), cursor, result);
            for (int i = 1; i < sets.count() && result.count() > 0; i++) {
                removeAll(sets.get(i), cursor, result);
            }
        }
    }

    private static void removeAll(SetValue set, MemberCursor cursor, MemberTable result) {
        if (set.value().isThere()) {
            cursor.wrap(set.value());
            while (cursor.next()) {
                result.remove(cursor.memberAddress(), cursor.memberLength());
            }
        }
    }

    private static void sintercard(CommandContext context) {
        Arguments arguments = context.arguments();
        long numkeys = arguments.isLong(NUMKEYS) ? arguments.parseLong(NUMKEYS) : 0;
        if (numkeys < 1) {
            context.reply().error("ERR numkeys should be greater than 0");
            return;
        }
        if (numkeys > arguments.count() - FIRST_COUNTED) {
            context.reply().error("ERR Number of keys can't be greater than number of args");
            return;
        }
        int options = FIRST_COUNTED + (int) numkeys;
        long limit = limit(context, options);
        if (limit >= 0) {
            SetOperands sets = context.sets().openAll(context.keys(), arguments, FIRST_COUNTED, options - 1);
            try (MemberTable result = context.members().begin()) {
                inter(sets, context.memberCursor(), result, limit == 0 ? Long.MAX_VALUE : limit);
                context.reply().integer(result.count());
            }
        }
    }

    /** The LIMIT of SINTERCARD, 0 for none; -1 when the options are wrong: then that is replied. */
    private static long limit(CommandContext context, int first) {
        Arguments arguments = context.arguments();
        long limit = 0;
        for (int i = first; i < arguments.count(); i += 2) {
            if (!arguments.is(i, "LIMIT") || i + 1 == arguments.count()) {
                context.reply().error(ErrorText.SYNTAX);
                return -1;
            }
            limit = arguments.isLong(i + 1) ? arguments.parseLong(i + 1) : -1;
            if (limit < 0) {
                context.reply().error("ERR LIMIT can't be negative");
                return -1;
            }
        }
        return limit;
    }
}

package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.DENYOOM;
import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.node.shard.Transaction;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.value.SortedSet;
import io.tailrace.node.value.SortedSetCursor;
import io.tailrace.wire.memory.Decimal;
import io.tailrace.wire.memory.DoubleText;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.resp.Arguments;
import java.util.List;

/** Commands on the members of sorted sets that they name. */
final class SortedSetCommands implements CommandFamily {
    private static final int KEY = 1;
    private static final int MEMBER = 2;
    /** Up to here Redis writes a whole score in a small sorted set as an integer, also where it has an exponent elsewhere. */
    private static final double MAX_INTEGER = 1L << 62;

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.oneKey("zadd", -4, context -> add(context, 0), WRITE, DENYOOM, FAST),
                CommandSpec.oneKey("zincrby", 4, context -> add(context, AddOptions.INCR), WRITE, DENYOOM, FAST),
                CommandSpec.oneKey("zrem", -3, SortedSetCommands::zrem, WRITE, FAST),
                CommandSpec.oneKey("zcard", 2, SortedSetCommands::zcard, READONLY, FAST),
                CommandSpec.oneKey("zscore", 3, SortedSetCommands::zscore, READONLY, FAST),
                CommandSpec.oneKey("zmscore", -3, SortedSetCommands::zmscore, READONLY, FAST),
                CommandSpec.oneKey("zrank", 3, context -> rank(context, false), READONLY, FAST),
                CommandSpec.oneKey("zrevrank", 3, context -> rank(context, true), READONLY, FAST),
                CommandSpec.oneKey("zscan", -3, SortedSetCommands::zscan, READONLY),
                CommandSpec.oneKey("zrandmember", -2, SortedSetCommands::zrandmember, READONLY));
    }

    private static void add(CommandContext context, int given) {
        Arguments arguments = context.arguments();
        int options = given;
        int first = MEMBER;
        while (first < arguments.count() && AddOptions.at(arguments, first) != 0) {
            options |= AddOptions.at(arguments, first++);
        }
        String problem = AddOptions.problem(options, arguments.count() - first);
        for (int i = first; problem == null && i < arguments.count(); i += 2) {
            problem = Double.isNaN(MemberAdd.score(arguments, i, MemberAdd.SCORES)) ? ErrorText.NOT_A_FLOAT : null;
        }
        if (problem != null) {
            context.reply().error(problem);
            return;
        }
        context.sortedSet(KEY);
        if (AddOptions.has(options, AddOptions.INCR)) {
            increment(context, options, first);
        } else {
            MemberAdd.addAll(context, options, first, MemberAdd.SCORES);
        }
    }

    private static void increment(CommandContext context, int options, int first) {
        Arguments arguments = context.arguments();
        SortedSet sortedSet = context.sortedSet();
        boolean isFound = sortedSet.find(arguments.address(first + 1), arguments.length(first + 1));
        double old = isFound ? sortedSet.score() : 0;
        double increment = MemberAdd.score(arguments, first, MemberAdd.SCORES);
        double sum = isFound ? old + increment : increment;
        boolean isAllowed = AddOptions.allow(options, isFound);
        if (isAllowed && Double.isNaN(sum)) {
            context.reply().error("ERR resulting score is not a number (NaN)");
            return;
        }
        if (!isAllowed || isFound && !AddOptions.allow(options, old, sum)) {
            context.reply().nullBulk();
            return;
        }
        context.reply().doubleValue(sum);
        if (!isFound || sum != old) {
            Transaction keys = context.keys();
            keys.effect().begin(Effect.ZADD, sortedSet.value(), 2, arguments.totalLength() + DoubleText.MAX_LENGTH);
            MemberAdd.put(keys, sortedSet, sum, arguments, first + 1);
            keys.effect().end(sortedSet.value(), false);
        }
    }

    private static void zrem(CommandContext context) {
        Arguments arguments = context.arguments();
        SortedSet sortedSet = context.sortedSet(KEY);
        int removed = 0;
        if (sortedSet.value().isThere()) {
            Transaction keys = context.keys();
            keys.effect().begin(Effect.ZREM, sortedSet.value(), arguments.count() - MEMBER, arguments.totalLength());
            for (int i = MEMBER; i < arguments.count(); i++) {
                if (sortedSet.remove(arguments.address(i), arguments.length(i))) {
                    keys.effect().argument(arguments.address(i), arguments.length(i));
                    removed++;
                }
            }
            if (removed == 0) {
                keys.effect().cancel();
            } else {
                keys.effect().end(sortedSet.value(), sortedSet.size() == 0);
            }
        }
        context.reply().integer(removed);
    }

    private static void zcard(CommandContext context) {
        context.reply().integer(context.sortedSet(KEY).size());
    }

    private static void zscore(CommandContext context) {
        context.sortedSet(KEY);
        replyScore(context, MEMBER);
    }

    private static void zmscore(CommandContext context) {
        context.sortedSet(KEY);
        int count = context.arguments().count();
        context.reply().array(count - MEMBER);
        for (int i = MEMBER; i < count; i++) {
            replyScore(context, i);
        }
    }

    private static void replyScore(CommandContext context, int i) {
        SortedSet sortedSet = context.sortedSet();
        if (sortedSet.find(context.arguments().address(i), context.arguments().length(i))) {
            context.reply().doubleValue(sortedSet.score());
        } else {
            context.reply().nullBulk();
        }
    }

    private static void rank(CommandContext context, boolean isReverse) {
        SortedSet sortedSet = context.sortedSet(KEY);
        long member = context.arguments().address(MEMBER);
        int length = context.arguments().length(MEMBER);
        if (!sortedSet.find(member, length)) {
            context.reply().nullBulk();
            return;
        }
        long rank = sortedSet.rank(member, length);
        context.reply().integer(isReverse ? sortedSet.size() - 1 - rank : rank);
    }

    private static void zscan(CommandContext context) {
        long cursor = MemberScan.cursor(context);
        if (cursor != ScanOptions.INVALID) {
            StoredValue value = context.sortedSet(KEY).value();
            boolean isLarge = value.isThere() && !context.encodingOf(value).equals("listpack");
            long text = context.scratch(DoubleText.MAX_LENGTH);
            MemberScan.reply(context, value, cursor, 2, (members, reply) -> {
                reply.bulk(members.memberAddress(), members.memberLength());
                double score = Double.longBitsToDouble(Memory.getLong(members.valueAddress()));
                reply.bulk(text, writeScore(text, score, isLarge));
            });
        }
    }

    /** As Redis keeps it: as text in a small sorted set. */
    private static int writeScore(long text, double score, boolean isLarge) {
        boolean isInteger = !isLarge && score == Math.rint(score) && Math.abs(score) <= MAX_INTEGER;
        return isInteger ? Decimal.write(text, (long) score) : DoubleText.write(text, score);
    }

    private static void zrandmember(CommandContext context) {
        if (context.arguments().count() > 2) {
            zrandmembers(context);
            return;
        }
        SortedSet sortedSet = context.sortedSet(KEY);
        if (sortedSet.size() == 0) {
            context.reply().nullBulk();
            return;
        }
        SortedSetCursor cursor = context.sortedSetCursor().wrap(sortedSet.value());
        cursor.seek(context.random().nextLong(sortedSet.size()));
        context.reply().bulk(cursor.memberAddress(), cursor.memberLength());
    }

    /** From the highest score down, which is how Redis shows all of them. */
    private static void zrandmembers(CommandContext context) {
        RandomCount wanted = RandomCount.read(context, "WITHSCORES");
        if (wanted == null) {
            return;
        }
        long size = context.sortedSet(KEY).size();
        SortedSetCursor cursor = size == 0
                ? null
                : context.sortedSetCursor().wrap(context.sortedSet().value());
        wanted.reply(context, size, (position, reply) -> {
            cursor.seek(size - 1 - position);
            reply.bulk(cursor.memberAddress(), cursor.memberLength());
            if (wanted.hasValues()) {
                reply.doubleValue(cursor.score());
            }
        });
    }
}

package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.DENYOOM;
import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.node.shard.Transaction;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.node.value.MemberCursor;
import io.tailrace.node.value.SetValue;
import io.tailrace.wire.memory.Decimal;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;

/** Commands on the members of one set, and SMOVE. */
final class SetCommands implements CommandFamily {
    private static final int KEY = 1;
    private static final int FIRST_MEMBER = 2;
    private static final int COUNT = 2;
    /** Of a SPOP that leaves less than a part of what it takes, Redis makes a new set of what is left. */
    private static final int MOVE_FACTOR = 5;

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.oneKey("sadd", -3, SetCommands::sadd, WRITE, DENYOOM, FAST),
                CommandSpec.oneKey("srem", -3, SetCommands::srem, WRITE, FAST),
                CommandSpec.keys(
                        "smove", 4, new KeyPositions(1, 2, 1), Routing.ONE_SHARD, SetCommands::smove, WRITE, FAST),
                CommandSpec.oneKey("sismember", 3, SetCommands::sismember, READONLY, FAST),
                CommandSpec.oneKey("smismember", -3, SetCommands::smismember, READONLY, FAST),
                CommandSpec.oneKey("scard", 2, SetCommands::scard, READONLY, FAST),
                CommandSpec.oneKey("spop", -2, SetCommands::spop, WRITE, FAST),
                CommandSpec.oneKey("srandmember", -2, SetCommands::srandmember, READONLY),
                CommandSpec.oneKey("smembers", 2, SetCommands::smembers, READONLY),
                CommandSpec.oneKey("sscan", -3, SetCommands::sscan, READONLY));
    }

    private static void sadd(CommandContext context) {
        Arguments arguments = context.arguments();
        SetValue set = context.set(KEY);
        Transaction keys = context.keys();
        keys.effect().begin(Effect.SADD, set.value(), arguments.count() - FIRST_MEMBER, arguments.totalLength());
        int added = 0;
        for (int i = FIRST_MEMBER; i < arguments.count(); i++) {
            if (set.add(arguments.address(i), arguments.length(i))) {
                keys.effect().argument(arguments.address(i), arguments.length(i));
                added++;
            }
        }
        if (added == 0) {
            keys.effect().cancel();
        } else {
            keys.effect().end(set.value(), false);
        }
        context.reply().integer(added);
    }

    private static void srem(CommandContext context) {
        Arguments arguments = context.arguments();
        SetValue set = context.set(KEY);
        int removed = 0;
        if (set.value().isThere()) {
            Transaction keys = context.keys();
            keys.effect().begin(Effect.SREM, set.value(), arguments.count() - FIRST_MEMBER, arguments.totalLength());
            for (int i = FIRST_MEMBER; i < arguments.count(); i++) {
                if (set.remove(arguments.address(i), arguments.length(i))) {
                    keys.effect().argument(arguments.address(i), arguments.length(i));
                    removed++;
                }
            }
            if (removed == 0) {
                keys.effect().cancel();
            } else {
                keys.effect().end(set.value(), set.size() == 0);
            }
        }
        context.reply().integer(removed);
    }

    private static void smove(CommandContext context) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        SetOperands sets = context.sets().begin();
        long member = arguments.address(3);
        int length = arguments.length(3);
        SetValue from = sets.open(keys, arguments, 1);
        boolean isMoved = false;
        if (from.value().isThere()) {
            SetValue to = sets.open(keys, arguments, 2);
            isMoved = from.contains(member, length);
            boolean isSame =
                    Memory.equals(arguments.address(1), arguments.length(1), arguments.address(2), arguments.length(2));
            if (isMoved && !isSame) {
                move(keys, arguments, from, to);
            }
        }
        context.reply().integer(isMoved ? 1 : 0);
    }

    /** Adds first, as only that may be refused. */
    private static void move(Transaction keys, Arguments arguments, SetValue from, SetValue to) {
        long member = arguments.address(3);
        int length = arguments.length(3);
        keys.promise(3, 2 * arguments.totalLength());
        int first = keys.events().count();
        if (!to.contains(member, length)) {
            keys.effect().begin(Effect.SADD, to.value(), 1, length);
            keys.effect().argument(member, length);
            to.add(member, length);
            keys.effect().end(to.value(), false);
        }
        int added = keys.events().count();
        keys.effect().begin(Effect.SREM, from.value(), 1, length);
        keys.effect().argument(member, length);
        from.remove(member, length);
        keys.effect().end(from.value(), from.size() == 0);
        // told the other way round, as Redis does it
        keys.events().swap(first, added);
    }

    private static void sismember(CommandContext context) {
        context.reply().integer(isMember(context, context.set(KEY), FIRST_MEMBER) ? 1 : 0);
    }

    private static boolean isMember(CommandContext context, SetValue set, int argument) {
        return set.contains(
                context.arguments().address(argument), context.arguments().length(argument));
    }

    private static void smismember(CommandContext context) {
        SetValue set = context.set(KEY);
        int count = context.arguments().count();
        context.reply().array(count - FIRST_MEMBER);
        for (int i = FIRST_MEMBER; i < count; i++) {
            context.reply().integer(isMember(context, set, i) ? 1 : 0);
        }
    }

    private static void scard(CommandContext context) {
        context.reply().integer(context.set(KEY).size());
    }

    private static void smembers(CommandContext context) {
        replyAll(context, context.set(KEY));
    }

    private static void replyAll(CommandContext context, SetValue set) {
        ReplyWriter reply = context.reply();
        reply.set(Math.toIntExact(set.size()));
        replyMembers(context, set);
    }

    private static void replyMembers(CommandContext context, SetValue set) {
        ReplyWriter reply = context.reply();
        if (set.isIntset()) {
            long scratch = context.scratch(Decimal.MAX_LENGTH);
            context.integers().begin().addAll(set, context.memberCursor()).reply(reply, scratch);
        } else if (set.value().isThere()) {
            MemberCursor cursor = context.memberCursor().wrap(set.value());
            while (cursor.next()) {
                reply.bulk(cursor.memberAddress(), cursor.memberLength());
            }
        }
    }

    private static void sscan(CommandContext context) {
        long cursor = MemberScan.cursor(context);
        if (cursor == ScanOptions.INVALID) {
            return;
        }
        SetValue set = context.set(KEY);
        if (set.isIntset()) {
            MemberScan.replyIntset(context, set);
        } else {
            MemberScan.reply(context, set.value(), cursor, 1, SetCommands::replyMember);
        }
    }

    private static void replyMember(MemberCursor cursor, ReplyWriter reply) {
        reply.bulk(cursor.memberAddress(), cursor.memberLength());
    }

    private static void srandmember(CommandContext context) {
        int count = context.arguments().count();
        if (count > COUNT + 1) {
            context.reply().error(ErrorText.SYNTAX);
        } else if (count > COUNT) {
            srandmembers(context);
        } else {
            SetValue set = context.set(KEY);
            if (set.value().isThere()) {
                replyMember(random(context, set), context.reply());
            } else {
                context.reply().nullBulk();
            }
        }
    }

    private static MemberCursor random(CommandContext context, SetValue set) {
        MemberCursor cursor = context.memberCursor().wrap(set.value());
        cursor.seek(context.random().nextLong(set.size()));
        return cursor;
    }

    private static void srandmembers(CommandContext context) {
        RandomCount wanted = RandomCount.read(context, null);
        if (wanted == null) {
            return;
        }
        SetValue set = context.set(KEY);
        if (wanted.count() >= set.size() && wanted.count() > 0) {
            context.reply().array(Math.toIntExact(set.size()));
            replyMembers(context, set);
            return;
        }
        MemberCursor cursor = context.memberCursor();
        if (set.value().isThere()) {
            cursor.wrap(set.value());
        }
        wanted.reply(context, set.size(), (position, reply) -> {
            cursor.seek(position);
            replyMember(cursor, reply);
        });
    }

    private static void spop(CommandContext context) {
        int count = context.arguments().count();
        if (count > COUNT + 1) {
            context.reply().error(ErrorText.SYNTAX);
        } else if (count > COUNT) {
            spopCount(context);
        } else {
            spopOne(context, context.set(KEY));
        }
    }

    private static void spopOne(CommandContext context, SetValue set) {
        if (!set.value().isThere()) {
            context.reply().nullBulk();
            return;
        }
        MemberCursor popped = random(context, set);
        int length = popped.memberLength();
        long member = context.scratch(length);
        Memory.copy(popped.memberAddress(), member, length);
        Transaction keys = context.keys();
        keys.effect().begin(Effect.SREM, set.value(), 1, length);
        keys.effect().argument(member, length);
        set.remove(member, length);
        keys.effect().end(set.value(), set.size() == 0);
        context.reply().bulk(member, length);
    }

    private static void spopCount(CommandContext context) {
        Arguments arguments = context.arguments();
        boolean isNumber = arguments.isLong(COUNT);
        if (!isNumber || arguments.parseLong(COUNT) < 0) {
            context.reply().error(isNumber ? ErrorText.NOT_POSITIVE : ErrorText.NOT_AN_INTEGER);
            return;
        }
        long count = arguments.parseLong(COUNT);
        SetValue set = context.set(KEY);
        if (count == 0 || !set.value().isThere()) {
            context.reply().set(0);
        } else if (count >= set.size()) {
            replyAll(context, set);
            context.keys().events().followedTimes(0);
            context.keys().delete(set.value().key(), set.value().keyLength());
        } else {
            spopSome(context, set, count);
        }
    }

    private static void spopSome(CommandContext context, SetValue set, long count) {
        StoredValue value = set.value();
        Transaction keys = context.keys();
        keys.events().followedTimes((int) count);
        try (MemberTable popped = context.members().begin()) {
            MemberCursor cursor = context.memberCursor().wrap(value);
            RandomMembers.distinct(context.random(), set.size(), count, position -> {
                cursor.seek(position);
                popped.append(cursor.memberAddress(), cursor.memberLength());
            });
            keys.effect().begin(Effect.SREM, value, popped.count(), popped.bytes());
            context.reply().set(popped.count());
            for (int i = 0; i < popped.size(); i++) {
                context.reply().bulk(popped.address(i), popped.length(i));
                keys.effect().argument(popped.address(i), popped.length(i));
            }
        }
        keys.effect().apply(context.type(ValueType.SET), value);
        set.wrap(value);
        if (set.size() * MOVE_FACTOR <= count) {
            set.encodeAnew(hasOnlyIntegers(context, set) && set.isIntsetSize(set.size()));
        }
        keys.effect().end(value, false);
    }

    private static boolean hasOnlyIntegers(CommandContext context, SetValue set) {
        MemberCursor cursor = context.memberCursor().wrap(set.value());
        while (cursor.next()) {
            if (!Decimal.isLong(cursor.memberAddress(), cursor.memberLength())) {
                return false;
            }
        }
        return true;
    }
}

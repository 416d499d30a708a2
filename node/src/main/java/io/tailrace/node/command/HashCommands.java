package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.DENYOOM;
import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.node.config.NotifyClasses;
import io.tailrace.node.shard.Transaction;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.value.Hash;
import io.tailrace.node.value.MemberCursor;
import io.tailrace.wire.memory.Decimal;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Commands that get and set the fields of hashes. */
final class HashCommands implements CommandFamily {
    private static final int KEY = 1;
    private static final int FIRST_FIELD = 2;

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.oneKey("hset", -4, HashCommands::hset, WRITE, DENYOOM, FAST),
                CommandSpec.oneKey("hmset", -4, HashCommands::hmset, WRITE, DENYOOM, FAST),
                CommandSpec.oneKey("hsetnx", 4, HashCommands::hsetnx, WRITE, DENYOOM, FAST),
                CommandSpec.oneKey("hget", 3, HashCommands::hget, READONLY, FAST),
                CommandSpec.oneKey("hmget", -3, HashCommands::hmget, READONLY, FAST),
                CommandSpec.oneKey("hdel", -3, HashCommands::hdel, WRITE, FAST),
                CommandSpec.oneKey("hlen", 2, HashCommands::hlen, READONLY, FAST),
                CommandSpec.oneKey("hstrlen", 3, HashCommands::hstrlen, READONLY, FAST),
                CommandSpec.oneKey("hexists", 3, HashCommands::hexists, READONLY, FAST),
                CommandSpec.oneKey("hincrby", 4, HashCommands::hincrby, WRITE, DENYOOM, FAST),
                CommandSpec.oneKey("hincrbyfloat", 4, HashCommands::hincrbyfloat, WRITE, DENYOOM, FAST),
                CommandSpec.oneKey("hscan", -3, HashCommands::hscan, READONLY),
                CommandSpec.oneKey("hrandfield", -2, HashCommands::hrandfield, READONLY),
                CommandSpec.oneKey("hkeys", 2, context -> list(context, true, false), READONLY),
                CommandSpec.oneKey("hvals", 2, context -> list(context, false, true), READONLY),
                CommandSpec.oneKey("hgetall", 2, context -> list(context, true, true), READONLY));
    }

    private static void hset(CommandContext context) {
        Arguments arguments = context.arguments();
        if (arguments.count() % 2 != 0) {
            context.reply().error(ErrorText.arity("hset"));
        } else {
            context.reply().integer(set(context));
        }
    }

    private static void hmset(CommandContext context) {
        if (context.arguments().count() % 2 != 0) {
            context.reply().error(ErrorText.arity("hmset"));
        } else {
            set(context);
            context.reply().ok();
        }
    }

    /** Sets all fields of the request; returns how many are new. */
    private static long set(CommandContext context) {
        Arguments arguments = context.arguments();
        Hash hash = context.hash(KEY);
        Transaction keys = context.keys();
        keys.effect().begin(Effect.HSET, hash.value(), arguments.count() - FIRST_FIELD, arguments.totalLength());
        long before = hash.size();
        for (int i = FIRST_FIELD; i < arguments.count(); i += 2) {
            put(
                    keys,
                    hash,
                    arguments.address(i),
                    arguments.length(i),
                    arguments.address(i + 1),
                    arguments.length(i + 1));
        }
        keys.effect().end(hash.value(), false);
        return hash.size() - before;
    }

    private static void put(Transaction keys, Hash hash, long field, int fieldLength, long newValue, int newLength) {
        keys.effect().argument(field, fieldLength);
        keys.effect().argument(newValue, newLength);
        hash.put(field, fieldLength, newValue, newLength);
    }

    private static void hsetnx(CommandContext context) {
        Arguments arguments = context.arguments();
        Hash hash = context.hash(KEY);
        boolean isThere = hash.find(arguments.address(FIRST_FIELD), arguments.length(FIRST_FIELD));
        if (!isThere) {
            set(context);
        }
        context.reply().integer(isThere ? 0 : 1);
    }

    private static void hget(CommandContext context) {
        replyValue(context, context.hash(KEY), FIRST_FIELD);
    }

    private static void hmget(CommandContext context) {
        Hash hash = context.hash(KEY);
        int count = context.arguments().count();
        context.reply().array(count - FIRST_FIELD);
        for (int i = FIRST_FIELD; i < count; i++) {
            replyValue(context, hash, i);
        }
    }

    private static void replyValue(CommandContext context, Hash hash, int field) {
        Arguments arguments = context.arguments();
        if (hash.find(arguments.address(field), arguments.length(field))) {
            context.reply().bulk(hash.valueAddress(), hash.valueLength());
        } else {
            context.reply().nullBulk();
        }
    }

    private static void hdel(CommandContext context) {
        Arguments arguments = context.arguments();
        Hash hash = context.hash(KEY);
        int deleted = 0;
        if (hash.value().isThere()) {
            Transaction keys = context.keys();
            keys.effect().begin(Effect.HDEL, hash.value(), arguments.count() - FIRST_FIELD, arguments.totalLength());
            for (int i = FIRST_FIELD; i < arguments.count(); i++) {
                if (hash.remove(arguments.address(i), arguments.length(i))) {
                    keys.effect().argument(arguments.address(i), arguments.length(i));
                    deleted++;
                }
            }
            if (deleted == 0) {
                keys.effect().cancel();
            } else {
                keys.effect().end(hash.value(), hash.size() == 0);
            }
        }
        context.reply().integer(deleted);
    }

    private static void hlen(CommandContext context) {
        context.reply().integer(context.hash(KEY).size());
    }

    private static void hstrlen(CommandContext context) {
        context.reply().integer(isFound(context) ? context.hash().valueLength() : 0);
    }

    private static void hexists(CommandContext context) {
        context.reply().integer(isFound(context) ? 1 : 0);
    }

    private static boolean isFound(CommandContext context) {
        Arguments arguments = context.arguments();
        return context.hash(KEY).find(arguments.address(FIRST_FIELD), arguments.length(FIRST_FIELD));
    }

    private static void hincrby(CommandContext context) {
        Arguments arguments = context.arguments();
        if (!arguments.isLong(3)) {
            context.reply().error(ErrorText.NOT_AN_INTEGER);
            return;
        }
        boolean isFound = isFound(context);
        Hash hash = context.hash();
        if (isFound && !Decimal.isLong(hash.valueAddress(), hash.valueLength())) {
            context.reply().error("ERR hash value is not an integer");
            return;
        }
        long old = isFound ? Decimal.parse(hash.valueAddress(), hash.valueLength()) : 0;
        long increment = arguments.parseLong(3);
        long sum = old + increment;
        if (((old ^ sum) & (increment ^ sum)) < 0) {
            context.reply().error("ERR increment or decrement would overflow");
            return;
        }
        context.reply().integer(sum);
        if (!isFound || sum != old) {
            setNumber(context, sum);
        } else {
            context.touch(arguments.address(KEY), arguments.length(KEY));
            context.tell(NotifyClasses.HASH, "hincrby", KEY);
        }
    }

    private static void setNumber(CommandContext context, long number) {
        long text = context.scratch(Decimal.MAX_LENGTH);
        setField(context, text, Decimal.write(text, number));
    }

    private static void setField(CommandContext context, long newValue, int newLength) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        Hash hash = context.hash();
        keys.effect().begin(Effect.HSET, hash.value(), 2, arguments.totalLength() + newLength);
        put(keys, hash, arguments.address(FIRST_FIELD), arguments.length(FIRST_FIELD), newValue, newLength);
        keys.effect().end(hash.value(), false);
    }

    private static void hincrbyfloat(CommandContext context) {
        Arguments arguments = context.arguments();
        BigDecimal increment = LongDouble.parse(arguments.address(3), arguments.length(3));
        if (increment == null || increment == LongDouble.INFINITE) {
            context.reply().error(increment == null ? ErrorText.NOT_A_FLOAT : "ERR value is NaN or Infinity");
            return;
        }
        boolean isFound = isFound(context);
        Hash hash = context.hash();
        BigDecimal old = isFound ? LongDouble.parse(hash.valueAddress(), hash.valueLength()) : BigDecimal.ZERO;
        if (old == null) {
            context.reply().error("ERR hash value is not a float");
            return;
        }
        BigDecimal sum = LongDouble.add(old, increment);
        if (sum == LongDouble.INFINITE) {
            context.reply().error("ERR increment would produce NaN or Infinity");
            return;
        }
        byte[] text = LongDouble.text(sum).getBytes(StandardCharsets.US_ASCII);
        context.reply().bulk(text);
        long address = context.scratch(text.length);
        Memory.copyIn(text, 0, address, text.length);
        setField(context, address, text.length);
    }

    private static void list(CommandContext context, boolean hasFields, boolean hasValues) {
        Hash hash = context.hash(KEY);
        int size = Math.toIntExact(hash.size());
        ReplyWriter reply = context.reply();
        if (hasFields && hasValues) {
            reply.map(size);
        } else {
            reply.array(size);
        }
        StoredValue value = hash.value();
        if (size > 0) {
            MemberCursor cursor = context.memberCursor().wrap(value);
            while (cursor.next()) {
                if (hasFields) {
                    reply.bulk(cursor.memberAddress(), cursor.memberLength());
                }
                if (hasValues) {
                    reply.bulk(cursor.valueAddress(), cursor.valueLength());
                }
            }
        }
    }

    private static void hscan(CommandContext context) {
        long cursor = MemberScan.cursor(context);
        if (cursor != ScanOptions.INVALID) {
            MemberScan.reply(context, context.hash(KEY).value(), cursor, 2, HashCommands::replyPair);
        }
    }

    private static void replyPair(MemberCursor cursor, ReplyWriter reply) {
        reply.bulk(cursor.memberAddress(), cursor.memberLength());
        reply.bulk(cursor.valueAddress(), cursor.valueLength());
    }

    private static void hrandfield(CommandContext context) {
        if (context.arguments().count() > 2) {
            hrandfields(context);
            return;
        }
        Hash hash = context.hash(KEY);
        if (hash.size() == 0) {
            context.reply().nullBulk();
            return;
        }
        MemberCursor cursor = context.memberCursor().wrap(hash.value());
        cursor.seek(context.random().nextLong(hash.size()));
        context.reply().bulk(cursor.memberAddress(), cursor.memberLength());
    }

    private static void hrandfields(CommandContext context) {
        RandomCount wanted = RandomCount.read(context, "WITHVALUES");
        if (wanted == null) {
            return;
        }
        Hash hash = context.hash(KEY);
        MemberCursor cursor = hash.size() == 0 ? null : context.memberCursor().wrap(hash.value());
        wanted.reply(context, hash.size(), (position, reply) -> {
            cursor.seek(position);
            reply.bulk(cursor.memberAddress(), cursor.memberLength());
            if (wanted.hasValues()) {
                reply.bulk(cursor.valueAddress(), cursor.valueLength());
            }
        });
    }
}

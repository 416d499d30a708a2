package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.DENYOOM;
import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.CommandFlag.WRITE;
import static io.tailrace.node.shard.Transaction.NO_EXPIRY;

import io.tailrace.node.config.NotifyClasses;
import io.tailrace.node.shard.KeyLookups;
import io.tailrace.node.shard.Transaction;
import io.tailrace.node.store.ValueType;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;

/** Commands that get and set whole string values. */
final class StringCommands implements CommandFamily {
    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.oneKey("get", 2, StringCommands::get, READONLY, FAST),
                CommandSpec.oneKey("set", -3, StringCommands::set, WRITE, DENYOOM),
                CommandSpec.oneKey("setnx", 3, StringCommands::setnx, WRITE, DENYOOM, FAST),
                CommandSpec.oneKey("setex", 4, context -> setex(context, "setex", SetOptions.EX), WRITE, DENYOOM),
                CommandSpec.oneKey("psetex", 4, context -> setex(context, "psetex", SetOptions.PX), WRITE, DENYOOM),
                CommandSpec.oneKey("getset", 3, StringCommands::getset, WRITE, DENYOOM, FAST),
                CommandSpec.oneKey("getdel", 2, StringCommands::getdel, WRITE, FAST),
                CommandSpec.oneKey("getex", -2, StringCommands::getex, WRITE, FAST),
                CommandSpec.keys(
                        "mget",
                        -2,
                        new KeyPositions(1, -1, 1),
                        Routing.ONE_SHARD,
                        StringCommands::mget,
                        READONLY,
                        FAST),
                CommandSpec.keys(
                        "mset",
                        -3,
                        new KeyPositions(1, -1, 2),
                        Routing.ONE_SHARD,
                        StringCommands::mset,
                        WRITE,
                        DENYOOM),
                CommandSpec.keys(
                        "msetnx",
                        -3,
                        new KeyPositions(1, -1, 2),
                        Routing.ONE_SHARD,
                        StringCommands::msetnx,
                        WRITE,
                        DENYOOM));
    }

    private static void get(CommandContext context) {
        replyValue(
                context,
                context.keys()
                        .findString(
                                context.arguments().address(1),
                                context.arguments().length(1)));
    }

    private static void replyValue(CommandContext context, boolean isFound) {
        if (isFound) {
            context.reply().bulk(context.keys().valueAddress(), context.keys().valueLength());
        } else {
            context.reply().nullBulk();
        }
    }

    private static void set(CommandContext context) {
        int options = SetOptions.ofSet(context.arguments());
        if (options == SetOptions.NONE) {
            write(context, 2, NO_EXPIRY);
            context.reply().ok();
        } else if (options == SetOptions.INVALID) {
            context.reply().error(ErrorText.SYNTAX);
        } else {
            set(context, options);
        }
    }

    private static void set(CommandContext context, int options) {
        long deadline = NO_EXPIRY;
        if (SetOptions.hasTime(options)) {
            deadline = SetOptions.deadlineOrReply(context, "set", options);
            if (deadline == NO_EXPIRY) {
                return;
            }
        }
        Transaction keys = context.keys();
        Arguments arguments = context.arguments();
        if (SetOptions.has(options, SetOptions.GET)) {
            keys.lookups(KeyLookups.USES + KeyLookups.COUNTED);
        }
        boolean isFound = SetOptions.has(options, SetOptions.GET)
                ? keys.findString(arguments.address(1), arguments.length(1))
                : SetOptions.dependsOnOld(options) && keys.find(arguments.address(1), arguments.length(1));
        boolean isRefused = SetOptions.has(options, isFound ? SetOptions.NX : SetOptions.XX);
        if (SetOptions.has(options, SetOptions.GET)) {
            replyValue(context, isFound);
        } else if (isRefused) {
            context.reply().nullBulk();
        } else {
            context.reply().ok();
        }
        if (!isRefused) {
            boolean keepsDeadline = isFound && SetOptions.has(options, SetOptions.KEEPTTL);
            write(context, 2, keepsDeadline ? keys.expireAtEpochMs() : deadline);
        }
    }

    /** Sets the key in argument 1. A value whose deadline has passed is never seen: what it would replace is removed. */
    private static void write(CommandContext context, int valueArgument, long deadline) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        long key = arguments.address(1);
        int keyLength = arguments.length(1);
        if (deadline == NO_EXPIRY || deadline > context.nowEpochMs()) {
            keys.set(key, keyLength, arguments.address(valueArgument), arguments.length(valueArgument), deadline);
        } else {
            writePast(context);
        }
    }

    /** Told as if it had been there for a moment, as it is in Redis. */
    private static void writePast(CommandContext context) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        boolean isFound = keys.find(arguments.address(1), arguments.length(1));
        if (isFound) {
            keys.events().mute(true);
            keys.delete(arguments.address(1), arguments.length(1));
            keys.events().mute(false);
        } else {
            context.touch(arguments.address(1), arguments.length(1));
            context.tell(NotifyClasses.NEW, "new", 1);
        }
        context.tell(NotifyClasses.STRING, "set", 1);
        context.tell(NotifyClasses.GENERIC, "expire", 1);
        context.tell(NotifyClasses.EXPIRED, "expired", 1);
    }

    private static void setnx(CommandContext context) {
        boolean isFound = context.keys()
                .find(context.arguments().address(1), context.arguments().length(1));
        context.reply().integer(isFound ? 0 : 1);
        if (!isFound) {
            write(context, 2, NO_EXPIRY);
        }
    }

    private static void setex(CommandContext context, String command, int unit) {
        long deadline = SetOptions.deadlineOrReply(context, command, SetOptions.withTime(unit));
        if (deadline != NO_EXPIRY) {
            write(context, 3, deadline);
            context.reply().ok();
        }
    }

    private static void getset(CommandContext context) {
        get(context);
        write(context, 2, NO_EXPIRY);
    }

    private static void getdel(CommandContext context) {
        Arguments arguments = context.arguments();
        boolean isFound = context.keys().findString(arguments.address(1), arguments.length(1));
        replyValue(context, isFound);
        if (isFound) {
            context.keys().delete(arguments.address(1), arguments.length(1));
        }
    }

    private static void getex(CommandContext context) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        int options = SetOptions.ofGetex(arguments);
        if (options == SetOptions.INVALID) {
            context.reply().error(ErrorText.SYNTAX);
            return;
        }
        long key = arguments.address(1);
        int keyLength = arguments.length(1);
        if (!keys.findString(key, keyLength)) {
            context.reply().nullBulk();
        } else if (SetOptions.hasTime(options)) {
            long deadline = SetOptions.deadlineOrReply(context, "getex", options);
            if (deadline != NO_EXPIRY) {
                replyValue(context, true);
                Deadlines.change(keys, key, keyLength, deadline);
            }
        } else {
            replyValue(context, true);
            if (SetOptions.has(options, SetOptions.PERSIST) && keys.expireAtEpochMs() != NO_EXPIRY) {
                keys.persist(key, keyLength);
            }
        }
    }

    private static void mget(CommandContext context) {
        Arguments arguments = context.arguments();
        ReplyWriter reply = context.reply();
        reply.array(arguments.count() - 1);
        for (int i = 1; i < arguments.count(); i++) {
            boolean isFound = context.keys().find(arguments.address(i), arguments.length(i))
                    && context.keys().type() == ValueType.STRING;
            replyValue(context, isFound);
        }
    }

    private static void mset(CommandContext context) {
        if (hasPairs(context, "mset")) {
            setPairs(context);
            context.reply().ok();
        }
    }

    private static void msetnx(CommandContext context) {
        if (!hasPairs(context, "msetnx")) {
            return;
        }
        Arguments arguments = context.arguments();
        for (int i = 1; i < arguments.count(); i += 2) {
            if (context.keys().find(arguments.address(i), arguments.length(i))) {
                context.reply().integer(0);
                return;
            }
        }
        setPairs(context);
        context.reply().integer(1);
    }

    private static boolean hasPairs(CommandContext context, String command) {
        boolean hasPairs = context.arguments().count() % 2 == 1;
        if (!hasPairs) {
            context.reply().error(ErrorText.arity(command));
        }
        return hasPairs;
    }

    private static void setPairs(CommandContext context) {
        Arguments arguments = context.arguments();
        context.promise(arguments.count() / 2);
        for (int i = 1; i < arguments.count(); i += 2) {
            context.keys()
                    .set(
                            arguments.address(i),
                            arguments.length(i),
                            arguments.address(i + 1),
                            arguments.length(i + 1),
                            NO_EXPIRY);
        }
    }
}

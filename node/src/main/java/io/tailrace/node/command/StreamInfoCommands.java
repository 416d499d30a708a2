package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.LOADING;
import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.CommandFlag.STALE;

import io.tailrace.node.value.StreamGroupCursor;
import io.tailrace.node.value.StreamGroups;
import io.tailrace.node.value.StreamId;
import io.tailrace.node.value.StreamValue;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;

/** XINFO and XPENDING: what streams and their groups are like. */
final class StreamInfoCommands implements CommandFamily {
    private static final String[] HELP = {
        "CONSUMERS <key> <groupname>",
        "    Show consumers of <groupname>.",
        "GROUPS <key>",
        "    Show the stream consumer groups.",
        "STREAM <key> [FULL [COUNT <count>]",
        "    Show information about the stream."
    };

    private static final int KEY = 2;
    private static final int GROUP = 3;
    private static final int FULL_COUNT = 10;

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.container(
                        "xinfo",
                        -2,
                        null,
                        List.of(
                                of("consumers", 4, StreamInfoCommands::consumers),
                                of("groups", 3, StreamInfoCommands::groups),
                                of("stream", -3, StreamInfoCommands::stream),
                                CommandSpec.session(
                                        "xinfo|help",
                                        2,
                                        (session, arguments) -> HelpReply.write(session.reply(), "XINFO", HELP),
                                        LOADING,
                                        STALE))),
                CommandSpec.oneKey("xpending", -3, StreamPendingCommand::run, READONLY));
    }

    private static CommandSpec of(String name, int arity, KeyCommand command) {
        return CommandSpec.keys(
                "xinfo|" + name, arity, new KeyPositions(KEY, KEY, 1), Routing.ONE_SHARD, command, READONLY);
    }

    /** Opens the stream; when it is not there, that is replied. */
    private static StreamValue open(CommandContext context) {
        StreamValue stream = context.stream(KEY);
        if (!stream.value().isThere()) {
            context.reply().error(ErrorText.NO_SUCH_KEY);
            return null;
        }
        return stream;
    }

    private static void consumers(CommandContext context) {
        StreamValue stream = open(context);
        if (stream == null) {
            return;
        }
        Arguments arguments = context.arguments();
        StreamGroups groups = context.streams().groups();
        ReplyWriter reply = context.reply();
        if (!groups.find(arguments.address(GROUP), arguments.length(GROUP))) {
            reply.error("NOGROUP No such consumer group '" + StreamGroupWork.named(arguments, GROUP)
                    + "' for key name '" + StreamGroupWork.named(arguments, KEY) + "'");
            return;
        }
        reply.array((int) groups.consumers());
        StreamGroupCursor cursor = context.streams().groupCursor().consumers(stream, groups);
        while (cursor.next()) {
            groups.findConsumer(cursor.name(), cursor.nameLength());
            reply.map(3);
            reply.bulk("name");
            reply.bulk(cursor.name(), cursor.nameLength());
            reply.bulk("pending");
            reply.integer(groups.consumerPending());
            reply.bulk("idle");
            reply.integer(Math.max(0, context.nowEpochMs() - groups.seen()));
        }
    }

    private static void groups(CommandContext context) {
        StreamValue stream = open(context);
        if (stream == null) {
            return;
        }
        StreamGroups groups = context.streams().groups();
        ReplyWriter reply = context.reply();
        reply.array((int) groups.groups());
        StreamGroupCursor cursor = context.streams().groupCursor().groups(stream);
        while (cursor.next()) {
            groups.find(cursor.name(), cursor.nameLength());
            reply.map(6);
            reply.bulk("name");
            reply.bulk(cursor.name(), cursor.nameLength());
            reply.bulk("consumers");
            reply.integer(groups.consumers());
            reply.bulk("pending");
            reply.integer(groups.pending());
            reply.bulk("last-delivered-id");
            StreamWork.replyId(context, groups.last());
            replyProgress(context, stream, groups);
        }
    }

    private static void replyProgress(CommandContext context, StreamValue stream, StreamGroups groups) {
        ReplyWriter reply = context.reply();
        reply.bulk("entries-read");
        replyKnown(reply, groups.read(), StreamGroups.UNKNOWN);
        reply.bulk("lag");
        replyKnown(reply, context.streams().counter().lag(stream, groups), StreamCounter.UNKNOWN_LAG);
    }

    private static void replyKnown(ReplyWriter reply, long number, long unknown) {
        if (number == unknown) {
            reply.nullBulk();
        } else {
            reply.integer(number);
        }
    }

    private static void stream(CommandContext context) {
        Arguments arguments = context.arguments();
        StreamValue stream = open(context);
        if (stream == null) {
            return;
        }
        int options = arguments.count() - GROUP;
        boolean isFull = options > 0;
        boolean isRight = options == 0
                || arguments.is(GROUP, "FULL") && (options == 1 || options == 3 && arguments.is(GROUP + 1, "COUNT"));
        long count = FULL_COUNT;
        if (!isRight) {
            context.reply()
                    .error("ERR unknown subcommand or wrong number of arguments for '"
                            + StreamGroupWork.named(arguments, 1) + "'. Try XINFO HELP.");
            return;
        }
        if (options == 3) {
            if (!arguments.isLong(GROUP + 2)) {
                context.reply().error(ErrorText.NOT_AN_INTEGER);
                return;
            }
            count = arguments.parseLong(GROUP + 2);
            count = count < 0 ? FULL_COUNT : count;
        }
        replyHead(context, stream, isFull ? 9 : 10);
        if (isFull) {
            replyFull(context, stream, count == 0 ? Long.MAX_VALUE : count);
        } else {
            replyEnds(context, stream);
        }
    }

    private static void replyHead(CommandContext context, StreamValue stream, int pairs) {
        ReplyWriter reply = context.reply();
        StreamId id = context.streams().first();
        reply.map(pairs);
        reply.bulk("length");
        reply.integer(stream.size());
        reply.bulk("radix-tree-keys");
        reply.integer(stream.nodes());
        reply.bulk("radix-tree-nodes");
        reply.integer(radixNodes(stream.nodes()));
        reply.bulk("last-generated-id");
        StreamWork.replyId(context, stream.last(id));
        reply.bulk("max-deleted-entry-id");
        StreamWork.replyId(context, stream.maxDeleted(id));
        reply.bulk("entries-added");
        reply.integer(stream.added());
        reply.bulk("recorded-first-entry-id");
        StreamWork.replyId(context, stream.first(id));
    }

    /** About what Redis's tree over this many keys has, which depends on how the keys begin. */
    private static long radixNodes(int keys) {
        return keys < 2 ? 1L + keys : 2L * keys + 2;
    }

    private static void replyEnds(CommandContext context, StreamValue stream) {
        ReplyWriter reply = context.reply();
        StreamWork work = context.streams();
        reply.bulk("groups");
        reply.integer(work.groups().groups());
        reply.bulk("first-entry");
        replyEntry(context, stream.first(work.first()));
        reply.bulk("last-entry");
        replyEntry(context, stream.lastThere(work.first()));
    }

    private static void replyEntry(CommandContext context, StreamId id) {
        if (!context.streams().replyEntry(context, id)) {
            context.reply().nullBulk();
        }
    }

    private static void replyFull(CommandContext context, StreamValue stream, long most) {
        ReplyWriter reply = context.reply();
        StreamWork work = context.streams();
        reply.bulk("entries");
        work.range(work.first().setLowest(), work.last().setHighest(), false);
        work.replyEntries(context, Math.min(most, stream.size()));
        reply.bulk("groups");
        StreamGroups groups = work.groups();
        reply.array((int) groups.groups());
        StreamGroupCursor cursor = new StreamGroupCursor().groups(stream);
        while (cursor.next()) {
            groups.find(cursor.name(), cursor.nameLength());
            reply.map(7);
            reply.bulk("name");
            reply.bulk(cursor.name(), cursor.nameLength());
            reply.bulk("last-delivered-id");
            StreamWork.replyId(context, groups.last());
            replyProgress(context, stream, groups);
            long pending = groups.pending();
            reply.bulk("pel-count");
            reply.integer(pending);
            reply.bulk("pending");
            replyPending(context, stream, Math.min(most, pending));
            reply.bulk("consumers");
            replyConsumers(context, stream, most);
        }
    }

    private static void replyPending(CommandContext context, StreamValue stream, long count) {
        StreamWork work = context.streams();
        ReplyWriter reply = context.reply();
        reply.array((int) count);
        StreamGroupCursor pending = work.groupCursor()
                .pending(stream, work.groups(), false, work.first().setLowest());
        for (long i = 0; i < count && pending.next(); i++) {
            reply.array(4);
            StreamWork.replyId(context, pending.id());
            pending.findOwner();
            reply.bulk(pending.ownerName(), pending.ownerNameLength());
            reply.integer(pending.delivered());
            reply.integer(pending.deliveries());
        }
    }

    private static void replyConsumers(CommandContext context, StreamValue stream, long most) {
        StreamWork work = context.streams();
        StreamGroups groups = work.groups();
        ReplyWriter reply = context.reply();
        reply.array((int) groups.consumers());
        StreamGroupCursor cursor = new StreamGroupCursor().consumers(stream, groups);
        while (cursor.next()) {
            groups.findConsumer(cursor.name(), cursor.nameLength());
            reply.map(4);
            reply.bulk("name");
            reply.bulk(cursor.name(), cursor.nameLength());
            reply.bulk("seen-time");
            reply.integer(groups.seen());
            long pending = groups.consumerPending();
            reply.bulk("pel-count");
            reply.integer(pending);
            reply.bulk("pending");
            long shown = Math.min(most, pending);
            reply.array((int) shown);
            StreamGroupCursor own = work.groupCursor()
                    .pending(stream, groups, true, work.first().setLowest());
            for (long i = 0; i < shown && own.next(); i++) {
                StreamId id = own.id();
                groups.findPending(id);
                reply.array(3);
                StreamWork.replyId(context, id);
                reply.integer(groups.delivered());
                reply.integer(groups.deliveries());
            }
        }
    }
}

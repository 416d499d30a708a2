package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.BLOCKING;
import static io.tailrace.node.command.CommandFlag.BLOCKS_BY_OPTION;
import static io.tailrace.node.command.CommandFlag.MOVABLEKEYS;
import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.node.value.StreamId;
import io.tailrace.node.value.StreamValue;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;

/**
 * XREAD and XREADGROUP: entries of several streams after an ID of each, or after what a group has read, or a wait until there
 * are some. What a group's consumer gets is noted in the log before it is replied.
 */
final class StreamReadCommands implements CommandFamily {
    private static final String DOLLAR =
            "ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by"
                    + " specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty"
                    + " result set.";
    private static final String GREATER =
            "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.";

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.keys(
                        "xread",
                        -4,
                        new KeyPositions(0, 0, 0),
                        Routing.ONE_SHARD,
                        context -> run(context, false),
                        READONLY,
                        BLOCKING,
                        BLOCKS_BY_OPTION,
                        MOVABLEKEYS),
                CommandSpec.keys(
                        "xreadgroup",
                        -7,
                        new KeyPositions(0, 0, 0),
                        Routing.ONE_SHARD,
                        context -> run(context, true),
                        WRITE,
                        BLOCKING,
                        BLOCKS_BY_OPTION,
                        MOVABLEKEYS));
    }

    private static void run(CommandContext context, boolean isGroup) {
        StreamWork work = context.streams();
        StreamReadOptions options = work.readOptions();
        StreamIdList from = work.otherIds();
        String problem = options.read(context.arguments(), isGroup, !context.isForScripts());
        problem = problem == null ? readIds(context, options, from) : problem;
        if (problem != null) {
            context.reply().error(problem);
            return;
        }
        boolean isServed = isGroup ? readGroup(context, options, from) : read(context, options, from);
        if (!isServed && !(options.mayBlock() && StreamWait.begin(context, options, from))) {
            context.reply().nullArray();
        }
        from.clear();
    }

    /** Reads the IDs, the highest for {@code >}, and looks that streams and groups are there that must be. */
    private static String readIds(CommandContext context, StreamReadOptions options, StreamIdList into) {
        into.clear();
        Arguments arguments = context.arguments();
        StreamId id = context.streams().first();
        for (int i = 0; i < options.keys(); i++) {
            int key = options.firstKey() + i;
            int at = key + options.keys();
            StreamValue stream = context.stream(key);
            if (options.isGroup() && !new StreamGroupWork(context, options.group(), 0).find()) {
                return StreamGroupWork.noGroup(arguments, key, options.group()) + " in XREADGROUP with GROUP option";
            }
            if (isOne(arguments, at, "$")) {
                if (options.isGroup()) {
                    return DOLLAR;
                }
                stream.last(id);
            } else if (isOne(arguments, at, ">")) {
                if (!options.isGroup()) {
                    return GREATER;
                }
                id.setHighest();
            } else if (!StreamIdText.readStrict(arguments, at, id)) {
                return StreamIdText.INVALID;
            }
            into.add(id);
        }
        return null;
    }

    private static boolean isOne(Arguments arguments, int i, String letter) {
        return arguments.is(i, letter)
                || arguments.length(i) > 1 && arguments.ascii(i).startsWith(letter + "\0");
    }

    /** Replies what there is; false, and nothing is replied, when there is nothing. */
    private static boolean read(CommandContext context, StreamReadOptions options, StreamIdList from) {
        int served = 0;
        CountedArray array = context.streams().array();
        for (int i = 0; i < options.keys(); i++) {
            int key = options.firstKey() + i;
            StreamId after = from.get(i, context.streams().first());
            StreamValue stream = context.stream(key);
            if (stream.size() > 0 && stream.lastThere(context.streams().last()).isAfter(after)) {
                if (served++ == 0) {
                    array.beginMap(context.reply(), options.keys());
                }
                replyStream(context, key, after, options.count());
            }
        }
        if (served > 0) {
            array.end(served);
        }
        return served > 0;
    }

    /** Replies a stream's key and its entries after an ID. */
    static void replyStream(CommandContext context, int key, StreamId after, long most) {
        StreamWork work = context.streams();
        replyKey(context, key);
        after.increment();
        StreamId end = work.last().setHighest();
        long count = work.stream().value().isThere() ? work.count(after, end, most) : 0;
        if (count > 0) {
            work.range(after, end, false);
        }
        work.replyEntries(context, count);
    }

    static void replyKey(CommandContext context, int key) {
        ReplyWriter reply = context.reply();
        if (reply.protocol() != 3) {
            reply.array(2);
        }
        reply.bulk(context.arguments().address(key), context.arguments().length(key));
    }

    private static boolean readGroup(CommandContext context, StreamReadOptions options, StreamIdList from) {
        StreamGroupWork work = new StreamGroupWork(context, options.group(), options.group() + 1);
        StreamDelivery delivery =
                new StreamDelivery(context, work, options.count(), options.keys(), options.hasNoAck());
        promise(context, options, delivery, from);
        CountedArray array = context.streams().array();
        int served = 0;
        for (int i = 0; i < options.keys(); i++) {
            int key = options.firstKey() + i;
            open(context, options, work, i);
            boolean isNew = from.get(i, context.streams().first()).isHighest();
            if (isNew && !delivery.hasNew()) {
                continue;
            }
            if (served++ == 0) {
                array.beginMap(context.reply(), options.keys());
            }
            replyKey(context, key);
            if (isNew) {
                delivery.giveNew();
            } else {
                delivery.giveAgain(from.get(i, context.streams().first()));
            }
        }
        if (served > 0) {
            array.end(served);
        }
        return served > 0;
    }

    /** Opens one of the streams, and finds the group: a single one is open and its group found since its ID was read. */
    private static void open(CommandContext context, StreamReadOptions options, StreamGroupWork work, int i) {
        if (options.keys() > 1) {
            context.stream(options.firstKey() + i);
            work.find();
        }
    }

    private static void promise(
            CommandContext context, StreamReadOptions options, StreamDelivery delivery, StreamIdList from) {
        long effects = 0;
        long bytes = 0;
        StreamId id = context.streams().other();
        for (int i = 0; i < options.keys(); i++) {
            open(context, options, delivery.work(), i);
            StreamId after = from.get(i, id).isHighest() ? null : id;
            effects += delivery.effects(after);
            bytes += delivery.bytes(after);
        }
        context.keys().promise((int) Math.min(Integer.MAX_VALUE, effects), bytes);
    }
}

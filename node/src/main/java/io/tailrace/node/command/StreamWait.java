package io.tailrace.node.command;

import io.tailrace.node.shard.KeyEvents;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.node.value.StreamId;
import io.tailrace.node.value.StreamValue;

/** What XREAD and XREADGROUP wait for, and what they do when it is there. One for each wait; of the shard's thread. */
final class StreamWait implements KeyServer {
    private static final String NO_GROUP = "NOGROUP the consumer group this client was blocked on no longer exists";
    private static final String NO_STREAM = "UNBLOCKED the stream key no longer exists";
    /** As Redis has it: entries for one that waited and said no count. */
    private static final long COUNT = 1_000;

    private final int group;
    private final int firstKey;
    private final long count;
    private final boolean hasNoAck;
    private final StreamId[] after;

    private StreamWait(StreamReadOptions options, StreamIdList from) {
        group = options.group();
        firstKey = options.firstKey();
        count = options.count() == Long.MAX_VALUE ? COUNT : options.count();
        hasNoAck = options.hasNoAck();
        after = new StreamId[from.count()];
        for (int i = 0; i < after.length; i++) {
            after[i] = from.get(i, new StreamId());
        }
    }

    /** Has the client wait; false when the command must not. */
    static boolean begin(CommandContext context, StreamReadOptions options, StreamIdList from) {
        return context.await(options.firstKey(), options.keys(), options.blockMs(), new StreamWait(options, from));
    }

    @Override
    public boolean waitsForEnd() {
        return group != 0;
    }

    @Override
    public boolean isWrite() {
        return group != 0;
    }

    @Override
    public boolean serve(CommandContext context, int key) {
        StoredValue value = context.open(key);
        if (!value.isThere() || value.type() != ValueType.STREAM) {
            if (group != 0) {
                context.reply().error(NO_STREAM);
            }
            return group != 0;
        }
        StreamValue stream = context.stream(key);
        return group == 0 ? read(context, stream, key) : readGroup(context, stream, key);
    }

    private boolean read(CommandContext context, StreamValue stream, int key) {
        StreamWork work = context.streams();
        StreamId from = after[key - firstKey];
        if (!stream.last(work.first()).isAfter(from)) {
            return false;
        }
        begin(context);
        StreamReadCommands.replyStream(context, key, work.first().set(from), count);
        return true;
    }

    private static void begin(CommandContext context) {
        if (context.reply().protocol() == 3) {
            context.reply().map(1);
        } else {
            context.reply().array(1);
        }
    }

    private boolean readGroup(CommandContext context, StreamValue stream, int key) {
        StreamGroupWork work = new StreamGroupWork(context, group, group + 1);
        if (!work.find()) {
            context.reply().error(NO_GROUP);
            return true;
        }
        StreamWork streams = context.streams();
        if (!stream.last(streams.first()).isAfter(streams.groups().last())) {
            return false;
        }
        context.events().as(KeyEvents.SILENT);
        StreamDelivery delivery = new StreamDelivery(context, work, count, 1, hasNoAck);
        context.keys().promise((int) delivery.effects(null), delivery.bytes(null));
        begin(context);
        StreamReadCommands.replyKey(context, key);
        delivery.giveNew();
        return true;
    }
}

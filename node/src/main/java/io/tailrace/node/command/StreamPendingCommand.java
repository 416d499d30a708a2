package io.tailrace.node.command;

import io.tailrace.node.value.StreamGroupCursor;
import io.tailrace.node.value.StreamGroups;
import io.tailrace.node.value.StreamId;
import io.tailrace.node.value.StreamValue;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;

/** XPENDING: what was delivered and not acknowledged, in sum or one by one. Stateless. */
final class StreamPendingCommand {
    private static final int KEY = 1;
    private static final int GROUP = 2;
    private static final int RANGE = 3;

    private StreamPendingCommand() {}

    static void run(CommandContext context) {
        Arguments arguments = context.arguments();
        int count = arguments.count();
        boolean isSum = count == RANGE;
        long minIdle = 0;
        long most = 0;
        int range = RANGE;
        String problem = isSum || count >= 6 && count <= 9 ? null : ErrorText.SYNTAX;
        if (!isSum && problem == null) {
            if (arguments.is(RANGE, "IDLE")) {
                problem = arguments.isLong(RANGE + 1) ? null : ErrorText.NOT_AN_INTEGER;
                minIdle = problem == null ? arguments.parseLong(RANGE + 1) : 0;
                range += 2;
                problem = problem == null && count < 8 ? ErrorText.SYNTAX : problem;
            }
            problem = problem == null ? readRange(context, range) : problem;
            most = problem == null ? Math.max(0, arguments.parseLong(range + 2)) : 0;
        }
        if (problem != null) {
            context.reply().error(problem);
            return;
        }
        StreamValue stream = context.stream(KEY);
        StreamGroups groups = context.streams().groups();
        if (!stream.value().isThere() || !groups.find(arguments.address(GROUP), arguments.length(GROUP))) {
            context.reply().error(StreamGroupWork.noGroup(arguments, KEY, GROUP));
        } else if (isSum) {
            replySum(context, stream, groups);
        } else {
            int consumer = range + 3 < count ? range + 3 : 0;
            replyRange(context, minIdle, most, consumer);
        }
    }

    private static String readRange(CommandContext context, int range) {
        Arguments arguments = context.arguments();
        StreamWork work = context.streams();
        if (!arguments.isLong(range + 2)) {
            return ErrorText.NOT_AN_INTEGER;
        }
        String problem = StreamIdText.readStart(arguments, range, work.first());
        return problem == null ? StreamIdText.readEnd(arguments, range + 1, work.last()) : problem;
    }

    private static void replySum(CommandContext context, StreamValue stream, StreamGroups groups) {
        ReplyWriter reply = context.reply();
        StreamWork work = context.streams();
        long pending = groups.pending();
        reply.array(4);
        reply.integer(pending);
        if (pending == 0) {
            reply.nullBulk();
            reply.nullBulk();
            reply.nullArray();
            return;
        }
        StreamId id = work.first();
        StreamWork.replyId(context, groups.pendingAt(0, id));
        StreamWork.replyId(context, groups.pendingAt(pending - 1, id));
        work.array().begin(reply, groups.consumers());
        int count = 0;
        StreamGroupCursor consumers = work.groupCursor().consumers(stream, groups);
        while (consumers.next()) {
            groups.findConsumer(consumers.name(), consumers.nameLength());
            long own = groups.consumerPending();
            if (own > 0) {
                reply.array(2);
                reply.bulk(consumers.name(), consumers.nameLength());
                reply.bulk(Long.toString(own));
                count++;
            }
        }
        work.array().end(count);
    }

    private static void replyRange(CommandContext context, long minIdle, long most, int consumer) {
        Arguments arguments = context.arguments();
        StreamWork work = context.streams();
        StreamGroups groups = work.groups();
        ReplyWriter reply = context.reply();
        boolean isOfConsumer = consumer != 0;
        if (isOfConsumer && !groups.findConsumer(arguments.address(consumer), arguments.length(consumer))) {
            reply.array(0);
            return;
        }
        long there = isOfConsumer ? groups.consumerPending() : groups.pending();
        work.array().begin(reply, Math.min(most, there));
        StreamGroupCursor pending = work.groupCursor().pending(work.stream(), groups, isOfConsumer, work.first());
        int count = 0;
        while (count < most && pending.next()) {
            StreamId id = pending.id();
            if (id.isAfter(work.last())) {
                break;
            }
            groups.findPending(id);
            long idle = context.nowEpochMs() - groups.delivered();
            if (minIdle != 0 && idle < minIdle) {
                continue;
            }
            reply.array(4);
            StreamWork.replyId(context, id);
            if (isOfConsumer) {
                reply.bulk(arguments.address(consumer), arguments.length(consumer));
            } else {
                pending.findOwner();
                reply.bulk(pending.ownerName(), pending.ownerNameLength());
            }
            reply.integer(Math.max(0, idle));
            reply.integer(groups.deliveries());
            count++;
        }
        work.array().end(count);
    }
}

package io.tailrace.node.command;

import io.tailrace.node.shard.Transaction;
import io.tailrace.node.value.StreamEntries;
import io.tailrace.node.value.StreamGroupCursor;
import io.tailrace.node.value.StreamGroups;
import io.tailrace.node.value.StreamId;
import io.tailrace.node.value.StreamValue;

/**
 * What XREADGROUP does with one of its streams: gives entries to a consumer and notes that. Lives for one command.
 *
 * @param work of the group and the consumer
 * @param count entries at most
 * @param streams how many there are in the command
 * @param hasNoAck whether what is given is not pending
 */
record StreamDelivery(CommandContext context, StreamGroupWork work, long count, int streams, boolean hasNoAck) {
    /** Effects besides those of entries read again. */
    private static final int EFFECTS = 4;

    /** Room for so many IDs is asked for without looking how many there are. */
    private static final int FEW = 32;

    private long mostNew() {
        return Math.min(count, work.fitting(StreamWork.ID_BYTES + (long) Transaction.ARGUMENT_ROOM, streams));
    }

    private long mostAgain() {
        return Math.min(count, work.fitting(work.bytes(1), streams));
    }

    private StreamValue stream() {
        return context.streams().stream();
    }

    private StreamGroups groups() {
        return context.streams().groups();
    }

    /** Whether the group that was found has not read all of the stream that was opened. */
    boolean hasNew() {
        return stream().size() > 0
                && stream().lastThere(context.streams().other()).isAfter(groups().last());
    }

    /** How many effects it takes to give what is new, or what is pending from an ID on if there is one. */
    long effects(StreamId from) {
        return from == null ? EFFECTS : EFFECTS + countPending(from);
    }

    /** Bytes of these effects, at most. */
    long bytes(StreamId from) {
        long effects = effects(from);
        long ids = from == null ? mostIds() : 0;
        return effects * work.bytes(1) + ids * (StreamWork.ID_BYTES + (long) Transaction.ARGUMENT_ROOM);
    }

    private long mostIds() {
        return mostNew() <= FEW ? mostNew() : countNew();
    }

    /** How many there are of those that are asked for; the stream's tools then hold their range. */
    private long countNew() {
        StreamId from = context.streams().first().set(groups().last());
        StreamId to = context.streams().last().setHighest();
        if (!from.increment() || mostNew() == 1 && !hasNew()) {
            return 0;
        }
        return mostNew() == 1 ? 1 : context.streams().count(from, to, mostNew());
    }

    private long countPending(StreamId from) {
        return work.findConsumer() ? Math.min(mostAgain(), groups().consumerPending()) : 0;
    }

    /** Creates the consumer if it does not exist; when it was last seen is noted with its deliveries. */
    private void meetConsumer() {
        if (!work.findConsumer()) {
            work.createConsumer();
        }
    }

    /** Replies entries after the group's last one, and notes that the group has read them and the consumer has them. */
    void giveNew() {
        meetConsumer();
        StreamWork tools = context.streams();
        long given = countNew();
        StreamId last = tools.other().set(groups().last());
        long read = groups().read();
        StreamIdList ids = tools.ids();
        ids.clear();
        tools.counter().wrap(stream());
        StreamEntries entries = tools.range(tools.first(), tools.last(), false);
        context.reply().array((int) given);
        for (long i = 0; i < given; i++) {
            boolean isThere = entries.next();
            assert isThere : i + " of " + given;
            last.set(entries.id());
            read = tools.counter().afterReading(read, last);
            ids.add(last);
            tools.replyEntry(context);
        }
        if (given > 0) {
            note(ids, last, read);
        } else {
            work.see();
        }
        ids.clear();
    }

    private void note(StreamIdList ids, StreamId last, long read) {
        StreamWork tools = context.streams();
        StreamId end = tools.last().set(last);
        if (hasNoAck) {
            work.see();
        } else {
            work.beginClaim(ids.count());
            for (int i = 0; i < ids.count(); i++) {
                work.pend(ids.get(i, tools.first()), context.nowEpochMs(), 1);
            }
            work.endClaim(context.nowEpochMs(), 1);
        }
        work.read(end, read);
    }

    /** Replies what is pending with the consumer after an ID, and notes that it was delivered once more. */
    void giveAgain(StreamId after) {
        meetConsumer();
        StreamWork tools = context.streams();
        StreamIdList ids = tools.ids();
        ids.clear();
        StreamId from = tools.last().set(after);
        long most = mostAgain();
        if (from.increment()) {
            StreamGroupCursor pending = tools.groupCursor().pending(stream(), groups(), true, from);
            while (ids.count() < most && pending.next()) {
                ids.add(pending.id());
            }
        }
        context.reply().array(ids.count());
        for (int i = 0; i < ids.count(); i++) {
            StreamId id = ids.get(i, tools.first());
            if (!tools.replyEntry(context, id)) {
                context.reply().array(2);
                StreamWork.replyId(context, id);
                context.reply().nullArray();
            }
        }
        for (int i = 0; i < ids.count(); i++) {
            StreamId id = ids.get(i, tools.first());
            if (stream().contains(id)) {
                groups().findPending(id);
                work.claim(id, context.nowEpochMs(), groups().deliveries() + 1);
            }
        }
        work.see();
        ids.clear();
    }
}

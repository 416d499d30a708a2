package io.tailrace.node.command;

import io.tailrace.node.rdb.RdbElements;
import io.tailrace.node.rdb.RdbSaver;
import io.tailrace.node.rdb.RdbStream;
import io.tailrace.node.rdb.RdbWriter;
import io.tailrace.node.shard.Transaction;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.node.value.StreamEntries;
import io.tailrace.node.value.StreamGroupCursor;
import io.tailrace.node.value.StreamGroups;
import io.tailrace.node.value.StreamId;
import io.tailrace.node.value.StreamValue;
import io.tailrace.wire.memory.Decimal;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.Effect;
import java.nio.charset.StandardCharsets;

/** DUMP and RESTORE of a stream, with its groups, consumers and what is pending. Stateless. */
final class StreamDump {
    private StreamDump() {}

    /** Writes what {@link RdbSaver} completes; the stream is opened as a stream is read. */
    static RdbWriter save(StreamWork work, StoredValue value, RdbSaver saver) {
        StreamValue stream = work.stream().wrap(value);
        try (RdbStream rdb = new RdbStream()) {
            rdb.begin();
            StreamEntries entries =
                    work.range(work.first().setLowest(), work.last().setHighest(), false);
            while (entries.next()) {
                rdb.entry(entries);
            }
            StreamId last = stream.last(new StreamId());
            rdb.head(last, stream.added(), stream.maxDeleted(new StreamId()));
            StreamGroups groups = work.groups();
            StreamGroupCursor cursor = new StreamGroupCursor().groups(stream);
            while (cursor.next()) {
                byte[] name = Memory.toBytes(cursor.name(), cursor.nameLength());
                groups.find(cursor.name(), cursor.nameLength());
                rdb.group(name, groups.last(), groups.read());
                consumers(stream, groups, rdb, name);
            }
            return saver.save(rdb);
        }
    }

    private static void consumers(StreamValue stream, StreamGroups groups, RdbStream rdb, byte[] group) {
        StreamGroupCursor cursor = new StreamGroupCursor().consumers(stream, groups);
        StreamGroupCursor pending = new StreamGroupCursor();
        while (cursor.next()) {
            byte[] name = Memory.toBytes(cursor.name(), cursor.nameLength());
            groups.findConsumer(cursor.name(), cursor.nameLength());
            rdb.consumer(group, name);
            rdb.seen(group, name, groups.seen());
        }
        pending.pending(stream, groups, false, new StreamId());
        while (pending.next()) {
            pending.findOwner();
            byte[] owner = Memory.toBytes(pending.ownerName(), pending.ownerNameLength());
            rdb.pending(group, owner, pending.id(), pending.delivered(), pending.deliveries());
        }
    }

    /** Makes a stream by the effects that a payload was taken apart into, in place of what is there. */
    static void make(CommandContext context, int keyArgument, RdbElements elements, long deadlineEpochMs) {
        Transaction keys = context.keys();
        long key = context.arguments().address(keyArgument);
        int length = context.arguments().length(keyArgument);
        int effects = 0;
        while (elements.next()) {
            elements.next();
            elements.next();
            effects++;
            for (int i = count(elements); i > 0; i--) {
                elements.next();
            }
        }
        long room = (long) elements.count() * Transaction.ARGUMENT_ROOM;
        // the removal of what was there, and the deadline
        keys.promise(effects + 2, (effects + 2L) * length + elements.bytes() + room);
        StoredValue value = context.openTarget(keyArgument);
        if (value.isThere() || value.isHidden()) {
            keys.delete(key, length);
        }
        elements.rewind();
        while (elements.next()) {
            carryOut(context, keyArgument, elements);
        }
        if (deadlineEpochMs != Transaction.NO_EXPIRY) {
            keys.expire(key, length, deadlineEpochMs);
        }
    }

    private static int count(RdbElements elements) {
        return (int) Decimal.parse(elements.address(), elements.length());
    }

    private static String ascii(RdbElements elements) {
        return new String(Memory.toBytes(elements.address(), elements.length()), StandardCharsets.US_ASCII);
    }

    private static void carryOut(CommandContext context, int keyArgument, RdbElements elements) {
        Transaction keys = context.keys();
        Effect effect = Effect.valueOf(ascii(elements));
        elements.next();
        String word = ascii(elements);
        elements.next();
        int count = count(elements);
        int place = elements.place();
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            elements.next();
            bytes += elements.length();
        }
        elements.returnTo(place);
        StoredValue value = context.openTarget(keyArgument);
        if (word.isEmpty()) {
            keys.effect().begin(effect, value, count, bytes);
        } else {
            keys.effect().begin(effect, word, value, count, bytes);
        }
        for (int i = 0; i < count; i++) {
            elements.next();
            keys.effect().argument(elements.address(), elements.length());
        }
        keys.effect().apply(context.type(ValueType.STREAM), value);
        keys.effect().end(value, false);
    }
}

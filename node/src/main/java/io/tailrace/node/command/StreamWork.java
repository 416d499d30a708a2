package io.tailrace.node.command;

import io.tailrace.node.shard.Transaction;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.value.CollectionLimits;
import io.tailrace.node.value.CollectionType;
import io.tailrace.node.value.StreamEntries;
import io.tailrace.node.value.StreamGroupCursor;
import io.tailrace.node.value.StreamGroups;
import io.tailrace.node.value.StreamId;
import io.tailrace.node.value.StreamValue;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.resp.ReplyWriter;

/** What commands on streams work with, kept from one to the next. Owned by the shard's reactor thread. */
final class StreamWork {
    /** Of an ID in a record. */
    static final int ID_BYTES = StreamId.MAX_TEXT;

    private final CollectionLimits limits;
    private final CollectionType type;
    private final StreamValue stream;
    private final StreamGroups groups = new StreamGroups();
    private final StreamEntries entries = new StreamEntries();
    private final StreamGroupCursor groupCursor = new StreamGroupCursor();
    private final StreamTrim trim = new StreamTrim();
    private final StreamReadOptions readOptions = new StreamReadOptions();
    private final StreamIdList ids = new StreamIdList();
    private final StreamIdList otherIds = new StreamIdList();
    private final StreamCounter counter = new StreamCounter();
    private final CountedArray array = new CountedArray();
    private final StreamId first = new StreamId();
    private final StreamId last = new StreamId();
    private final StreamId other = new StreamId();

    StreamWork(CollectionLimits limits, CollectionType type) {
        this.limits = limits;
        this.type = type;
        stream = new StreamValue(limits);
    }

    CollectionLimits limits() {
        return limits;
    }

    StreamValue stream() {
        return stream;
    }

    /** The groups of the stream that was opened last, which is there. */
    StreamGroups groups() {
        return groups.wrap(stream);
    }

    StreamEntries entries() {
        return entries;
    }

    StreamGroupCursor groupCursor() {
        return groupCursor;
    }

    StreamTrim trim() {
        return trim;
    }

    StreamReadOptions readOptions() {
        return readOptions;
    }

    StreamIdList ids() {
        return ids;
    }

    StreamIdList otherIds() {
        return otherIds;
    }

    StreamCounter counter() {
        return counter;
    }

    /** For a reply of elements that are counted as they are written. */
    CountedArray array() {
        return array;
    }

    /** Three IDs, for what the command likes. */
    StreamId first() {
        return first;
    }

    StreamId last() {
        return last;
    }

    StreamId other() {
        return other;
    }

    /** Chooses entries of the stream that was opened last, which is there. */
    StreamEntries range(StreamId from, StreamId to, boolean isReversed) {
        return entries.wrap(stream.value())
                .range(from, to, isReversed, stream.value().arena().numberScratch());
    }

    /** How many entries a range has, at most this many. */
    long count(StreamId from, StreamId to, long most) {
        if (from.isAfter(to)) {
            return 0;
        }
        long left = end(to) - stream.rank(from);
        return Math.min(most, left);
    }

    private long end(StreamId to) {
        return to.isHighest() ? stream.size() : stream.rank(to) + (stream.contains(to) ? 1 : 0);
    }

    /** Replies this many entries of a range that was chosen. */
    void replyEntries(CommandContext context, long count) {
        context.reply().array((int) count);
        for (long i = 0; i < count; i++) {
            boolean isThere = entries.next();
            assert isThere : i + " of " + count;
            replyEntry(context);
        }
    }

    /** Replies the entry shown. */
    void replyEntry(CommandContext context) {
        ReplyWriter reply = context.reply();
        reply.array(2);
        replyId(context, entries.id());
        reply.array(2 * entries.fields());
        while (entries.nextField()) {
            reply.bulk(entries.nameAddress(), entries.nameLength());
            reply.bulk(entries.valueAddress(), entries.valueLength());
        }
    }

    /** Replies the entry of an ID; false when there is none: then nothing is replied. */
    boolean replyEntry(CommandContext context, StreamId id) {
        if (!range(id, id, false).next()) {
            return false;
        }
        replyEntry(context);
        return true;
    }

    static void replyId(CommandContext context, StreamId id) {
        long text = context.scratch(StreamId.MAX_TEXT);
        context.reply().bulk(text, id.write(text));
    }

    /** Adds an ID to the effect that was begun. */
    static void argument(CommandContext context, StreamId id) {
        long text = context.scratch(StreamId.MAX_TEXT);
        context.keys().effect().argument(text, id.write(text));
    }

    /** Carries the effect out that was begun, and ends it. */
    void apply(Transaction keys) {
        StoredValue value = stream.value();
        keys.effect().apply(type, value);
        keys.effect().end(value, false);
    }

    /** Sets what the stream knows besides its entries. */
    void setId(CommandContext context, StreamId newLast, long added, StreamId maxDeleted) {
        Transaction keys = context.keys();
        keys.effect().begin(Effect.XSETID, stream.value(), 5, 2L * ID_BYTES + 64);
        argument(context, newLast);
        keys.effect().argumentAscii("ENTRIESADDED");
        keys.effect().argumentLong(added);
        keys.effect().argumentAscii("MAXDELETEDID");
        argument(context, maxDeleted);
        apply(keys);
    }
}

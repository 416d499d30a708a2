package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.DENYOOM;
import static io.tailrace.node.command.CommandFlag.FAST;
import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.node.shard.CollectionEffect;
import io.tailrace.node.shard.Transaction;
import io.tailrace.node.value.StreamId;
import io.tailrace.node.value.StreamValue;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.resp.Arguments;
import java.util.List;

/** Commands on the entries of streams. */
final class StreamCommands implements CommandFamily {
    private static final int KEY = 1;

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.oneKey("xadd", -5, StreamCommands::xadd, WRITE, DENYOOM, FAST),
                CommandSpec.oneKey("xlen", 2, StreamCommands::xlen, READONLY, FAST),
                CommandSpec.oneKey("xrange", -4, context -> range(context, false), READONLY),
                CommandSpec.oneKey("xrevrange", -4, context -> range(context, true), READONLY),
                CommandSpec.oneKey("xdel", -3, StreamCommands::xdel, WRITE, FAST),
                CommandSpec.oneKey("xtrim", -4, StreamCommands::xtrim, WRITE),
                CommandSpec.oneKey("xsetid", -3, StreamCommands::xsetid, WRITE, DENYOOM, FAST));
    }

    private static void xadd(CommandContext context) {
        Arguments arguments = context.arguments();
        StreamWork work = context.streams();
        StreamTrim trim = work.trim();
        StreamId id = work.first();
        String problem = trim.read(arguments, id, work.limits().encodings().streamNodeEntries());
        int fields = trim.idAt() + 1;
        int left = arguments.count() - fields;
        if (problem == null && (left < 2 || left % 2 == 1)) {
            problem = ErrorText.arity("xadd");
        }
        if (problem == null && trim.isIdGiven() && !trim.isSequenceOpen() && id.isLowest()) {
            problem = "ERR The ID specified in XADD must be greater than 0-0";
        }
        if (problem != null) {
            context.reply().error(problem);
            return;
        }
        StreamValue stream = context.stream(KEY);
        if (!stream.value().isThere() && trim.hasNoStream()) {
            context.reply().nullBulk();
            return;
        }
        problem = choose(context, stream, trim, id);
        if (problem != null) {
            context.reply().error(problem);
            return;
        }
        long text = context.scratch(StreamId.MAX_TEXT);
        int length = id.write(text);
        context.reply().bulk(text, length);
        add(context, stream, id, fields, text, length);
    }

    /** Finds the ID of a new entry; returns null or why there is none. */
    private static String choose(CommandContext context, StreamValue stream, StreamTrim trim, StreamId id) {
        StreamId last = stream.last(context.streams().last());
        if (last.isHighest()) {
            return "ERR The stream has exhausted the last possible ID, unable to add more items";
        }
        if (!trim.isIdGiven()) {
            long now = context.nowEpochMs();
            if (Long.compareUnsigned(now, last.millis()) > 0) {
                id.set(now, 0);
            } else {
                id.set(last);
                id.increment();
            }
        } else if (trim.isSequenceOpen() && id.millis() == last.millis()) {
            // after the highest sequence it is 0 again, which is no higher
            id.set(last.millis(), last.sequence() + 1);
        }
        return id.isAfter(last)
                ? null
                : "ERR The ID specified in XADD is equal or smaller than the target stream top item";
    }

    /** @param text the ID's, in {@code length} bytes */
    private static void add(
            CommandContext context, StreamValue stream, StreamId id, int fields, long text, int length) {
        Arguments arguments = context.arguments();
        StreamTrim trim = context.streams().trim();
        Transaction keys = context.keys();
        int count = 1 + arguments.count() - fields;
        long bytes = arguments.totalLength() + StreamWork.ID_BYTES;
        if (trim.isGiven()) {
            long entry = bytes + stream.value().keyLength() * 2L + (long) count * Transaction.ARGUMENT_ROOM;
            keys.promise(2 + StreamTrim.EFFECTS, entry + StreamTrim.effectBytes(stream));
        }
        CollectionEffect effect = keys.effect();
        effect.begin(Effect.XADD, stream.value(), count, bytes);
        effect.argument(text, length);
        for (int i = fields; i < arguments.count(); i++) {
            effect.argument(arguments.address(i), arguments.length(i));
        }
        stream.add(id, arguments, fields);
        effect.end(stream.value(), false);
        if (trim.isGiven()) {
            keys.events().as("xtrim");
            trim.run(context);
        }
    }

    private static void xlen(CommandContext context) {
        context.reply().integer(context.stream(KEY).size());
    }

    private static void range(CommandContext context, boolean isReversed) {
        Arguments arguments = context.arguments();
        StreamWork work = context.streams();
        String problem = StreamIdText.readStart(arguments, isReversed ? 3 : 2, work.first());
        problem = problem == null ? StreamIdText.readEnd(arguments, isReversed ? 2 : 3, work.last()) : problem;
        long count = Long.MAX_VALUE;
        for (int i = 4; problem == null && i < arguments.count(); i += 2) {
            if (!arguments.is(i, "COUNT") || i + 1 == arguments.count()) {
                problem = ErrorText.SYNTAX;
            } else if (!arguments.isLong(i + 1)) {
                problem = ErrorText.NOT_AN_INTEGER;
            } else {
                count = Math.max(0, arguments.parseLong(i + 1));
            }
        }
        if (problem != null) {
            context.reply().error(problem);
            return;
        }
        StreamValue stream = context.stream(KEY);
        if (!stream.value().isThere()) {
            context.reply().array(0);
        } else if (count == 0) {
            context.reply().nullArray();
        } else {
            long found = work.count(work.first(), work.last(), count);
            work.range(work.first(), work.last(), isReversed);
            work.replyEntries(context, found);
        }
    }

    private static void xdel(CommandContext context) {
        Arguments arguments = context.arguments();
        StreamValue stream = context.stream(KEY);
        StreamId id = context.streams().first();
        int deleted = 0;
        if (stream.value().isThere()) {
            for (int i = 2; i < arguments.count(); i++) {
                if (!StreamIdText.readStrict(arguments, i, id)) {
                    context.reply().error(StreamIdText.INVALID);
                    return;
                }
            }
            deleted = delete(context, stream, id);
        }
        context.reply().integer(deleted);
    }

    private static int delete(CommandContext context, StreamValue stream, StreamId id) {
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        int count = arguments.count() - 2;
        keys.effect().begin(Effect.XDEL, stream.value(), count, (long) count * StreamWork.ID_BYTES);
        int deleted = 0;
        for (int i = 2; i < arguments.count(); i++) {
            StreamIdText.readStrict(arguments, i, id);
            if (stream.delete(id)) {
                StreamWork.argument(context, id);
                deleted++;
            }
        }
        if (deleted == 0) {
            keys.effect().cancel();
        } else {
            keys.effect().end(stream.value(), false);
        }
        return deleted;
    }

    private static void xtrim(CommandContext context) {
        StreamWork work = context.streams();
        String problem = work.trim()
                .read(context.arguments(), null, work.limits().encodings().streamNodeEntries());
        if (problem != null) {
            context.reply().error(problem);
            return;
        }
        StreamValue stream = context.stream(KEY);
        if (!stream.value().isThere()) {
            context.reply().integer(0);
            return;
        }
        context.keys().promise(StreamTrim.EFFECTS, StreamTrim.effectBytes(stream));
        context.reply().integer(work.trim().run(context));
    }

    private static void xsetid(CommandContext context) {
        Arguments arguments = context.arguments();
        StreamWork work = context.streams();
        StreamId id = work.first();
        StreamId maxDeleted = work.last().setLowest();
        long added = -1;
        String problem = StreamIdText.readStrict(arguments, 2, id) ? null : StreamIdText.INVALID;
        for (int i = 3; problem == null && i < arguments.count(); i += 2) {
            boolean hasMore = i + 1 < arguments.count();
            if (hasMore && arguments.is(i, "ENTRIESADDED")) {
                added = arguments.isLong(i + 1) ? arguments.parseLong(i + 1) : 0;
                problem = added < 0 ? "ERR entries_added must be positive" : null;
                problem = arguments.isLong(i + 1) ? problem : ErrorText.NOT_AN_INTEGER;
            } else if (hasMore && arguments.is(i, "MAXDELETEDID")) {
                problem = StreamIdText.readStrict(arguments, i + 1, maxDeleted) ? null : StreamIdText.INVALID;
                if (problem == null && id.isBefore(maxDeleted)) {
                    problem = "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id";
                }
            } else {
                problem = ErrorText.SYNTAX;
            }
        }
        if (problem == null) {
            StreamValue stream = context.stream(KEY);
            problem = stream.value().isThere() ? refusal(stream, work, added) : ErrorText.NO_SUCH_KEY;
        }
        if (problem != null) {
            context.reply().error(problem);
            return;
        }
        context.reply().ok();
        StreamValue stream = work.stream();
        stream.maxDeleted(work.other());
        work.setId(context, id, added < 0 ? stream.added() : added, maxDeleted.isLowest() ? work.other() : maxDeleted);
    }

    private static String refusal(StreamValue stream, StreamWork work, long added) {
        StreamId id = work.first();
        if (stream.size() > 0) {
            if (id.isBefore(stream.lastThere(work.other()))) {
                return "ERR The ID specified in XSETID is smaller than the target stream top item";
            }
            if (added >= 0 && stream.size() > added) {
                return "ERR The entries_added specified in XSETID is smaller than the target stream length";
            }
        }
        return null;
    }
}

package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.DENYOOM;
import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.node.config.NotifyClasses;
import io.tailrace.node.rdb.BadPayloadException;
import io.tailrace.node.rdb.RdbElements;
import io.tailrace.node.rdb.RdbLoader;
import io.tailrace.node.rdb.RdbSaver;
import io.tailrace.node.rdb.RdbWriter;
import io.tailrace.node.shard.CommandErrorException;
import io.tailrace.node.shard.Transaction;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.node.value.CollectionType;
import io.tailrace.node.value.SortedSet;
import io.tailrace.wire.memory.DoubleText;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.resp.Arguments;
import java.util.List;

/**
 * DUMP and RESTORE: values in the form of Redis's files, which servers and tools hand to each other. What is restored is logged by its
 * content, so that log, replicas and snapshots know nothing of that form.
 */
final class DumpCommands implements CommandFamily {
    private static final int KEY = 1;
    private static final int PAYLOAD = 3;
    /** Beyond the bytes of a score in a payload: what its text takes in the log. */
    private static final int SCORE_ROOM = DoubleText.MAX_LENGTH;

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.oneKey("dump", 2, DumpCommands::dump, READONLY),
                CommandSpec.oneKey("restore", -4, DumpCommands::restore, WRITE, DENYOOM),
                CommandSpec.oneKey("restore-asking", -4, DumpCommands::restore, WRITE, DENYOOM, CommandFlag.ASKING));
    }

    private static void dump(CommandContext context) {
        StoredValue value = context.open(KEY);
        if (!value.isThere()) {
            context.reply().nullBulk();
            return;
        }
        try (RdbSaver saver = new RdbSaver(context.limits().encodings())) {
            CollectionType type = value.type() == ValueType.STRING ? null : context.type(value.type());
            RdbWriter payload = payload(value, type, context.streams(), saver);
            context.reply().bulk(payload.address(), payload.length());
        }
    }

    /**
     * What a value is dumped as.
     *
     * @param type of a collection; null for a string
     * @param streams to read a stream with
     * @param saver writes it, and holds it until it is closed
     */
    static RdbWriter payload(StoredValue value, CollectionType type, StreamWork streams, RdbSaver saver) {
        return switch (value.type()) {
            case ValueType.STREAM -> StreamDump.save(streams, value, saver);
            case ValueType.STRING -> saver.save(value, StringEncoding.of(value.entry()), 0);
            default -> saver.save(value, type.encoding(value), type.size(value));
        };
    }

    private static void restore(CommandContext context) {
        RestoreOptions options = new RestoreOptions();
        String refusal = options.read(context.arguments());
        Transaction keys = context.keys();
        Arguments arguments = context.arguments();
        if (refusal == null && !options.isReplacing() && keys.find(arguments.address(KEY), arguments.length(KEY))) {
            refusal = "BUSYKEY Target key name already exists.";
        }
        if (refusal == null) {
            refusal = options.readDeadline(arguments, context);
        }
        boolean isIntact = RdbLoader.isIntact(arguments.address(PAYLOAD), arguments.length(PAYLOAD));
        if (refusal == null && !isIntact) {
            refusal = "ERR DUMP payload version or checksum are wrong";
        }
        if (refusal != null) {
            context.reply().error(refusal);
            return;
        }
        context.countPayload();
        // as in Redis: a value is never larger than the record of its effect
        try (RdbLoader loader = new RdbLoader(2 * keys.maxValueLength())) {
            int type = loader.load(arguments.address(PAYLOAD), arguments.length(PAYLOAD));
            restore(context, options, type, loader.elements());
        } catch (BadPayloadException e) {
            context.reply().error("ERR Bad data format");
        }
    }

    private static void restore(CommandContext context, RestoreOptions options, int type, RdbElements elements)
            throws BadPayloadException {
        if (elements.longest() > context.keys().maxValueLength()) {
            throw new CommandErrorException("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
        }
        boolean canRepeat = type == ValueType.STRING || type == ValueType.LIST || type == ValueType.STREAM;
        if (!canRepeat && !isDistinct(context, type, elements)) {
            context.reply().error("ERR Bad data format");
            return;
        }
        Arguments arguments = context.arguments();
        Transaction keys = context.keys();
        long key = arguments.address(KEY);
        int keyLength = arguments.length(KEY);
        if (options.isPast(context.nowEpochMs())) {
            if (keys.find(key, keyLength)) {
                keys.delete(key, keyLength);
            }
            context.reply().ok();
            return;
        }
        elements.rewind();
        keys.events().mute(true);
        if (type == ValueType.STRING) {
            elements.next();
            keys.set(key, keyLength, elements.address(), elements.length(), options.deadlineEpochMs());
        } else if (type == ValueType.STREAM) {
            StreamDump.make(context, KEY, elements, options.deadlineEpochMs());
        } else {
            make(context, type, elements, options.deadlineEpochMs());
        }
        keys.events().mute(false);
        context.tell(NotifyClasses.NEW, "new", KEY);
        context.tell(NotifyClasses.GENERIC, "restore", KEY);
        if (keys.find(key, keyLength)) {
            options.noteUse(keys.selected().access(), keys.entry());
        }
        context.reply().ok();
    }

    /** Whether no field or member is there twice. */
    private static boolean isDistinct(CommandContext context, int type, RdbElements elements) {
        int step = type == ValueType.SET ? 1 : 2;
        try (MemberTable members = context.members().begin()) {
            for (int i = 0; elements.next(); i++) {
                if (i % step == 0) {
                    members.add(elements.address(), elements.length());
                }
            }
            return members.count() == elements.count() / step;
        }
    }

    private static void make(CommandContext context, int type, RdbElements elements, long deadlineEpochMs) {
        Transaction keys = context.keys();
        Arguments arguments = context.arguments();
        CollectionType made = context.type(type);
        Effect effect = made.making();
        long bytes = elements.bytes() + (type == ValueType.SORTED_SET ? (long) elements.count() * SCORE_ROOM : 0);
        int count = elements.count();
        StoredValue value = context.openTarget(KEY);
        // the removal of what was there, the value, its deadline
        keys.promise(3, 3L * arguments.length(KEY) + bytes + (long) count * Transaction.ARGUMENT_ROOM);
        if (value.isThere() || value.isHidden()) {
            keys.delete(arguments.address(KEY), arguments.length(KEY));
            value = context.openTarget(KEY);
        }
        keys.effect().begin(effect, value, count, bytes);
        if (type == ValueType.SORTED_SET) {
            boolean isLarge = new SortedSet(context.limits()).isLarge(count / 2, elements.longest());
            scored(keys, elements, isLarge);
        } else {
            while (elements.next()) {
                keys.effect().argument(elements.address(), elements.length());
            }
        }
        keys.effect().apply(made, value);
        keys.effect().end(value, false);
        if (deadlineEpochMs != Transaction.NO_EXPIRY) {
            keys.expire(arguments.address(KEY), arguments.length(KEY), deadlineEpochMs);
        }
    }

    private static void scored(Transaction keys, RdbElements elements, boolean isLarge) {
        while (elements.next()) {
            long member = elements.address();
            int length = elements.length();
            elements.next();
            keys.effect().argumentDouble(SortedSet.kept(elements.number(), isLarge));
            keys.effect().argument(member, length);
        }
    }
}

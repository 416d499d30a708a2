package io.tailrace.node.command;

import static io.tailrace.node.command.CommandFlag.DENYOOM;
import static io.tailrace.node.command.CommandFlag.MOVABLEKEYS;
import static io.tailrace.node.command.CommandFlag.READONLY;
import static io.tailrace.node.command.CommandFlag.WRITE;

import io.tailrace.node.shard.Transaction;
import io.tailrace.node.value.ListValue;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.List;

/** SORT and SORT_RO. */
final class SortCommands implements CommandFamily {
    private static final int KEY = 1;
    private static final int[] NOTHING = {};
    /** Bytes of the shortest reply. */
    private static final long MIN_BYTES = 3;

    @Override
    public List<CommandSpec> commands() {
        return List.of(
                CommandSpec.oneKey("sort", -2, context -> sort(context, false), WRITE, DENYOOM, MOVABLEKEYS),
                CommandSpec.oneKey("sort_ro", -2, context -> sort(context, true), READONLY, MOVABLEKEYS));
    }

    private static void sort(CommandContext context, boolean isReadOnly) {
        SortOptions options = SortOptions.read(context.arguments(), isReadOnly, true);
        if (options.problem() != null) {
            context.reply().error(options.problem());
            return;
        }
        SortInput input = SortInput.of(context, KEY);
        SortRows rows = new SortRows(0);
        int[] order = NOTHING;
        if (input != null) {
            boolean isStored = options.store() != SortOptions.NONE;
            if (options.isUnsorted() && (isStored || context.isForScripts()) && !input.hasOrder()) {
                options.sortMembers();
            }
            rows = read(input, options);
            order = order(context, rows, options);
        }
        if (order == null) {
            context.reply().error("ERR One or more scores can't be converted into double");
            return;
        }
        boolean isCut = input != null && isInOrder(input, options);
        int start = isCut ? 0 : (int) options.start(rows.count());
        int end = isCut ? rows.count() : (int) options.end(rows.count());
        SortResult result = new SortResult(context, rows, order, start, end, options);
        if (options.store() == SortOptions.NONE) {
            reply(context.reply(), result);
        } else {
            store(context, options.store(), result);
        }
    }

    /** Whether just the elements that are wanted need be read. */
    private static boolean isInOrder(SortInput input, SortOptions options) {
        return options.isUnsorted() && input.hasOrder();
    }

    private static SortRows read(SortInput input, SortOptions options) {
        long size = input.size();
        boolean isInOrder = isInOrder(input, options);
        long start = isInOrder ? options.start(size) : 0;
        int count = (int) ((isInOrder ? options.end(size) : size) - start);
        boolean isBackward = isInOrder && options.isDescending();
        SortRows rows = new SortRows(count);
        if (count > 0) {
            input.seek(isBackward ? size - 1 - start : start);
            rows.add(input.address(), input.length());
        }
        while (rows.count() < count) {
            boolean isShown = isBackward ? input.previous() : input.next();
            assert isShown : rows.count() + " of " + count;
            rows.add(input.address(), input.length());
        }
        return rows;
    }

    /** The rows as they are wanted, or null when one is no number. */
    private static int[] order(CommandContext context, SortRows rows, SortOptions options) {
        if (options.isUnsorted()) {
            return rows.inOrder();
        }
        SortPattern by = options.by() == SortOptions.NONE ? null : new SortPattern(context, options.by());
        if (options.isAlpha()) {
            rows.weighByTexts(by);
        } else if (!rows.weighByNumbers(by)) {
            return null;
        }
        return rows.sorted(options.isDescending(), options.store() != SortOptions.NONE);
    }

    private static void reply(ReplyWriter reply, SortResult result) {
        reply.requireRoom(Math.min(result.size(), Integer.MAX_VALUE) * MIN_BYTES);
        reply.array((int) result.size());
        while (result.next()) {
            if (result.isFound()) {
                reply.bulk(result.address(), result.length());
            } else {
                reply.nullBulk();
            }
        }
    }

    /** The result is copied first: what it refers to may be in the key that it replaces. */
    private static void store(CommandContext context, int key, SortResult result) {
        Arguments arguments = context.arguments();
        context.requireHere(arguments.address(key), arguments.length(key));
        Transaction keys = context.keys();
        if (result.size() == 0) {
            if (keys.find(arguments.address(key), arguments.length(key))) {
                keys.delete(arguments.address(key), arguments.length(key));
            }
            context.reply().integer(0);
            return;
        }
        // a result that is too large for the log is refused before memory is taken for it
        keys.promise(2, result.size() * MIN_BYTES);
        int size = (int) result.size();
        int[] lengths = new int[size];
        try (NativeBuffer copy = new NativeBuffer(1 << 10)) {
            int bytes = copy(result, copy, lengths, keys);
            ListValue list = context.listInPlaceOf(key, size, bytes);
            keys.effect().begin(Effect.RPUSH, list.value(), size, bytes);
            long at = copy.address();
            for (int length : lengths) {
                keys.effect().argument(at, length);
                list.push(false, at, length);
                at += length;
            }
            keys.effect().end(list.value(), false);
        }
        context.reply().integer(size);
    }

    private static int copy(SortResult result, NativeBuffer copy, int[] lengths, Transaction keys) {
        int bytes = 0;
        for (int i = 0; result.next(); i++) {
            int length = result.isFound() ? result.length() : 0;
            keys.promise(2, bytes + (long) length);
            copy.ensureCapacity(bytes + length, bytes);
            Memory.copy(result.address(), copy.address() + bytes, length);
            lengths[i] = length;
            bytes += length;
        }
        return bytes;
    }
}

package io.tailrace.node.command;

import io.tailrace.node.shard.Transaction;
import io.tailrace.node.value.StreamId;
import io.tailrace.node.value.StreamValue;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.resp.Arguments;

/** The options of XADD and XTRIM, and what a trim does. Reused; one thread. */
final class StreamTrim {
    /** Effects of a trim, at most. */
    static final int EFFECTS = 3;

    private static final long NONE = -1;
    private static final int NODES_AT_ONCE = 100;

    private final StreamId from = new StreamId();
    private final StreamId bound = new StreamId();
    private boolean isGiven;
    private boolean isExact;
    private long keep;
    private long limit;
    private boolean isLimitGiven;
    private boolean hasNoStream;
    private boolean isIdGiven;
    private boolean isSequenceOpen;
    private int at;
    private String problem;

    /**
     * Reads the options.
     *
     * @param id where XADD's goes, null for XTRIM
     * @return null or what is wrong
     */
    String read(Arguments arguments, StreamId id, int nodeEntries) {
        isGiven = false;
        isExact = true;
        keep = NONE;
        limit = 0;
        isLimitGiven = false;
        hasNoStream = false;
        isIdGiven = false;
        isSequenceOpen = false;
        problem = null;
        at = 2;
        while (at < arguments.count() && problem == null && readOne(arguments, id)) {
            at++;
        }
        return problem == null ? check(id != null, nodeEntries) : problem;
    }

    /** Whether another option may follow. */
    private boolean readOne(Arguments arguments, StreamId id) {
        boolean hasMore = at + 1 < arguments.count();
        if (id != null && isOne(arguments, at, '*')) {
            return false;
        }
        if (hasMore && (arguments.is(at, "MAXLEN") || arguments.is(at, "MINID"))) {
            readStrategy(arguments, arguments.is(at, "MAXLEN"));
            return true;
        }
        if (hasMore && arguments.is(at, "LIMIT")) {
            readLimit(arguments);
            return true;
        }
        if (id == null) {
            problem = ErrorText.SYNTAX;
            return false;
        }
        if (arguments.is(at, "NOMKSTREAM")) {
            hasNoStream = true;
            return true;
        }
        isIdGiven = true;
        isSequenceOpen = id.readOpen(arguments.address(at), arguments.length(at));
        problem = isSequenceOpen || StreamIdText.readStrict(arguments, at, id) ? null : StreamIdText.INVALID;
        return false;
    }

    private static boolean isOne(Arguments arguments, int i, char letter) {
        int length = arguments.length(i);
        return length >= 1
                && Memory.getByte(arguments.address(i)) == letter
                && (length == 1 || Memory.getByte(arguments.address(i) + 1) == 0);
    }

    private void readStrategy(Arguments arguments, boolean isLength) {
        if (isGiven) {
            problem = "ERR syntax error, MAXLEN and MINID options at the same time are not compatible";
            return;
        }
        isExact = true;
        if (at + 2 < arguments.count()) {
            isExact = !isOne(arguments, at + 1, '~');
            at += isExact && !isOne(arguments, at + 1, '=') ? 0 : 1;
        }
        at++;
        isGiven = true;
        if (!isLength) {
            problem = StreamIdText.readStrict(arguments, at, from) ? null : StreamIdText.INVALID;
        } else if (!arguments.isLong(at)) {
            problem = ErrorText.NOT_AN_INTEGER;
        } else {
            keep = arguments.parseLong(at);
            problem = keep < 0 ? "ERR The MAXLEN argument must be >= 0." : null;
        }
    }

    private void readLimit(Arguments arguments) {
        at++;
        isLimitGiven = true;
        if (!arguments.isLong(at)) {
            problem = ErrorText.NOT_AN_INTEGER;
            return;
        }
        limit = arguments.parseLong(at);
        problem = limit < 0 ? "ERR The LIMIT argument must be >= 0." : null;
    }

    private String check(boolean isAdd, int nodeEntries) {
        if (limit > 0 && !isGiven) {
            return "ERR syntax error, LIMIT cannot be used without specifying a trimming strategy";
        }
        if (!isAdd && !isGiven) {
            return "ERR syntax error, XTRIM must be called with a trimming strategy";
        }
        if (isLimitGiven && isExact) {
            return "ERR syntax error, LIMIT cannot be used without the special ~ option";
        }
        if (!isLimitGiven && !isExact) {
            limit = (long) NODES_AT_ONCE * nodeEntries;
        }
        return null;
    }

    /** Which argument XADD's ID is. */
    int idAt() {
        return at;
    }

    boolean isGiven() {
        return isGiven;
    }

    boolean isIdGiven() {
        return isIdGiven;
    }

    /** Whether the ID is {@code milliseconds-*}. */
    boolean isSequenceOpen() {
        return isSequenceOpen;
    }

    /** Whether XADD must not make a stream. */
    boolean hasNoStream() {
        return hasNoStream;
    }

    /** Bytes of the effects of a trim. */
    static long effectBytes(StreamValue stream) {
        long arguments = 12L * Transaction.ARGUMENT_ROOM;
        return (long) EFFECTS * stream.value().keyLength() + 4L * StreamWork.ID_BYTES + arguments + 64;
    }

    /** Trims the stream that was opened last, which is there; returns how many entries it has taken out. */
    long run(CommandContext context) {
        StreamValue stream = context.streams().stream();
        long size = stream.size();
        long count = find(stream, size);
        if (count == 0) {
            return 0;
        }
        boolean isBehindAll = bound.isLowest();
        if (isBehindAll) {
            // there is no ID after the highest, which only XDEL can name
            bound.setHighest();
        }
        Transaction keys = context.keys();
        if (!isBehindAll || count > 1) {
            keys.effect().begin(Effect.XTRIM, stream.value(), 2, StreamWork.ID_BYTES + 8L);
            keys.effect().argumentAscii("MINID");
            StreamWork.argument(context, bound);
            context.streams().apply(keys);
        }
        if (isBehindAll) {
            deleteHighest(context, stream);
        }
        return count;
    }

    private void deleteHighest(CommandContext context, StreamValue stream) {
        Transaction keys = context.keys();
        stream.maxDeleted(from);
        keys.effect().begin(Effect.XDEL, stream.value(), 1, StreamWork.ID_BYTES);
        StreamWork.argument(context, bound);
        context.streams().apply(keys);
        stream.last(bound);
        context.streams().setId(context, bound, stream.added(), from);
    }

    /** How many entries go, and the lowest ID that stays: 0-0 when not even the highest does. */
    private long find(StreamValue stream, long size) {
        if (!isExact) {
            return stream.nodesBefore(keep, from, limit, bound);
        }
        if (keep == NONE) {
            bound.set(from);
            long count = stream.rank(from);
            return count;
        }
        long count = Math.max(0, size - keep);
        if (count == size && size > 0) {
            stream.lastThere(bound);
            bound.increment();
        } else if (count > 0) {
            stream.at(count, bound);
        }
        return count;
    }
}

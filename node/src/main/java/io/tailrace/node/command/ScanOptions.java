package io.tailrace.node.command;

import io.tailrace.node.store.ValueType;
import io.tailrace.wire.memory.GlobPattern;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.Locale;

/** The options of SCAN and its relatives, as Redis reads them. Lives for one command. */
final class ScanOptions {
    /** {@link #cursor}: it can't be read. */
    static final long INVALID = -1;

    private static final int DEFAULT_COUNT = 10;
    private static final int DECIMAL = 10;

    private long count = DEFAULT_COUNT;
    private GlobPattern pattern;
    private int type = KeyListing.ANY_TYPE;

    private ScanOptions() {}

    /**
     * Reads the options from an argument on.
     *
     * @param hasType whether TYPE is one of them
     * @return null when they are wrong: then that is replied
     */
    static ScanOptions read(Arguments arguments, int first, boolean hasType, ReplyWriter reply) {
        ScanOptions options = new ScanOptions();
        for (int i = first; i < arguments.count(); i += 2) {
            String problem = options.read(arguments, i, hasType);
            if (problem != null) {
                reply.error(problem);
                return null;
            }
        }
        return options;
    }

    private String read(Arguments arguments, int i, boolean hasType) {
        boolean hasNext = i + 1 < arguments.count();
        if (hasNext && arguments.is(i, "COUNT")) {
            if (!arguments.isLong(i + 1)) {
                return ErrorText.NOT_AN_INTEGER;
            }
            count = arguments.parseLong(i + 1);
            return count < 1 ? ErrorText.SYNTAX : null;
        }
        if (hasNext && arguments.is(i, "MATCH")) {
            pattern = new GlobPattern(arguments.address(i + 1), arguments.length(i + 1));
            return null;
        }
        if (hasNext && hasType && arguments.is(i, "TYPE")) {
            type = typeOf(arguments, i + 1);
            return null;
        }
        return ErrorText.SYNTAX;
    }

    /** A type that is not known is a type of which there are no keys, as in Redis 7.0. */
    private static int typeOf(Arguments arguments, int i) {
        for (int type = ValueType.STRING; type <= ValueType.STREAM; type++) {
            if (arguments.is(i, ValueType.name(type).toUpperCase(Locale.ROOT))) {
                return type;
            }
        }
        return KeyListing.NO_TYPE;
    }

    /** How much to look at, at least. */
    long count() {
        return count;
    }

    /** What must match, or null for everything. */
    GlobPattern pattern() {
        return pattern == null || pattern.isEverything() ? null : pattern;
    }

    /** As {@link KeyListing} takes it. */
    int type() {
        return type;
    }

    /** Read as C's strtoul does, a sign included. Cursors that no walk gives out lead to its end, however large. */
    static long cursor(long address, int length) {
        boolean hasSign = length > 0 && (Memory.getByte(address) == '-' || Memory.getByte(address) == '+');
        if (hasSign && length == 1) {
            return INVALID;
        }
        long cursor = 0;
        for (int i = hasSign ? 1 : 0; i < length; i++) {
            int digit = Memory.getByte(address + i) - '0';
            boolean isTooLarge = Long.compareUnsigned(cursor, Long.divideUnsigned(-1 - digit, DECIMAL)) > 0;
            if (digit < 0 || digit >= DECIMAL || isTooLarge) {
                return INVALID;
            }
            cursor = cursor * DECIMAL + digit;
        }
        boolean isNegative = hasSign && Memory.getByte(address) == '-' && cursor != 0;
        return isNegative || cursor < 0 ? Long.MAX_VALUE : cursor;
    }
}

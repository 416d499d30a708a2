package io.tailrace.node.command;

import io.tailrace.node.shard.Transaction;
import io.tailrace.node.store.AccessClock;
import io.tailrace.node.store.Entry;
import io.tailrace.wire.resp.Arguments;

/** What RESTORE says besides key and payload. Used once. */
final class RestoreOptions {
    private static final int DEADLINE = 2;
    private static final int FIRST = 4;
    private static final int MAX_FREQUENCY = 255;
    private static final long NONE = -1;

    private boolean isReplacing;
    private boolean isAbsolute;
    private long idleSeconds = NONE;
    private long frequency = NONE;
    private long deadlineEpochMs = Transaction.NO_EXPIRY;
    private boolean hasDeadline;

    /** Returns what is wrong, or null. */
    String read(Arguments arguments) {
        String refusal = null;
        for (int i = FIRST; i < arguments.count() && refusal == null; i++) {
            boolean hasNext = i + 1 < arguments.count();
            if (arguments.is(i, "REPLACE")) {
                isReplacing = true;
            } else if (arguments.is(i, "ABSTTL")) {
                isAbsolute = true;
            } else if (arguments.is(i, "IDLETIME") && hasNext && frequency == NONE) {
                refusal = readIdleTime(arguments, ++i);
            } else if (arguments.is(i, "FREQ") && hasNext && idleSeconds == NONE) {
                refusal = readFrequency(arguments, ++i);
            } else {
                refusal = ErrorText.SYNTAX;
            }
        }
        return refusal;
    }

    private String readIdleTime(Arguments arguments, int i) {
        if (!arguments.isLong(i)) {
            return ErrorText.NOT_AN_INTEGER;
        }
        idleSeconds = arguments.parseLong(i);
        return idleSeconds < 0 ? "ERR Invalid IDLETIME value, must be >= 0" : null;
    }

    private String readFrequency(Arguments arguments, int i) {
        if (!arguments.isLong(i)) {
            return ErrorText.NOT_AN_INTEGER;
        }
        frequency = arguments.parseLong(i);
        boolean isFrequency = frequency >= 0 && frequency <= MAX_FREQUENCY;
        return isFrequency ? null : "ERR Invalid FREQ value, must be >= 0 and <= 255";
    }

    /** Returns what is wrong, or null. */
    String readDeadline(Arguments arguments, CommandContext context) {
        if (!arguments.isLong(DEADLINE)) {
            return ErrorText.NOT_AN_INTEGER;
        }
        long millis = arguments.parseLong(DEADLINE);
        if (millis < 0) {
            return "ERR Invalid TTL value, must be >= 0";
        }
        hasDeadline = millis > 0;
        if (hasDeadline) {
            deadlineEpochMs = isAbsolute ? millis : millis + context.nowEpochMs();
        }
        return null;
    }

    boolean isReplacing() {
        return isReplacing;
    }

    /** Or {@link Transaction#NO_EXPIRY}. */
    long deadlineEpochMs() {
        return deadlineEpochMs;
    }

    /** Whether the key would be gone at once. */
    boolean isPast(long nowEpochMs) {
        return hasDeadline && deadlineEpochMs <= nowEpochMs;
    }

    /** Notes in the new key how it was used, as far as this node's policy looks at it. */
    void noteUse(AccessClock access, Entry entry) {
        if (access.isByFrequency() && frequency != NONE) {
            access.frequency(entry, (int) frequency);
        } else if (!access.isByFrequency() && idleSeconds != NONE) {
            access.idle(entry, idleSeconds);
        }
    }
}

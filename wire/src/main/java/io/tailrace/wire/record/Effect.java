package io.tailrace.wire.record;

import io.tailrace.wire.resp.Arguments;

/**
 * The closed vocabulary of a record: every write is logged as one or more of these, whatever command caused it.
 *
 * <p>Each is deterministic and final: times are absolute, results are written out, nothing depends on the clock, on
 * chance or on what else is stored, other than the bytes the key itself holds.
 */
public enum Effect {
    /** {@code SET key value}, which clears a deadline, or {@code SET key value PXAT epoch-ms}. */
    SET,
    /** {@code MSET key value [key value ...]}, each like a plain SET. */
    MSET,
    /** {@code DEL key [key ...]}. */
    DEL,
    /** {@code APPEND key bytes}; keeps the deadline. */
    APPEND,
    /** {@code SETRANGE key offset bytes}; keeps the deadline. */
    SETRANGE,
    /** {@code PEXPIREAT key epoch-ms}. */
    PEXPIREAT,
    /** {@code PERSIST key}. */
    PERSIST,
    /** {@code FLUSHALL}. */
    FLUSHALL;

    private static final Effect[] ALL = values();

    /** The effect the arguments spell, or null if the name is unknown or the arguments don't fit it. */
    public static Effect of(Arguments arguments) {
        int count = arguments.count();
        if (count == 0) {
            return null;
        }
        for (Effect effect : ALL) {
            if (arguments.is(0, effect.name())) {
                return effect.fits(arguments, count) ? effect : null;
            }
        }
        return null;
    }

    private boolean fits(Arguments arguments, int count) {
        switch (this) {
            case SET:
                return count == 3 || (count == 5 && arguments.is(3, "PXAT") && arguments.isLong(4));
            case MSET:
                return count >= 3 && count % 2 == 1;
            case DEL:
                return count >= 2;
            case APPEND:
                return count == 3;
            case SETRANGE:
                return count == 4 && arguments.isLong(2) && arguments.parseLong(2) >= 0;
            case PEXPIREAT:
                return count == 3 && arguments.isLong(2);
            case PERSIST:
                return count == 2;
            default:
                return count == 1;
        }
    }
}

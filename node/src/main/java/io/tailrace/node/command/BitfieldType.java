package io.tailrace.node.command;

import io.tailrace.wire.memory.Decimal;
import io.tailrace.wire.memory.Memory;

/**
 * A number of some bits in a string, as BITFIELD has them: {@code u1} to {@code u63} and {@code i1} to {@code i64}. Immutable.
 *
 * @param bits how many, 0 when the type is none
 */
record BitfieldType(boolean isSigned, int bits) {
    /** What becomes of a number that does not fit. */
    enum Overflow {
        /** Its lowest bits stay. */
        WRAP,
        /** It becomes the highest or the lowest that does. */
        SAT,
        /** Nothing is written. */
        FAIL
    }

    static final BitfieldType NONE = new BitfieldType(false, 0);
    static final String ERROR =
            "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.";

    static BitfieldType parse(long address, int length) {
        int first = length == 0 ? 0 : Memory.getByte(address);
        boolean isSigned = first == 'i';
        boolean isNumber = (isSigned || first == 'u') && Decimal.isLong(address + 1, length - 1);
        long bits = isNumber ? Decimal.parse(address + 1, length - 1) : 0;
        boolean isAllowed = bits >= 1 && bits <= (isSigned ? Long.SIZE : Long.SIZE - 1);
        return isAllowed ? new BitfieldType(isSigned, (int) bits) : NONE;
    }

    private long highest() {
        return (1L << (isSigned ? bits - 1 : bits)) - 1;
    }

    private long lowest() {
        return isSigned ? -highest() - 1 : 0;
    }

    /** The lowest bits of a number, read as one of this type. */
    long wrap(long number) {
        int unused = Long.SIZE - bits;
        return isSigned ? number << unused >> unused : number << unused >>> unused;
    }

    /** 0 when a number that a client gives fits, 1 when it is above, -1 below. An unsigned type takes it for unsigned. */
    int overflow(long number) {
        if (isSigned) {
            return number > highest() ? 1 : number < lowest() ? -1 : 0;
        }
        return Long.compareUnsigned(number, highest()) > 0 ? 1 : 0;
    }

    /** The same of the sum of a number of this type and an increment. */
    int overflow(long number, long increment) {
        long sum = number + increment;
        boolean isWrapped = increment > 0 ? sum < number : sum > number;
        if (isWrapped) {
            return increment > 0 ? 1 : -1;
        }
        return sum > highest() ? 1 : sum < lowest() ? -1 : 0;
    }

    /** What a number that does not fit becomes. */
    long capped(long number, int direction, Overflow overflow) {
        if (overflow == Overflow.SAT) {
            return direction > 0 ? highest() : lowest();
        }
        return wrap(number);
    }
}

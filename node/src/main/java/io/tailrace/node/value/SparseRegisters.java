package io.tailrace.node.value;

import io.tailrace.wire.memory.Memory;

/**
 * The registers of a sparse HyperLogLog: runs of equal registers one after the other (Redis, {@code hyperloglog.c}). Stateless.
 *
 * <pre>
 *  00llllll            length l + 1 registers that are 0
 *  01llllll llllllll   the same, of a longer run
 *  1vvvvvll            length l + 1 registers of the value v + 1
 * </pre>
 *
 * What comes from a client may be damaged: a run's second byte counts as 0 where the string has ended.
 */
final class SparseRegisters {
    /** {@link #raise}: the register is as high already. */
    static final int UNCHANGED = Integer.MAX_VALUE;
    /** {@link #raise}: the runs end before the register. */
    static final int DAMAGED = -1;
    /** {@link #raise}: the value, or one run more, needs a dense HyperLogLog; nothing was changed. */
    static final int TOO_LARGE = -2;

    /** {@code hll-sparse-max-bytes}, the header included. */
    private static final int MAX_BYTES = 3000;

    private static final int MAX_VALUE = 32;
    private static final int MAX_VALUE_RUN = 4;
    private static final int MAX_SHORT_ZEROES = 64;
    private static final int MAX_SPLIT = 5;
    /** How many runs Redis looks at for two that have become alike. */
    private static final int MERGE_SCAN = 5;

    private static final int LONG = 0x40;
    private static final int VALUE = 0x80;
    private static final int SIX_BITS = 0x3f;
    private static final int FIVE_BITS = 0x1f;

    private SparseRegisters() {}

    /** Writes the runs of an empty one; returns how many bytes they are. */
    static int putEmpty(long at) {
        return putZeroes(at, HyperLogLog.REGISTERS);
    }

    private static boolean isValue(long at) {
        return (Memory.getByte(at) & VALUE) != 0;
    }

    private static boolean isLong(long at) {
        return (Memory.getByte(at) & VALUE + LONG) == LONG;
    }

    private static int bytes(long at) {
        return isLong(at) ? 2 : 1;
    }

    private static int run(long at, long end) {
        int first = Memory.getByte(at);
        if (isValue(at)) {
            return (first & MAX_VALUE_RUN - 1) + 1;
        }
        if (!isLong(at)) {
            return (first & SIX_BITS) + 1;
        }
        int second = at + 1 < end ? Memory.getByte(at + 1) & 0xff : 0;
        return ((first & SIX_BITS) << Byte.SIZE | second) + 1;
    }

    private static int value(long at) {
        return (Memory.getByte(at) >> 2 & FIVE_BITS) + 1;
    }

    private static int putZeroes(long at, int run) {
        if (run <= MAX_SHORT_ZEROES) {
            Memory.putByte(at, (byte) (run - 1));
            return 1;
        }
        Memory.putByte(at, (byte) (LONG | run - 1 >> Byte.SIZE));
        Memory.putByte(at + 1, (byte) (run - 1));
        return 2;
    }

    private static int putValue(long at, int value, int run) {
        Memory.putByte(at, (byte) (VALUE | value - 1 << 2 | run - 1));
        return 1;
    }

    /**
     * Raises a register to a value, if it is lower, in memory with room for {@value #MAX_SPLIT} bytes more.
     *
     * @return how many bytes the runs take now, or one of {@link #UNCHANGED}, {@link #DAMAGED} and {@link #TOO_LARGE}
     */
    static int raise(long start, int length, int register, int value) {
        if (value > MAX_VALUE) {
            return TOO_LARGE;
        }
        long end = start + length;
        long previous = start;
        long at = start;
        int first = 0;
        while (at < end && register > first + run(at, end) - 1) {
            first += run(at, end);
            previous = at;
            at += bytes(at);
        }
        if (at >= end) {
            return DAMAGED;
        }
        int run = run(at, end);
        if (isValue(at) && value(at) >= value) {
            return UNCHANGED;
        }
        int newLength = length;
        if (run == 1 && !isLong(at)) {
            putValue(at, value, 1);
        } else {
            newLength = split(start, length, at, register - first, value);
        }
        return newLength < 0 ? newLength : merge(previous, start, newLength);
    }

    /** Makes up to three runs of one, so that one register of it can have another value. */
    private static int split(long start, int length, long at, int before, int value) {
        long end = start + length;
        int after = run(at, end) - before - 1;
        int oldBytes = (int) Math.min(bytes(at), end - at);
        int old = isValue(at) ? value(at) : 0;
        int more = bytesFor(old, before) + 1 + bytesFor(old, after) - oldBytes;
        if (more > 0 && HyperLogLog.HEADER + length + more > MAX_BYTES) {
            return TOO_LARGE;
        }
        long rest = at + oldBytes;
        Memory.move(rest, rest + more, end - rest);
        long next = at + put(at, old, before);
        next += putValue(next, value, 1);
        put(next, old, after);
        return length + more;
    }

    private static int bytesFor(int value, int run) {
        if (run == 0) {
            return 0;
        }
        return value == 0 && run > MAX_SHORT_ZEROES ? 2 : 1;
    }

    private static int put(long at, int value, int run) {
        if (run == 0) {
            return 0;
        }
        return value == 0 ? putZeroes(at, run) : putValue(at, value, run);
    }

    /** Makes one of neighbours with the same value, near the run that was changed; returns the length after it. */
    private static int merge(long from, long start, int length) {
        long end = start + length;
        long at = from;
        for (int i = 0; i < MERGE_SCAN && at < end; i++) {
            boolean isPair = isValue(at) && at + 1 < end && isValue(at + 1) && value(at) == value(at + 1);
            int run = isPair ? run(at, end) + run(at + 1, end) : Integer.MAX_VALUE;
            if (run <= MAX_VALUE_RUN) {
                putValue(at + 1, value(at), run);
                Memory.move(at + 1, at, end - at - 1);
                end--;
            } else {
                at += bytes(at);
            }
        }
        return (int) (end - start);
    }

    /** Sets dense registers that are all 0; returns whether the runs are exactly as many. */
    static boolean toDense(long start, int length, long dense) {
        long end = start + length;
        int register = 0;
        for (long at = start; at < end; at += bytes(at)) {
            int run = run(at, end);
            if (isValue(at)) {
                if (register + run > HyperLogLog.REGISTERS) {
                    return false;
                }
                for (int i = 0; i < run; i++) {
                    HyperLogLog.set(dense, register + i, value(at));
                }
            }
            register += run;
        }
        return register == HyperLogLog.REGISTERS;
    }

    static boolean mergeInto(long start, int length, byte[] highest) {
        long end = start + length;
        int register = 0;
        for (long at = start; at < end; at += bytes(at)) {
            int run = run(at, end);
            if (isValue(at)) {
                if (register + run > HyperLogLog.REGISTERS) {
                    return false;
                }
                for (int i = register; i < register + run; i++) {
                    highest[i] = (byte) Math.max(highest[i], value(at));
                }
            }
            register += run;
        }
        return register == HyperLogLog.REGISTERS;
    }

    /** Adds to how many registers have which value; returns whether the runs are exactly as many. */
    static boolean countInto(long start, int length, int[] histogram) {
        long end = start + length;
        int register = 0;
        for (long at = start; at < end; at += bytes(at)) {
            int run = run(at, end);
            histogram[isValue(at) ? value(at) : 0] += run;
            register += run;
        }
        return register == HyperLogLog.REGISTERS;
    }

    static String text(long start, int length) {
        long end = start + length;
        StringBuilder text = new StringBuilder();
        for (long at = start; at < end; at += bytes(at)) {
            if (at > start) {
                text.append(' ');
            }
            if (isValue(at)) {
                text.append("v:").append(value(at)).append(',');
            } else {
                text.append(isLong(at) ? "Z:" : "z:");
            }
            text.append(run(at, end));
        }
        return text.toString();
    }
}

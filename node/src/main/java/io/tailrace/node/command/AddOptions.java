package io.tailrace.node.command;

import io.tailrace.wire.resp.Arguments;

/**
 * The options of ZADD, and where its scores begin. Kept as bits, so that reading them leaves no garbage.
 *
 * <pre>
 *  bit  0   1   2   3   4   5
 *       NX  XX  GT  LT  CH  INCR
 * </pre>
 */
final class AddOptions {
    static final int NX = 1;
    static final int XX = 1 << 1;
    static final int GT = 1 << 2;
    static final int LT = 1 << 3;
    static final int CH = 1 << 4;
    static final int INCR = 1 << 5;

    private AddOptions() {}

    /** The option that an argument is, or 0. */
    static int at(Arguments arguments, int i) {
        if (arguments.is(i, "NX")) {
            return NX;
        } else if (arguments.is(i, "XX")) {
            return XX;
        } else if (arguments.is(i, "GT")) {
            return GT;
        } else if (arguments.is(i, "LT")) {
            return LT;
        } else if (arguments.is(i, "CH")) {
            return CH;
        }
        return arguments.is(i, "INCR") ? INCR : 0;
    }

    /** What is wrong with options before this many arguments, or null. */
    static String problem(int options, int argumentsLeft) {
        if (argumentsLeft == 0 || argumentsLeft % 2 != 0) {
            return ErrorText.SYNTAX;
        }
        if (has(options, NX) && has(options, XX)) {
            return "ERR XX and NX options at the same time are not compatible";
        }
        if (Integer.bitCount(options & (NX | GT | LT)) > 1) {
            return "ERR GT, LT, and/or NX options at the same time are not compatible";
        }
        if (has(options, INCR) && argumentsLeft > 2) {
            return "ERR INCR option supports a single increment-element pair";
        }
        return null;
    }

    static boolean has(int options, int option) {
        return (options & option) != 0;
    }

    /** Whether a member that is there, or is not, may be given a score. */
    static boolean allow(int options, boolean isThere) {
        return !has(options, isThere ? NX : XX);
    }

    /** Whether a member may have this score instead of the one that it has. */
    static boolean allow(int options, double old, double wanted) {
        return !(has(options, LT) && wanted >= old) && !(has(options, GT) && wanted <= old);
    }
}

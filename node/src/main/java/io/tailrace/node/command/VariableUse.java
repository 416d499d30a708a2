package io.tailrace.node.command;

import io.tailrace.wire.resp.Arguments;

/** What a request does to its key where its options decide that: SET, which may answer the old value, and BITFIELD. */
enum VariableUse {
    READS,
    WRITES,
    BOTH;

    private static final int SET_OPTIONS = 3;
    private static final int BITFIELD_OPTIONS = 2;

    static VariableUse of(CommandSpec spec, Arguments request) {
        return switch (spec.name()) {
            case "set" -> hasGet(request) ? BOTH : WRITES;
            case "bitfield" -> isReading(request) ? READS : BOTH;
            default -> BOTH;
        };
    }

    private static boolean hasGet(Arguments request) {
        for (int i = SET_OPTIONS; i < request.count(); i++) {
            if (request.is(i, "GET")) {
                return true;
            }
        }
        return false;
    }

    /** As Redis finds it out; what is no BITFIELD may be anything. */
    private static boolean isReading(Arguments request) {
        int i = BITFIELD_OPTIONS;
        while (i < request.count()) {
            int more = request.count() - i - 1;
            if (request.is(i, "GET") && more >= 2) {
                i += 3;
            } else if (request.is(i, "OVERFLOW") && more >= 1) {
                i += 2;
            } else {
                return false;
            }
        }
        return true;
    }
}

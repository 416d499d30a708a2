package io.tailrace.node.command;

import io.tailrace.node.value.HyperLogLog;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.SplittableRandom;

/** PFSELFTEST: whether counts on this machine are as right as they should be. Takes some milliseconds. Stateless. */
final class HyperLogLogCheck {
    private static final int ELEMENTS = 100_000;
    private static final int CHECK_EVERY = 10;
    private static final long SEED = 0x7461696c72616365L;
    /** Several times the standard error of this many registers, which is 1.04 / sqrt(16384). */
    private static final double MAX_ERROR = 6 * 0.0081;

    private HyperLogLogCheck() {}

    static void run(ReplyWriter reply) {
        long memory = Memory.allocate(HyperLogLog.ROOM + Long.BYTES);
        try {
            String problem = problem(memory);
            if (problem == null) {
                reply.ok();
            } else {
                reply.error("TESTFAILED " + problem);
            }
        } finally {
            Memory.free(memory, HyperLogLog.ROOM + Long.BYTES);
        }
    }

    private static String problem(long memory) {
        long element = memory + HyperLogLog.ROOM;
        HyperLogLog counted = new HyperLogLog().create(memory);
        SplittableRandom random = new SplittableRandom(SEED);
        int nextCheck = CHECK_EVERY;
        for (int added = 1; added <= ELEMENTS; added++) {
            Memory.putLong(element, random.nextLong());
            if (counted.add(element, Long.BYTES) < 0) {
                return "sparse registers are damaged after " + added + " elements";
            }
            if (added == nextCheck) {
                nextCheck *= CHECK_EVERY;
                long count = counted.count();
                if (Math.abs(count - added) > Math.max(2, MAX_ERROR * added)) {
                    return "too many or too few: " + count + " instead of " + added;
                }
            }
        }
        return null;
    }
}

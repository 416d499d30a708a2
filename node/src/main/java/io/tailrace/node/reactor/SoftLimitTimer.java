package io.tailrace.node.reactor;

import io.tailrace.node.config.SoftLimit;

/** For how long a client has had more unsent than its soft limit allows. Owned by its reactor's thread. */
final class SoftLimitTimer {
    private static final long NEVER = Long.MIN_VALUE;

    private long aboveSinceSteadyMs = NEVER;

    /** Asked about once a second. */
    boolean isExceeded(SoftLimit limit, long unsentBytes, long nowSteadyMs) {
        if (!limit.isAbove(unsentBytes)) {
            aboveSinceSteadyMs = NEVER;
            return false;
        }
        if (aboveSinceSteadyMs == NEVER) {
            aboveSinceSteadyMs = nowSteadyMs;
        }
        return nowSteadyMs - aboveSinceSteadyMs > limit.seconds() * 1_000L;
    }
}

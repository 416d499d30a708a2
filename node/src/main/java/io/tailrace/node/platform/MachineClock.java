package io.tailrace.node.platform;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The clocks of this machine. What needs the time is given one; only the launch of a node, which gives them, tests and tools ask
 * here.
 */
public final class MachineClock {
    private static final long NANOS_PER_MICRO = 1_000;

    private MachineClock() {}

    /** Microseconds since the epoch; may be set. */
    public static long epochMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    /** Microseconds that only differences of mean anything; never jumps. */
    public static long steadyMicros() {
        return System.nanoTime() / NANOS_PER_MICRO;
    }
}

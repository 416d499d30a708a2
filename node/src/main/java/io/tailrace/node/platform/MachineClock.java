package io.tailrace.node.platform;

import java.time.Instant;

/** The clocks of this machine. Code that needs the time is handed a clock; only the launch of a node, tests and tools ask here. */
public final class MachineClock {
    private static final long NANOS_PER_MICRO = 1_000;
    private static final long MICROS_PER_SECOND = 1_000_000;

    private MachineClock() {}

    /** Microseconds since the epoch; may be set. */
    public static long epochMicros() {
        Instant now = Instant.now();
        return now.getEpochSecond() * MICROS_PER_SECOND + now.getNano() / NANOS_PER_MICRO;
    }

    /** Microseconds that only differences of mean anything; never jumps. */
    public static long steadyMicros() {
        return System.nanoTime() / NANOS_PER_MICRO;
    }
}

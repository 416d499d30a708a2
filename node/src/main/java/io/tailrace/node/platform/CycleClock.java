package io.tailrace.node.platform;

import java.util.function.LongSupplier;

/**
 * The time as one duty cycle sees it. Owned by the reactor thread.
 *
 * <pre>
 *  micros()        the machine's clock, which may be set: for deadlines of keys, commit times, what people read
 *  steadyMicros()  advances with time whatever the clock does: for time-outs, heartbeats, rates, ages
 * </pre>
 *
 * Both count microseconds of about the epoch, but only the first may be told to others. They are read when a cycle starts and
 * stay as they are, except that whatever promises a client a time reads them again by {@code refresh..}, since a cycle may take
 * long; the rest of the cycle then sees the later time.
 */
public final class CycleClock {
    private final LongSupplier source;
    private final LongSupplier steadySource;
    private long micros;
    private long steadyMicros;

    /** @param source of both times, microseconds since the epoch: a test's own */
    public CycleClock(LongSupplier source) {
        this(source, source);
    }

    /**
     * @param source of the time, microseconds since the epoch
     * @param steadySource of the time that never jumps
     */
    public CycleClock(LongSupplier source, LongSupplier steadySource) {
        this.source = source;
        this.steadySource = steadySource;
        tick();
    }

    /** Reads the time for the cycle that begins. */
    public void tick() {
        micros = source.getAsLong();
        steadyMicros = steadySource.getAsLong();
    }

    /** Microseconds since the epoch. */
    public long micros() {
        return micros;
    }

    /** The time at this moment, for measuring within a cycle; what the cycle sees as the time stays. */
    public long freshMicros() {
        return source.getAsLong();
    }

    /** Milliseconds since the epoch at this moment, and for the rest of the cycle. */
    public long refreshMillis() {
        micros = source.getAsLong();
        return millis();
    }

    /** {@link #steadyMicros} at this moment, and for the rest of the cycle. */
    public long refreshSteadyMicros() {
        steadyMicros = steadySource.getAsLong();
        return steadyMicros;
    }

    /** The same in milliseconds. */
    public long refreshSteadyMillis() {
        return refreshSteadyMicros() / 1_000;
    }

    /** Milliseconds since the epoch. */
    public long millis() {
        return micros / 1_000;
    }

    /** Microseconds that only differences of mean anything. */
    public long steadyMicros() {
        return steadyMicros;
    }

    /** The same in milliseconds. */
    public long steadyMillis() {
        return steadyMicros / 1_000;
    }
}

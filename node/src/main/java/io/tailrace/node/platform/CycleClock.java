package io.tailrace.node.platform;

import java.util.function.LongSupplier;

/**
 * The time as one duty cycle sees it. Owned by the reactor thread.
 *
 * <pre>
 *  micros()        the machine's clock, which may be set: for deadlines of keys, commit times, what people read
 *  steadyMicros()  advances with time whatever the clock does: for timeouts, heartbeats, rates, ages
 * </pre>
 *
 * Both count microseconds of about the epoch, but only the first may be told to others. They are read when a cycle starts and
 * stay as they are, except that whatever promises a client a time reads them again by {@code refresh..}, since a cycle may take
 * long; the rest of the cycle then sees the later time.
 */
public final class CycleClock {
    private static final long RELIED_ON_MICROS = 500;

    private final LongSupplier source;
    private final LongSupplier steadySource;
    private final CycleMeter meter = new CycleMeter();
    private long micros;
    private long steadyMicros;
    private long tickMicros;
    private long tickSteadyMicros;

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
        tickMicros = micros;
        tickSteadyMicros = steadyMicros;
    }

    /**
     * The same for a turn that found nothing, of which there are millions a second: reads one clock, and the other one when
     * {@value #RELIED_ON_MICROS} µs have passed since it was read.
     */
    public void tickIdle() {
        long now = steadySource.getAsLong();
        if (now - tickSteadyMicros >= RELIED_ON_MICROS) {
            tick();
        } else {
            steadyMicros = now;
            micros = tickMicros + now - tickSteadyMicros;
        }
    }

    /** Where the time of these cycles goes. */
    public CycleMeter meter() {
        return meter;
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
    public long refreshEpochMs() {
        micros = source.getAsLong();
        return epochMs();
    }

    /** {@link #steadyMicros} at this moment, and for the rest of the cycle. */
    public long refreshSteadyMicros() {
        steadyMicros = steadySource.getAsLong();
        return steadyMicros;
    }

    /** The same in milliseconds. */
    public long refreshSteadyMs() {
        return refreshSteadyMicros() / 1_000;
    }

    /** Milliseconds since the epoch. */
    public long epochMs() {
        return micros / 1_000;
    }

    /** Microseconds that only differences of mean anything. */
    public long steadyMicros() {
        return steadyMicros;
    }

    /** The same in milliseconds. */
    public long steadyMs() {
        return steadyMicros / 1_000;
    }
}

package io.tailrace.node.services;

import org.HdrHistogram.Histogram;

/**
 * How far behind something was over the last minute or so: two half-minute histograms in turn. Owned by one thread;
 * noting a value allocates nothing, and a summary no more than itself.
 */
public final class LagWindow {
    private static final long HALF_MILLIS = 30_000;
    private static final long MAX_MICROS = 3_600_000_000L;
    private static final int DIGITS = 2;

    private Histogram current = new Histogram(MAX_MICROS, DIGITS);
    private Histogram previous = new Histogram(MAX_MICROS, DIGITS);
    private Histogram both;
    private long beganSteadyMs;

    /** Microseconds, all 0 when nothing was noted. */
    public record Summary(long p50, long p99, long p999, long max, long count) {
        public static final Summary NONE = new Summary(0, 0, 0, 0, 0);
    }

    /** Notes a lag; values out of range count as the nearest in range. */
    public void note(long micros, long nowSteadyMs) {
        note(micros, 1, nowSteadyMs);
    }

    /** Notes the same lag for this many records. */
    public void note(long micros, long records, long nowSteadyMs) {
        turn(nowSteadyMs);
        current.recordValueWithCount(Math.min(MAX_MICROS, Math.max(0, micros)), records);
    }

    private void turn(long nowSteadyMs) {
        long age = nowSteadyMs - beganSteadyMs;
        if (age < 0) {
            // the clock was set back: what was noted stays for another half
            beganSteadyMs = nowSteadyMs;
        } else if (age >= 2 * HALF_MILLIS) {
            current.reset();
            previous.reset();
            beganSteadyMs = nowSteadyMs;
        } else if (age >= HALF_MILLIS) {
            Histogram oldest = previous;
            previous = current;
            current = oldest;
            current.reset();
            beganSteadyMs = nowSteadyMs;
        }
    }

    /** What was noted in the window that ends now. */
    public Summary summary(long nowSteadyMs) {
        turn(nowSteadyMs);
        if (current.getTotalCount() + previous.getTotalCount() == 0) {
            return Summary.NONE;
        }
        if (both == null) {
            both = new Histogram(MAX_MICROS, DIGITS);
        }
        both.reset();
        both.add(current);
        both.add(previous);
        return new Summary(
                both.getValueAtPercentile(50),
                both.getValueAtPercentile(99),
                both.getValueAtPercentile(99.9),
                both.getMaxValue(),
                both.getTotalCount());
    }
}

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
    private long beganMillis;

    /** Microseconds, all 0 when nothing was noted. */
    public record Summary(long p50, long p99, long p999, long max, long count) {
        public static final Summary NONE = new Summary(0, 0, 0, 0, 0);
    }

    /** Notes a lag; values out of range count as the nearest in range. */
    public void note(long micros, long nowMillis) {
        note(micros, 1, nowMillis);
    }

    /** Notes the same lag for this many records. */
    public void note(long micros, long records, long nowMillis) {
        turn(nowMillis);
        current.recordValueWithCount(Math.min(MAX_MICROS, Math.max(0, micros)), records);
    }

    private void turn(long nowMillis) {
        long age = nowMillis - beganMillis;
        if (age < 0) {
            // the clock was set back: what was noted stays for another half
            beganMillis = nowMillis;
        } else if (age >= 2 * HALF_MILLIS) {
            current.reset();
            previous.reset();
            beganMillis = nowMillis;
        } else if (age >= HALF_MILLIS) {
            Histogram oldest = previous;
            previous = current;
            current = oldest;
            current.reset();
            beganMillis = nowMillis;
        }
    }

    /** What was noted in the window that ends now. */
    public Summary summary(long nowMillis) {
        turn(nowMillis);
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

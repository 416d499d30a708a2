package io.tailrace.node.watch;

/**
 * How long a command takes: counts of times in classes that are less than one percent wide, as Redis's (an HDR histogram of
 * nanoseconds up to a second with two digits). Owned by one thread; {@link #copy} is for others.
 *
 * <pre>
 *  value < 256        a class each
 *  128 << b .. 256 << b    128 classes of 1 << b each, for b = 1, 2, ..
 * </pre>
 */
public final class CommandHistogram {
    private static final int HALF = 128;
    private static final int HALF_BITS = 7;
    private static final long MAX_NANOS = 1_000_000_000;
    private static final int CLASSES = index(MAX_NANOS) + 1;

    /** Hears of counts up to a time. */
    @FunctionalInterface
    public interface Listener {
        void upTo(long micros, long count);
    }

    private final int[] counts;
    private long total;

    public CommandHistogram() {
        this(new int[CLASSES], 0);
    }

    private CommandHistogram(int[] counts, long total) {
        this.counts = counts;
        this.total = total;
    }

    private static int bucket(long value) {
        return Long.SIZE - Long.numberOfLeadingZeros(value | 2 * HALF - 1) - HALF_BITS - 1;
    }

    private static int index(long value) {
        int bucket = bucket(value);
        return (bucket + 1 << HALF_BITS) + (int) (value >> bucket) - HALF;
    }

    /** The largest value that counts as the same. */
    private static long highest(int index) {
        int bucket = Math.max(0, (index >> HALF_BITS) - 1);
        long within = index < HALF ? index : (index & HALF - 1) + HALF;
        return (within + 1 << bucket) - 1;
    }

    /** Notes a command that took so long; a longer time than a second counts as that. */
    public void add(long micros) {
        counts[index(Math.max(1, Math.min(MAX_NANOS, micros * 1_000)))]++;
        total++;
    }

    public long total() {
        return total;
    }

    public CommandHistogram copy() {
        return new CommandHistogram(counts.clone(), total);
    }

    /** The same of both together. */
    public CommandHistogram plus(CommandHistogram other) {
        CommandHistogram sum = copy();
        for (int i = 0; i < counts.length; i++) {
            sum.counts[i] += other.counts[i];
        }
        sum.total += other.total;
        return sum;
    }

    /** The time, microseconds, that a part of the calls did not exceed. */
    public double atPercentile(double percent) {
        long wanted = Math.max(1, (long) (percent / 100 * total + 0.5));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= wanted) {
                return highest(i) / 1_000.0;
            }
        }
        return 0;
    }

    /** Tells how many calls took up to 1.024 µs, twice that and so on, as far as the number grows. */
    public void forEachDoubling(Listener listener) {
        long seen = 0;
        long told = 0;
        int next = 0;
        for (long level = 1_024; told < total; level *= 2) {
            int last = Math.min(index(Math.min(level, MAX_NANOS)), counts.length - 1);
            while (next <= last) {
                seen += counts[next++];
            }
            if (seen > told) {
                listener.upTo(highest(last) / 1_000, seen);
                told = seen;
            }
        }
    }
}

package io.tailrace.node.watch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Events that took {@code latency-monitor-threshold} milliseconds or more: of each kind the last 160 seconds that had one, and the
 * longest in each of those. Any thread.
 */
public final class LatencyEvents {
    /** A command, by whether Redis calls it fast. */
    public static final String COMMAND = "command";

    public static final String FAST_COMMAND = "fast-command";
    /** Removing keys that are past their deadline. */
    public static final String EXPIRE_CYCLE = "expire-cycle";
    /** The same of keys that are evicted. */
    public static final String EVICTION_CYCLE = "eviction-cycle";

    private static final int MAX_SAMPLES = 160;

    /** The longest event of one second. */
    public record Sample(long seconds, long tookMs) {}

    /**
     * A kind of event.
     *
     * @param samples the oldest first
     * @param most of all time
     */
    public record Series(String event, List<Sample> samples, long most) {
        public Sample latest() {
            return samples.get(samples.size() - 1);
        }
    }

    private static final class Kind {
        private final List<Sample> samples = new ArrayList<>();
        private long most;

        private void add(Sample sample) {
            most = Math.max(most, sample.tookMs);
            int last = samples.size() - 1;
            if (last < 0 || samples.get(last).seconds != sample.seconds) {
                samples.add(sample);
            } else if (samples.get(last).tookMs < sample.tookMs) {
                samples.set(last, sample);
            }
            if (samples.size() > MAX_SAMPLES) {
                samples.remove(0);
            }
        }
    }

    private final Map<String, Kind> kinds = new LinkedHashMap<>();

    /** Adds one that was at a time, in epoch seconds, and took this long; of one second the longest is kept. Any thread. */
    public synchronized void add(String event, long seconds, long tookMs) {
        kinds.computeIfAbsent(event, any -> new Kind()).add(new Sample(seconds, tookMs));
    }

    /** All kinds that there were. */
    public synchronized List<Series> all() {
        return kinds.entrySet().stream()
                .map(kind -> new Series(kind.getKey(), List.copyOf(kind.getValue().samples), kind.getValue().most))
                .toList();
    }

    /** One kind, or null. */
    public Series of(String event) {
        return all().stream()
                .filter(series -> series.event.equals(event))
                .findFirst()
                .orElse(null);
    }

    /** Forgets a kind; returns whether there was one. */
    public synchronized boolean reset(String event) {
        return kinds.remove(event) != null;
    }

    /** Forgets all; returns how many there were. */
    public synchronized int reset() {
        int count = kinds.size();
        kinds.clear();
        return count;
    }
}

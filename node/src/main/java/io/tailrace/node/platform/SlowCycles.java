package io.tailrace.node.platform;

import java.util.ArrayList;
import java.util.List;

/**
 * The slowest duty cycles of a thread: {@value #MAX_CYCLES} of them, all of {@value #MIN_MICROS} µs and more. One that is older than
 * {@value #STALE_SECONDS} s gives way to any other, so that a slow start does not hide what came later. Owned by the reactor thread.
 */
final class SlowCycles {
    static final int MIN_MICROS = 1_000;
    static final int MAX_CYCLES = 32;
    static final int STALE_SECONDS = 600;

    private final List<SlowCycle> slowest = new ArrayList<>();
    private List<SlowCycle> reported = List.of();
    private long leastMicros = MIN_MICROS;
    private long oldestMicros;

    /** Whether one that begins now and takes as long would be kept. */
    boolean isKept(long atMicros, long micros) {
        return micros >= leastMicros || micros >= MIN_MICROS && isStale(oldestMicros, atMicros);
    }

    private static boolean isStale(long thenMicros, long nowMicros) {
        return nowMicros - thenMicros > STALE_SECONDS * 1_000_000L;
    }

    void add(SlowCycle cycle) {
        if (slowest.size() == MAX_CYCLES) {
            slowest.remove(leastWorthy(cycle.atMicros()));
        }
        slowest.add(cycle);
        reported = null;
        oldestMicros = slowest.stream().mapToLong(SlowCycle::atMicros).min().orElse(0);
        leastMicros = slowest.size() < MAX_CYCLES
                ? MIN_MICROS
                : slowest.stream().mapToLong(SlowCycle::micros).min().orElse(0);
    }

    /** One that is stale, or the shortest. */
    private int leastWorthy(long nowMicros) {
        int least = 0;
        for (int i = 0; i < slowest.size(); i++) {
            if (isStale(slowest.get(i).atMicros(), nowMicros)) {
                return i;
            }
            if (slowest.get(i).micros() < slowest.get(least).micros()) {
                least = i;
            }
        }
        return least;
    }

    void reset() {
        slowest.clear();
        reported = null;
        leastMicros = MIN_MICROS;
    }

    /** In no order. */
    List<SlowCycle> report() {
        if (reported == null) {
            reported = List.copyOf(slowest);
        }
        return reported;
    }
}

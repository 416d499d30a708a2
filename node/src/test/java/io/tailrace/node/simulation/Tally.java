package io.tailrace.node.simulation;

import java.util.Map;
import java.util.TreeMap;

/** How often what happened, over all seeds of a run: a simulation that never gets anywhere finds nothing. */
final class Tally {
    private final Map<String, Long> counts = new TreeMap<>();

    void count(String what) {
        add(what, 1);
    }

    void add(String what, long count) {
        counts.merge(what, count, Long::sum);
    }

    long of(String what) {
        return counts.getOrDefault(what, 0L);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        counts.forEach(
                (what, count) -> text.append(String.format(java.util.Locale.ROOT, "  %,12d  %s%n", count, what)));
        return text.toString();
    }
}

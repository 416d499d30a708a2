package io.tailrace.tools.bench;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What one case came to on one server.
 *
 * @param rounds in their order
 * @param lag from a write's answer to its being read on a replica, or null
 */
public record BenchResult(BenchCase of, BenchTarget target, String server, List<Round> rounds, Histogram lag) {
    private static final double MICRO = 1e3;

    /**
     * @param processMicros processor time of the server's process a request, NaN where it is not known
     * @param threadMicros of its busiest thread
     */
    record Round(LoadLoop.Run run, double processMicros, double threadMicros) {
        double perSecond() {
            return run.perSecond();
        }

        double ownMicros() {
            return run.ownNanos() / MICRO / run.requests();
        }
    }

    /** What is told of each case, in the order of a report. */
    enum Figure {
        PROCESS("CPU of the process, µs/request", "cpu_us"),
        THREAD("CPU of its busiest thread", "cpu_thread_us"),
        RATE("requests/s", "requests_per_second"),
        P50("p50, µs", "p50_us"),
        P99("p99, µs", "p99_us"),
        P999("p99.9, µs", "p999_us"),
        MOST("longest, µs", "max_us"),
        CLIENT("CPU of this client, µs/request", "client_cpu_us");

        private final String title;
        private final String key;

        Figure(String title, String key) {
            this.title = title;
            this.key = key;
        }

        String title() {
            return title;
        }

        String key() {
            return key;
        }

        double of(Round round) {
            Histogram times = round.run.times();
            return switch (this) {
                case PROCESS -> round.processMicros;
                case THREAD -> round.threadMicros;
                case RATE -> round.perSecond();
                case P50 -> times.getValueAtPercentile(50) / MICRO;
                case P99 -> times.getValueAtPercentile(99) / MICRO;
                case P999 -> times.getValueAtPercentile(99.9) / MICRO;
                case MOST -> times.getMaxValue() / MICRO;
                case CLIENT -> round.ownMicros();
            };
        }
    }

    Spread spread(Figure figure) {
        return Spread.of(rounds, figure::of);
    }

    /** Of all rounds. */
    Histogram times() {
        Histogram all = rounds.get(0).run.times().copy();
        rounds.subList(1, rounds.size()).forEach(round -> all.add(round.run.times()));
        return all;
    }

    /** Replies that were errors. */
    public long errors() {
        return rounds.stream().mapToLong(round -> round.run.errors()).sum();
    }

    String firstError() {
        return rounds.stream()
                .map(round -> round.run.firstError())
                .filter(error -> error != null)
                .findFirst()
                .orElse(null);
    }
}

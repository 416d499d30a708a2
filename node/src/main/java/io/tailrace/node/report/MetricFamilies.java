package io.tailrace.node.report;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.tailrace.node.services.CommandStats;
import io.tailrace.node.services.LagWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** Families of metrics as they are put together, for one answer. Names carry their unit; {@code _total} is added to counters. */
final class MetricFamilies {
    private static final double MICROS_PER_SECOND = 1e6;

    private final List<MetricSnapshot> families = new ArrayList<>();
    private final List<ShardReport> shards;

    MetricFamilies(List<ShardReport> shards) {
        this.shards = shards;
    }

    List<ShardReport> shards() {
        return shards;
    }

    static Labels shard(int shard) {
        return Labels.of("shard", Integer.toString(shard));
    }

    void add(MetricSnapshot family) {
        families.add(family);
    }

    /** One value for the node. */
    void gauge(String name, String help, double value) {
        add(GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(gaugePoint(Labels.EMPTY, value))
                .build());
    }

    /** One value for each shard. */
    void gauge(String name, String help, ToDoubleFunction<ShardReport> value) {
        GaugeSnapshot.Builder family = GaugeSnapshot.builder().name(name).help(help);
        for (int i = 0; i < shards.size(); i++) {
            family.dataPoint(gaugePoint(shard(i), value.applyAsDouble(shards.get(i))));
        }
        add(family.build());
    }

    /** One value for the node, which only grows but for a restart or CONFIG RESETSTAT. */
    void counter(String name, String help, double value) {
        add(CounterSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                        .value(value)
                        .build())
                .build());
    }

    /** One value for each shard, which only grows but for a restart or CONFIG RESETSTAT. */
    void counter(String name, String help, ToLongFunction<ShardReport> value) {
        CounterSnapshot.Builder family = CounterSnapshot.builder().name(name).help(help);
        for (int i = 0; i < shards.size(); i++) {
            family.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                    .labels(shard(i))
                    .value(value.applyAsLong(shards.get(i)))
                    .build());
        }
        add(family.build());
    }

    /** One value for each command that was called or refused. */
    void counters(
            String name, String help, String label, CommandTotals totals, ToDoubleFunction<CommandStats.Calls> value) {
        CounterSnapshot.Builder family = CounterSnapshot.builder().name(name).help(help);
        for (CommandStats.Calls calls : totals.commands()) {
            family.dataPoint(counterPoint(Labels.of(label, calls.name()), value.applyAsDouble(calls)));
        }
        add(family.build());
    }

    /** One value for each code that error replies began with. */
    void errors(CommandTotals totals) {
        CounterSnapshot.Builder family =
                CounterSnapshot.builder().name("tailrace_error_replies").help("Error replies by their first word");
        totals.errors().forEach((code, count) -> family.dataPoint(counterPoint(Labels.of("err", code), count)));
        add(family.build());
    }

    private static CounterSnapshot.CounterDataPointSnapshot counterPoint(Labels labels, double value) {
        return CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(labels)
                .value(value)
                .build();
    }

    static GaugeSnapshot.GaugeDataPointSnapshot gaugePoint(Labels labels, double value) {
        return GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .labels(labels)
                .value(value)
                .build();
    }

    /** Quantiles of the last minute, in seconds; quantile 1 is the most. */
    static SummarySnapshot.SummaryDataPointSnapshot lagPoint(Labels labels, LagWindow.Summary lag) {
        return SummarySnapshot.SummaryDataPointSnapshot.builder()
                .labels(labels)
                .quantiles(Quantiles.of(
                        new Quantile(0.5, seconds(lag.p50())),
                        new Quantile(0.99, seconds(lag.p99())),
                        new Quantile(0.999, seconds(lag.p999())),
                        new Quantile(1, seconds(lag.max()))))
                .build();
    }

    static double seconds(long micros) {
        return micros / MICROS_PER_SECOND;
    }

    MetricSnapshots all() {
        return new MetricSnapshots(families);
    }
}

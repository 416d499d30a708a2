package io.tailrace.node.report;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.tailrace.node.platform.CycleCause;
import io.tailrace.node.platform.CycleStep;
import io.tailrace.node.platform.CycleTimes;
import io.tailrace.node.platform.SlowCycle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Where the time of the reactors goes, for INFO and as metrics. Stateless. */
final class InfoCycles {
    private InfoCycles() {}

    private static CycleTimes of(ShardReport shard) {
        return shard.stats().totals().cycles();
    }

    private static CycleTimes all(List<ShardReport> shards) {
        return CycleTimes.all(shards.stream().map(InfoCycles::of).toList());
    }

    /** The longest cycle of any shard. */
    static void longest(List<ShardReport> shards, InfoText text) {
        CycleTimes all = all(shards);
        text.field("reactor_longest_cycle_us", all.longest(CycleTimes.Span.MINUTE))
                .field("reactor_longest_cycle_cpu_us", all.longest(CycleTimes.Span.MINUTE_CPU))
                .field("reactor_longest_cycle_us_ever", all.longest(CycleTimes.Span.EVER))
                .field("reactor_longest_cycle_cpu_us_ever", all.longest(CycleTimes.Span.EVER_CPU));
    }

    /** A section of its own, which Redis has not: sums over all shards, and the longest of any by what there was in it. */
    static void write(List<ShardReport> shards, InfoText text) {
        CycleTimes all = all(shards);
        text.section("Reactor").field("reactor_cycles", all.cycles());
        for (CycleStep step : CycleStep.ALL) {
            text.field("reactor_" + step.label() + "_us", all.of(step));
        }
        longest(shards, text);
        for (CycleCause cause : CycleCause.ALL) {
            text.field(
                    "reactor_longest_" + cause.label(),
                    "us=" + all.of(cause, CycleTimes.Span.MINUTE)
                            + ",cpu_us=" + all.of(cause, CycleTimes.Span.MINUTE_CPU)
                            + ",us_ever=" + all.of(cause, CycleTimes.Span.EVER)
                            + ",cpu_us_ever=" + all.of(cause, CycleTimes.Span.EVER_CPU));
        }
    }

    /** A section of its own, too: a line for each cycle that a shard has noted, the slowest first. */
    static void slowest(List<ShardReport> shards, InfoText text) {
        text.section("Slowcycles");
        List<String> lines = new ArrayList<>();
        for (int shard = 0; shard < shards.size(); shard++) {
            int id = shard;
            of(shards.get(shard)).slowest().stream()
                    .sorted(Comparator.comparingLong(SlowCycle::micros).reversed())
                    .forEach(cycle -> lines.add(line(id, cycle)));
        }
        for (int i = 0; i < lines.size(); i++) {
            text.field("slow_cycle_" + i, lines.get(i));
        }
    }

    private static String line(int shard, SlowCycle cycle) {
        StringBuilder line = new StringBuilder()
                .append("shard=")
                .append(shard)
                .append(",at_us=")
                .append(cycle.atMicros())
                .append(",us=")
                .append(cycle.micros())
                .append(",cpu_us=")
                .append(cycle.processorMicros())
                .append(",included=")
                .append(cycle.included().stream().map(CycleCause::label).collect(Collectors.joining("|")));
        if (cycle.command() != null) {
            line.append(",command=")
                    .append(cycle.command())
                    .append(",command_us=")
                    .append(cycle.commandMicros());
        }
        for (CycleStep step : CycleStep.ALL) {
            if (cycle.of(step) > 0) {
                line.append(',').append(step.label()).append("_us=").append(cycle.of(step));
            }
        }
        return line.toString();
    }

    static void add(MetricFamilies families) {
        CounterSnapshot.Builder steps = CounterSnapshot.builder()
                .name("tailrace_reactor_seconds")
                .help("Time of a shard's thread, by step of its duty cycle");
        GaugeSnapshot.Builder longest = GaugeSnapshot.builder()
                .name("tailrace_reactor_longest_cycle_seconds")
                .help("The longest duty cycle of the last minute, by what it included");
        GaugeSnapshot.Builder processor = GaugeSnapshot.builder()
                .name("tailrace_reactor_longest_cycle_cpu_seconds")
                .help("The most processor time that a duty cycle of the last minute took");
        for (int i = 0; i < families.shards().size(); i++) {
            CycleTimes times = of(families.shards().get(i));
            String shard = Integer.toString(i);
            for (CycleStep step : CycleStep.ALL) {
                steps.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                        .labels(Labels.of("shard", shard, "step", step.label()))
                        .value(MetricFamilies.seconds(times.of(step)))
                        .build());
            }
            for (CycleCause cause : CycleCause.ALL) {
                Labels labels = Labels.of("shard", shard, "cause", cause.label());
                longest.dataPoint(MetricFamilies.gaugePoint(
                        labels, MetricFamilies.seconds(times.of(cause, CycleTimes.Span.MINUTE))));
                processor.dataPoint(MetricFamilies.gaugePoint(
                        labels, MetricFamilies.seconds(times.of(cause, CycleTimes.Span.MINUTE_CPU))));
            }
        }
        families.counter("tailrace_reactor_cycles", "Duty cycles that had something to do", shard -> of(shard)
                .cycles());
        families.add(steps.build());
        families.add(longest.build());
        families.add(processor.build());
    }
}

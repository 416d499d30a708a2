package io.tailrace.node.report;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.tailrace.node.feed.FeedPlace;
import java.util.function.ToDoubleFunction;

/** The metrics of readers of the change feed that have a slot. Stateless: any thread. */
final class MetricsFeeds {
    private MetricsFeeds() {}

    static void add(MetricFamilies families) {
        boolean hasFeeds = families.shards().stream()
                .anyMatch(shard -> !shard.replication().feeds().isEmpty());
        if (!hasFeeds) {
            return;
        }
        of(
                families,
                "tailrace_feed_held",
                "Whether the log is retained for the reader's slot",
                place -> MetricsText.flag(place.heldSeconds() != 0));
        of(
                families,
                "tailrace_feed_behind_records",
                "Records that the reader has not confirmed, -1 when its place is not in the log",
                FeedPlace::behindRecords);
    }

    private static void of(MetricFamilies families, String name, String help, ToDoubleFunction<FeedPlace> value) {
        GaugeSnapshot.Builder family = GaugeSnapshot.builder().name(name).help(help);
        for (int i = 0; i < families.shards().size(); i++) {
            for (FeedPlace place : families.shards().get(i).replication().feeds()) {
                Labels labels = Labels.of("shard", Integer.toString(i), "slot", place.name());
                family.dataPoint(MetricFamilies.gaugePoint(labels, value.applyAsDouble(place)));
            }
        }
        families.add(family.build());
    }
}

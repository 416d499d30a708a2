package io.tailrace.node.report;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.services.RefusedReplica;
import io.tailrace.node.services.ReplicaPlace;
import io.tailrace.node.services.ReplicationServices.LinkInfo;
import java.util.function.ToDoubleFunction;

/** The metrics of replication: what both sides count, a replica's link, a primary's replicas. Stateless: any thread. */
final class MetricsReplication {
    private static final double MILLIS_PER_SECOND = 1e3;

    private MetricsReplication() {}

    static void addTraffic(MetricFamilies families) {
        families.counter("tailrace_replication_input_bytes", "Read from the primary", shard -> shard.replication()
                .traffic()
                .received());
        families.counter("tailrace_replication_output_bytes", "Sent to replicas", shard -> shard.replication()
                .traffic()
                .sent());
    }

    static void add(NodeServices node, MetricFamilies families) {
        families.gauge("tailrace_primary", "Whether this node is a primary", MetricsText.flag(node.primary() == null));
        families.counter("tailrace_full_syncs", "Full syncs begun, as primary or replica", shard -> shard.replication()
                .fullSyncs());
        families.counter(
                "tailrace_partial_syncs", "Attachments that continued where they were", shard -> shard.replication()
                        .partialSyncs());
        families.counter(
                "tailrace_resumed_syncs", "Full syncs that resumed where they broke off", shard -> shard.replication()
                        .resumedSyncs());
        families.counter(
                "tailrace_refused_syncs", "Handshakes refused, here or by the primary", shard -> shard.replication()
                        .refused());
        families.counter(
                "tailrace_rewinds",
                "Times that this node took records of its own back",
                shard -> shard.replication().rewinds().count());
        families.counter(
                "tailrace_lost_writes",
                "Writes of this node that were rolled back, and are saved in lost-writes files",
                shard -> shard.replication().rewinds().lostWrites());
        families.gauge(
                "tailrace_refused_replicas",
                "Replicas that are refused because of the data they hold, and keep retrying",
                shard -> shard.replication().refusedReplicas().size());
        families.gauge(
                "tailrace_replicas_ahead",
                "Those of them that have records which this node has lost",
                shard -> shard.replication().refusedReplicas().stream()
                        .filter(RefusedReplica::isAhead)
                        .count());
        families.counter(
                "tailrace_replica_output_limit_closed",
                "Replicas closed for not taking their output",
                shard -> shard.replication().outputLimitClosed());
        families.counter(
                "tailrace_slots_dropped",
                "Replicas for which the log was no longer kept, for lack of disk",
                shard -> shard.replication().slotsDropped());
        families.counter(
                "tailrace_failed_replies",
                "Held replies that replicas did not acknowledge in time",
                shard -> shard.replication().failedReplies());
        families.gauge(
                "tailrace_held_replies",
                "Replies that are held until replicas have applied the write",
                shard -> shard.replication().heldReplies());
        families.gauge(
                "tailrace_good_replicas", "Replicas that count for min-replicas-to-write", shard -> shard.replication()
                        .goodReplicas());
        if (node.settings().current().replicaMaxStalenessMs() > 0) {
            families.gauge(
                    "tailrace_data_age_seconds",
                    "How old the data may be, 0 on a primary, -1 when not known",
                    shard -> ageSeconds(shard.replication().dataAgeMicros()));
        }
        link(families);
        replicas(families);
        MetricsFeeds.add(families);
    }

    private static double ageSeconds(long micros) {
        return micros < 0 ? -1 : MetricFamilies.seconds(micros);
    }

    private static void link(MetricFamilies families) {
        boolean isReplica =
                families.shards().stream().anyMatch(shard -> shard.replication().link() != null);
        if (!isReplica) {
            return;
        }
        ofLinks(
                families,
                "tailrace_link_up",
                "Whether the primary's records come",
                link -> MetricsText.flag(link.isUp()));
        ofLinks(
                families,
                "tailrace_link_syncing",
                "Whether a full sync is under way",
                link -> MetricsText.flag(link.isSyncing()));
        ofLinks(
                families,
                "tailrace_link_sync_bytes",
                "Bytes of a full sync under way that have come, 0 when there is none",
                link -> link.sync() == null ? 0 : link.sync().bytes());
        ofLinks(
                families,
                "tailrace_link_sync_expected_bytes",
                "Bytes of a full sync under way in all, as far as is known, 0 when there is none",
                link -> link.sync() == null ? 0 : link.sync().totalBytes());
        ofLinks(
                families,
                "tailrace_link_silence_seconds",
                "Since the primary was last heard, -1 when never",
                link -> link.lastIoMs() < 0 ? -1 : link.lastIoMs() / MILLIS_PER_SECOND);
        SummarySnapshot.Builder lag = SummarySnapshot.builder()
                .name("tailrace_link_lag_seconds")
                .help("From a record's commit on the primary to its being applied here, over the last minute");
        for (int i = 0; i < families.shards().size(); i++) {
            LinkInfo link = families.shards().get(i).replication().link();
            if (link != null) {
                lag.dataPoint(MetricFamilies.lagPoint(MetricFamilies.shard(i), link.lag()));
            }
        }
        families.add(lag.build());
    }

    private static void ofLinks(MetricFamilies families, String name, String help, ToDoubleFunction<LinkInfo> value) {
        GaugeSnapshot.Builder family = GaugeSnapshot.builder().name(name).help(help);
        for (int i = 0; i < families.shards().size(); i++) {
            LinkInfo link = families.shards().get(i).replication().link();
            if (link != null) {
                family.dataPoint(MetricFamilies.gaugePoint(MetricFamilies.shard(i), value.applyAsDouble(link)));
            }
        }
        families.add(family.build());
    }

    private static void replicas(MetricFamilies families) {
        families.gauge("tailrace_replicas", "Attached replicas", shard -> shard.replication()
                .replicas()
                .size());
        boolean hasReplicas = families.shards().stream()
                .anyMatch(shard -> !shard.replication().places().isEmpty());
        if (!hasReplicas) {
            return;
        }
        ofPlaces(
                families,
                "tailrace_replica_online",
                "Whether the replica is sent records as they come; not when it is away",
                place -> MetricsText.flag(place.state().equals("online")));
        ofPlaces(
                families,
                "tailrace_replica_time_to_full_sync_seconds",
                "For how long it may stay away before it needs a full sync, if as much is written as lately",
                place -> place.secondsToFullSync() < 0 ? Double.POSITIVE_INFINITY : place.secondsToFullSync());
        ofPlaces(
                families,
                "tailrace_replica_behind_seconds",
                "Lag of the last record acknowledged, or the age of the oldest that is not",
                place -> MetricFamilies.seconds(place.lagMicros()));
        SummarySnapshot.Builder lag = SummarySnapshot.builder()
                .name("tailrace_replica_lag_seconds")
                .help("From a record's commit to its acknowledgement by the replica, over the last minute");
        for (int i = 0; i < families.shards().size(); i++) {
            for (ReplicaPlace place : families.shards().get(i).replication().places()) {
                if (!place.isAway()) {
                    lag.dataPoint(MetricFamilies.lagPoint(labels(i, place), place.lag()));
                }
            }
        }
        families.add(lag.build());
    }

    private static void ofPlaces(
            MetricFamilies families, String name, String help, ToDoubleFunction<ReplicaPlace> value) {
        GaugeSnapshot.Builder family = GaugeSnapshot.builder().name(name).help(help);
        for (int i = 0; i < families.shards().size(); i++) {
            for (ReplicaPlace place : families.shards().get(i).replication().places()) {
                family.dataPoint(MetricFamilies.gaugePoint(labels(i, place), value.applyAsDouble(place)));
            }
        }
        families.add(family.build());
    }

    private static Labels labels(int shard, ReplicaPlace place) {
        return Labels.of(
                "shard",
                Integer.toString(shard),
                "replica",
                place.id(),
                "address",
                place.address() + ":" + place.port());
    }
}

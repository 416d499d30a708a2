package io.tailrace.node.report;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.services.ReplicationServices.LinkInfo;
import io.tailrace.node.services.ReplicationServices.ReplicaInfo;
import io.tailrace.node.services.SyncProgress;
import io.tailrace.node.shard.History;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * INFO's section on replication. An offset is a number of records, summed over the shards, so that it has no holes and
 * ends of both sides can be compared as Redis's byte offsets can; the backlog's first offset and length are such too.
 */
public final class InfoReplication {
    private static final String NO_HISTORY = "0".repeat(40);

    private final NodeServices node;
    private final List<ShardReport> shards;
    private final InfoText text;
    private final HostPort primary;
    private final List<LinkInfo> links;

    InfoReplication(NodeServices node, List<ShardReport> shards, InfoText text) {
        this.node = node;
        this.shards = shards;
        this.text = text;
        primary = node.primary();
        links = shards.stream()
                .map(shard -> shard.replication().link())
                .filter(Objects::nonNull)
                .toList();
    }

    void write() {
        text.section("Replication").field("role", primary == null ? "master" : "slave");
        if (primary != null) {
            writeLink();
        }
        writeReplicas();
        InfoPlaces.write(shards, text);
        InfoFeeds.write(shards, text);
        InfoRefusals.write(shards, text);
        writeOffsets();
        writeShards();
        InfoHistory.write(shards, text);
        writeCounters();
    }

    private void writeLink() {
        boolean isUp = isEveryLink(LinkInfo::isUp);
        text.field("master_host", primary.host())
                .field("master_port", primary.port())
                .field("master_link_status", isUp ? "up" : "down")
                .field("master_last_io_seconds_ago", isUp ? lastIoSeconds() : -1)
                .flag("master_sync_in_progress", links.stream().anyMatch(LinkInfo::isSyncing))
                .field("slave_read_repl_offset", offset())
                .field("slave_repl_offset", offset());
        writeSync(SyncProgress.join(links.stream().map(LinkInfo::sync)));
        if (!isUp) {
            text.field("master_link_down_since_seconds", most(LinkInfo::downMs) / 1_000);
        }
        text.field("slave_priority", isEveryLink(LinkInfo::hasData) ? replicaPriority() : 0)
                .field("slave_read_only", 1)
                .field("replica_announced", 1)
                .field("replica_lag_micros", most(LinkInfo::lagMicros));
        if (node.settings().current().replicaMaxStalenessMs() > 0) {
            text.field("replica_data_age_ms", dataAgeMs());
        }
        writeLag();
        writeFirst("sync_refused_reason", LinkInfo::refusedReason);
        writeFirst("sync_consent", LinkInfo::consent);
        writeFirst("master_link_problem", LinkInfo::problem);
    }

    /** What the first of the shards has that has any. */
    private void writeFirst(String field, Function<LinkInfo, String> value) {
        links.stream()
                .map(value)
                .filter(Objects::nonNull)
                .findFirst()
                .ifPresent(found -> text.field(field, oneLine(found)));
    }

    private int replicaPriority() {
        return node.settings().current().replicaPriority();
    }

    private void writeSync(SyncProgress sync) {
        if (sync != null) {
            text.field("master_sync_total_bytes", sync.totalBytes())
                    .field("master_sync_read_bytes", sync.bytes())
                    .field("master_sync_left_bytes", sync.totalBytes() - sync.bytes())
                    .field("master_sync_perc", sync.percent())
                    .field("master_sync_last_io_seconds_ago", lastIoSeconds())
                    .field("master_sync_seconds", sync.elapsedMs() / 1_000);
        }
    }

    /** By shard, over the last minute: from a record's commit on the primary to its being applied here. */
    private void writeLag() {
        for (int i = 0; i < links.size(); i++) {
            text.field("replica_lag_shard" + i, InfoPlaces.text(links.get(i).lag()));
        }
    }

    /** Whether it holds of the links of all shards; a shard without one yet makes it false. */
    private boolean isEveryLink(java.util.function.Predicate<LinkInfo> condition) {
        return links.size() == shards.size() && links.stream().allMatch(condition);
    }

    private long lastIoSeconds() {
        boolean isHeard = isEveryLink(link -> link.lastIoMs() >= 0);
        return isHeard ? most(LinkInfo::lastIoMs) / 1_000 : -1;
    }

    private long most(ToLongFunction<LinkInfo> value) {
        return links.stream().mapToLong(value).max().orElse(0);
    }

    private static String oneLine(String reason) {
        return reason.replace('\r', ' ').replace('\n', ' ');
    }

    private void writeReplicas() {
        List<ReplicaInfo> replicas = AttachedReplicas.of(shards);
        text.field("connected_slaves", replicas.size());
        NodeConfig config = node.settings().current();
        if (config.minReplicasToWrite() > 0 && config.minReplicasMaxLag() > 0) {
            text.field("min_slaves_good_slaves", goodReplicas());
        }
        for (int i = 0; i < replicas.size(); i++) {
            ReplicaInfo replica = replicas.get(i);
            text.field(
                    "slave" + i,
                    "ip=" + replica.address() + ",port=" + replica.port() + ",state=" + replica.state() + ",offset="
                            + replica.appliedRecordCount() + ",lag=" + replica.lagMs() / 1_000
                            + syncText(replica.sync()));
        }
    }

    private static String syncText(SyncProgress sync) {
        return sync == null
                ? ""
                : ",sync_bytes=" + sync.bytes() + ",sync_total_bytes=" + sync.totalBytes() + ",sync_perc="
                        + sync.percent() + ",sync_seconds=" + sync.elapsedMs() / 1_000;
    }

    /** Of the oldest shard, or -1 when the age of one is not known. */
    private long dataAgeMs() {
        boolean isKnown = shards.stream().allMatch(shard -> shard.replication().dataAgeMicros() >= 0);
        return isKnown ? mostOf(ShardReport.Replication::dataAgeMicros) / 1_000 : -1;
    }

    /** A node's writes need enough of them on every shard. */
    private int goodReplicas() {
        return shards.stream()
                .mapToInt(shard -> shard.replication().goodReplicas())
                .min()
                .orElse(0);
    }

    private void writeOffsets() {
        List<History.Term> terms = shards.get(0).log().terms();
        text.field("master_failover_state", node.handover().state())
                .field(
                        "master_replid",
                        terms.isEmpty() ? NO_HISTORY : last(terms, 1).id())
                .field(
                        "master_replid2",
                        terms.size() < 2 ? NO_HISTORY : last(terms, 2).id())
                .field("master_repl_offset", offset())
                .field("second_repl_offset", secondOffset())
                .field("repl_backlog_active", 1)
                .field("repl_backlog_size", node.settings().current().backlogSize() * shards.size())
                .field("repl_backlog_first_byte_offset", firstOffset() + 1)
                .field("repl_backlog_histlen", offset() - firstOffset());
    }

    private static History.Term last(List<History.Term> terms, int back) {
        return terms.get(terms.size() - back);
    }

    private long offset() {
        return offset(shards);
    }

    public static long offset(List<ShardReport> shards) {
        return shards.stream().mapToLong(shard -> shard.log().recordCount()).sum();
    }

    private long firstOffset() {
        return shards.stream()
                .mapToLong(shard -> shard.log().recordsBeforeOldest())
                .sum();
    }

    /** The first offset that the second history doesn't have, or -1 when there is none. */
    private long secondOffset() {
        boolean isKnown = shards.stream().allMatch(shard -> shard.log().recordsOfPrevious() >= 0);
        return isKnown
                ? shards.stream()
                                .mapToLong(shard -> shard.log().recordsOfPrevious())
                                .sum()
                        + 1
                : -1;
    }

    private void writeShards() {
        for (int i = 0; i < shards.size(); i++) {
            ShardReport.Log log = shards.get(i).log();
            text.field(
                    "shard" + i,
                    "index=" + log.index() + ",first_index=" + log.firstIndex() + ",segments=" + log.segments()
                            + ",records=" + log.recordCount() + ",bytes=" + log.bytes() + ",chain=" + log.chain());
        }
    }

    private void writeCounters() {
        text.field("full_syncs", mostOf(ShardReport.Replication::fullSyncs))
                .field("partial_syncs", mostOf(ShardReport.Replication::partialSyncs))
                .field("resumed_syncs", mostOf(ShardReport.Replication::resumedSyncs))
                .field("sync_output_limit_closed", mostOf(ShardReport.Replication::outputLimitClosed))
                .field("ack_held_replies", sumOf(ShardReport.Replication::heldReplies))
                .field("ack_failed_replies", sumOf(ShardReport.Replication::failedReplies))
                .field("backlog_slots_dropped", mostOf(ShardReport.Replication::slotsDropped))
                .field("backlog_bytes_per_second", sumOf(ShardReport.Replication::logBytesPerSecond))
                .field("rewinds", mostOf(shard -> shard.rewinds().count()))
                .field("lost_writes", sumOf(shard -> shard.rewinds().lostWrites()));
        shards.stream()
                .map(shard -> shard.log().pressure())
                .filter(Objects::nonNull)
                .findFirst()
                .ifPresent(pressure -> text.field("backlog_pressure", oneLine(pressure)));
        for (int i = 0; i < shards.size(); i++) {
            String file = shards.get(i).replication().rewinds().savedAs();
            if (!file.isEmpty()) {
                text.field("lost_writes_file_shard" + i, oneLine(file));
            }
        }
    }

    private long sumOf(ToLongFunction<ShardReport.Replication> value) {
        return shards.stream().map(ShardReport::replication).mapToLong(value).sum();
    }

    /** What happens to a node happens to each of its shards; it counts once. */
    private long mostOf(ToLongFunction<ShardReport.Replication> value) {
        return shards.stream()
                .map(ShardReport::replication)
                .mapToLong(value)
                .max()
                .orElse(0);
    }
}

package io.tailrace.node.report;

import io.tailrace.node.services.ReplicationServices.ReplicaInfo;
import io.tailrace.node.services.SyncProgress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Replica nodes, put together from what each shard knows of its own connection to them. Stateless. */
public final class AttachedReplicas {
    /** Redis's states, the one furthest from streaming first. */
    private static final List<String> STATES = List.of("wait_bgsave", "send_bulk", "online");

    private AttachedReplicas() {}

    /** In the order in which shards know them. A node that some shard doesn't know is at its start there. */
    public static List<ReplicaInfo> of(List<ShardReport> shards) {
        return together(
                shards.stream().map(shard -> shard.replication().replicas()).toList());
    }

    /** The same, given each shard's replicas. */
    public static List<ReplicaInfo> together(List<List<ReplicaInfo>> shards) {
        Map<String, List<ReplicaInfo>> byId = new LinkedHashMap<>();
        for (List<ReplicaInfo> shard : shards) {
            for (ReplicaInfo replica : shard) {
                byId.computeIfAbsent(replica.id(), id -> new ArrayList<>()).add(replica);
            }
        }
        return byId.values().stream()
                .map(parts -> join(parts, parts.size() < shards.size()))
                .toList();
    }

    private static ReplicaInfo join(List<ReplicaInfo> parts, boolean isPartial) {
        ReplicaInfo first = parts.get(0);
        int state = parts.stream()
                .mapToInt(part -> STATES.indexOf(part.state()))
                .min()
                .orElse(-1);
        return new ReplicaInfo(
                first.id(),
                first.address(),
                first.port(),
                STATES.get(isPartial || state < 0 ? 0 : state),
                first.appliedIndex(),
                parts.stream().mapToLong(ReplicaInfo::appliedRecordCount).sum(),
                parts.stream().mapToLong(ReplicaInfo::lagMs).max().orElse(0),
                parts.stream().mapToLong(ReplicaInfo::lagMicros).max().orElse(0),
                parts.stream().mapToLong(ReplicaInfo::pendingBytes).sum(),
                SyncProgress.join(parts.stream().map(ReplicaInfo::sync)));
    }
}

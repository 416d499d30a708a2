package io.tailrace.node.report;

import io.tailrace.node.services.LagWindow;
import io.tailrace.node.services.ReplicaPlace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * INFO's lines on where each replica is, one for each replica and shard: {@code replica0_shard1:id=..,state=..}. Replicas
 * are numbered as in Redis's lines {@code slave0}. Stateless.
 */
final class InfoPlaces {
    private InfoPlaces() {}

    static void write(List<ShardReport> shards, InfoText text) {
        Map<String, Integer> numbers = new LinkedHashMap<>();
        AttachedReplicas.of(shards).forEach(replica -> numbers.put(replica.id(), numbers.size()));
        for (int shard = 0; shard < shards.size(); shard++) {
            for (ReplicaPlace place : shards.get(shard).replication().places()) {
                Integer number = numbers.computeIfAbsent(place.id(), id -> numbers.size());
                text.field("replica" + number + "_shard" + shard, text(place));
            }
        }
    }

    private static String text(ReplicaPlace place) {
        String end = ",time_to_full_sync_s=" + place.secondsToFullSync();
        if (place.isAway()) {
            return "id=" + place.id() + ",state=" + place.state() + ",index=" + place.index() + ",held_s="
                    + place.heldSeconds() + end;
        }
        return "id=" + place.id() + ",state=" + place.state() + ",index=" + place.index() + ",lag_us="
                + place.lagMicros() + "," + text(place.lag()) + end;
    }

    /** Microseconds. */
    static String text(LagWindow.Summary lag) {
        return "p50=" + lag.p50() + ",p99=" + lag.p99() + ",p99.9=" + lag.p999() + ",max=" + lag.max() + ",records="
                + lag.count();
    }
}

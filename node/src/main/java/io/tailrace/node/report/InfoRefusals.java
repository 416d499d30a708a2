package io.tailrace.node.report;

import io.tailrace.node.services.RefusedReplica;
import io.tailrace.wire.record.QueueIndex;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * INFO's lines on replicas that are refused for what they hold, and ask again: how many there are, how many of them have
 * records that this node has lost, and one line for each and shard. Stateless.
 */
final class InfoRefusals {
    private InfoRefusals() {}

    static void write(List<ShardReport> shards, InfoText text) {
        text.field("refused_replicas", count(shards, refused -> true))
                .field("replicas_ahead", count(shards, RefusedReplica::isAhead));
        Set<String> numbers = new LinkedHashSet<>();
        for (int shard = 0; shard < shards.size(); shard++) {
            for (RefusedReplica refused : shards.get(shard).replication().refusedReplicas()) {
                numbers.add(refused.id());
                int number = List.copyOf(numbers).indexOf(refused.id());
                text.field("refused" + number + "_shard" + shard, text(refused));
            }
        }
    }

    /** A node counts once, whichever of its shards it is. */
    static int count(List<ShardReport> shards, Predicate<RefusedReplica> which) {
        return (int) shards.stream()
                .flatMap(shard -> shard.replication().refusedReplicas().stream())
                .filter(which)
                .map(RefusedReplica::id)
                .distinct()
                .count();
    }

    private static String text(RefusedReplica refused) {
        return "id=" + refused.id() + ",ip=" + refused.address() + ",port=" + refused.port() + ",code=" + refused.code()
                + ",history=" + (refused.history() == null ? "-" : refused.history()) + ",index="
                + QueueIndex.toString(refused.index()) + ",seconds_ago=" + refused.millisAgo() / 1_000 + ",times="
                + refused.count();
    }
}

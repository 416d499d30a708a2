package io.tailrace.node.replication;

import io.tailrace.wire.record.QueueIndex;
import java.util.HashMap;
import java.util.Map;

/**
 * Where replicas were that went away: the log from there on is kept for the reconnect window, so that one that is back in
 * time need not be copied anew. Owned by the shard's reactor thread.
 */
final class ReconnectSlots {
    private record Slot(long index, long untilMillis) {}

    private final Map<String, Slot> slots = new HashMap<>();

    /** Holds a replica's place; one that has confirmed nothing has none. */
    void hold(String replicaId, long appliedIndex, long untilMillis) {
        if (appliedIndex != QueueIndex.NONE) {
            slots.put(replicaId, new Slot(appliedIndex, untilMillis));
        }
    }

    /** The replica is back, or must start anew. */
    void release(String replicaId) {
        slots.remove(replicaId);
    }

    void clear() {
        slots.clear();
    }

    /** Forgets those whose time is over, and gives the oldest index that is still held; Long.MAX_VALUE for none. */
    long neededFrom(long nowMillis) {
        slots.values().removeIf(slot -> nowMillis >= slot.untilMillis);
        return slots.values().stream().mapToLong(Slot::index).min().orElse(Long.MAX_VALUE);
    }
}

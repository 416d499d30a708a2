package io.tailrace.node.replication;

import io.tailrace.wire.record.QueueIndex;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where replicas were that went away: the log from there on is kept for the reconnect window, so that one that is back in
 * time need not be copied again. Owned by the shard's reactor thread.
 */
final class ReconnectSlots {
    /**
     * One that is away.
     *
     * @param index of the last record it has confirmed, which must be there when it comes back
     * @param untilSteadyMs when its time is over
     */
    record Slot(String id, String address, int port, long index, long untilSteadyMs) {}

    /** Far more than there are replicas: only who comes under ever new names finds its place taken by the next. */
    static final int MAX = 256;

    private final Map<String, Slot> slots = new LinkedHashMap<>();

    /** Holds a replica's place; one that has confirmed nothing has none. */
    void hold(Slot slot) {
        if (slot.index() == QueueIndex.NONE) {
            return;
        }
        slots.remove(slot.id());
        if (slots.size() >= MAX) {
            slots.remove(slots.keySet().iterator().next());
        }
        slots.put(slot.id(), slot);
    }

    /** The replica is back, or must start over. */
    void release(String replicaId) {
        slots.remove(replicaId);
    }

    /** Forgets those whose time is over. */
    void expire(long nowSteadyMs) {
        slots.values().removeIf(slot -> nowSteadyMs >= slot.untilSteadyMs());
    }

    Collection<Slot> all() {
        return slots.values();
    }
}

package io.tailrace.node.replication;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * Which snapshots replicas are being sent, so that a transfer that breaks off can continue: the file and the log from its start
 * stay while the replica is there, until it has taken the snapshot over, and for the reconnect window after it went away.
 * Owned by the shard's reactor thread; {@link #isHeld} is asked by any.
 */
final class SnapshotHolds {
    private record Hold(Object session, String snapshotId, long beginIndex, long untilSteadyMs) {}

    /** See {@link ReconnectSlots#MAX}. */
    private final Map<String, Hold> holds = new LinkedHashMap<>();

    private volatile Set<String> snapshotIds = Set.of();

    /** A snapshot is being sent in this session, in place of any that its replica was sent before. */
    void sending(Object session, String replicaId, String snapshotId, long beginIndex) {
        holds.put(replicaId, new Hold(session, snapshotId, beginIndex, Long.MAX_VALUE));
        publish();
    }

    /** The replica needs no snapshot any more. */
    void release(String replicaId) {
        if (holds.remove(replicaId) != null) {
            publish();
        }
    }

    /** The session is over; its replica may come back for the rest, perhaps it has already. */
    void lost(Object session, String replicaId, long untilSteadyMs) {
        Hold hold = holds.get(replicaId);
        if (hold != null && hold.session == session) {
            holds.remove(replicaId);
            holds.put(replicaId, new Hold(null, hold.snapshotId, hold.beginIndex, untilSteadyMs));
            dropOldestAway();
        }
    }

    private void dropOldestAway() {
        List<String> away = holds.entrySet().stream()
                .filter(hold -> hold.getValue().session == null)
                .map(Map.Entry::getKey)
                .toList();
        if (away.size() > ReconnectSlots.MAX) {
            release(away.get(0));
        }
    }

    /** Forgets those whose time is over, and gives the oldest index that is still held; Long.MAX_VALUE for none. */
    long neededFrom(long nowSteadyMs) {
        boolean isAnyOver = false;
        long oldest = Long.MAX_VALUE;
        for (Iterator<Hold> each = holds.values().iterator(); each.hasNext(); ) {
            Hold hold = each.next();
            if (nowSteadyMs >= hold.untilSteadyMs) {
                each.remove();
                isAnyOver = true;
            } else {
                oldest = Math.min(oldest, hold.beginIndex);
            }
        }
        if (isAnyOver) {
            publish();
        }
        return oldest;
    }

    /** Those whose replica is away, by its id and the index from which its snapshot needs the log. */
    void forEachAway(BiConsumer<String, Long> action) {
        Map.copyOf(holds).forEach((id, hold) -> {
            if (hold.session == null) {
                action.accept(id, hold.beginIndex);
            }
        });
    }

    private void publish() {
        snapshotIds = holds.values().stream().map(Hold::snapshotId).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether the file of this snapshot is to stay, though there may be newer ones. */
    boolean isHeld(String snapshotId) {
        return snapshotIds.contains(snapshotId);
    }
}

package io.tailrace.node.replication;

import io.tailrace.node.services.RefusedReplica;
import io.tailrace.wire.handshake.HandshakeRequest;
import io.tailrace.wire.handshake.RefusalCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Replicas that were refused and ask again each second: what INFO tells of them, and which refusal is worth a line in the
 * log: the first one, one of another kind, and one every ten minutes. Owned by the shard's reactor thread.
 */
final class RefusedReplicas {
    static final int MAX = 256;

    /** One that has not asked again for so long is gone. */
    static final long RECENT_MS = 10_000;

    static final long LOG_AGAIN_MS = 600_000;

    private final Map<String, Refused> refused = new LinkedHashMap<>();

    private static final class Refused {
        private String code;
        private RefusedReplica last;
        private long atSteadyMs;
        private long loggedSteadyMs;
        private long count;
    }

    /** A replica was refused for what it holds. */
    void refused(HandshakeRequest request, String address, Decision decision, long nowSteadyMs) {
        Refused entry = entry(request.replicaId());
        entry.atSteadyMs = nowSteadyMs;
        entry.count++;
        entry.last = new RefusedReplica(
                request.replicaId(),
                address,
                request.port(),
                decision.code().name(),
                request.log().history(),
                request.log().index(),
                0,
                entry.count);
    }

    private Refused entry(String id) {
        Refused entry = refused.get(id);
        if (entry == null) {
            if (refused.size() >= MAX) {
                refused.remove(refused.keySet().iterator().next());
            }
            entry = new Refused();
            refused.put(id, entry);
        }
        return entry;
    }

    /** Whether a refusal is to be logged; then it was. */
    boolean mayLog(String id, RefusalCode code, long nowSteadyMs) {
        Refused entry = entry(id);
        boolean isRepeated = code.name().equals(entry.code) && nowSteadyMs - entry.loggedSteadyMs < LOG_AGAIN_MS;
        if (!isRepeated) {
            entry.code = code.name();
            entry.loggedSteadyMs = nowSteadyMs;
        }
        return !isRepeated;
    }

    /** A replica was let in. */
    void accepted(String id) {
        refused.remove(id);
    }

    /** Those that asked lately, for what they hold. */
    List<RefusedReplica> recent(long nowSteadyMs) {
        return refused.values().stream()
                .filter(entry -> entry.last != null && nowSteadyMs - entry.atSteadyMs <= RECENT_MS)
                .map(entry -> entry.last.at(nowSteadyMs - entry.atSteadyMs))
                .toList();
    }
}

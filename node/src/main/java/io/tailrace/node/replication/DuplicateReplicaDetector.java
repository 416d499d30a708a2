package io.tailrace.node.replication;

import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects two replicas of one identity: a data directory was copied. An old connection of a node that came again is
 * silent; one that is still heard is another node's. Both get the records, but they count as one, and only one place is kept
 * for them, so an operator must be told. Owned by the shard's reactor thread.
 */
final class DuplicateReplicaDetector {
    private static final Logger LOG = LoggerFactory.getLogger(DuplicateReplicaDetector.class);
    private static final long CERTAIN_MS = 3_000;

    /** Past this an attacker is cycling ids; forget them all. */
    private static final int MAX_REPORTED = 1_024;

    private final Set<String> reported = new HashSet<>();

    /**
     * A connection in whose place another one of the same identity has come.
     *
     * @param supersededSteadyMs when that came
     * @param heardSteadyMs when this one was last heard
     * @return whether it is another node's, and it was not reported yet
     */
    boolean check(String id, String where, long supersededSteadyMs, long heardSteadyMs) {
        if (reported.size() >= MAX_REPORTED) {
            reported.clear();
        }
        if (heardSteadyMs - supersededSteadyMs < CERTAIN_MS || !reported.add(id)) {
            return false;
        }
        LOG.warn(
                "replica={} address={}: attached twice, here and elsewhere: one has a copy of the other's data directory, and they"
                        + " count as one; delete node.properties of the copy while that node is down",
                id,
                where);
        return true;
    }
}

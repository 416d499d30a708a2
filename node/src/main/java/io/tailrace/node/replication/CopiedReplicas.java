package io.tailrace.node.replication;

import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices two replicas of one identity: somebody has copied a data directory. An old connection of a node that came again is
 * silent; one that is still heard is another node's. Both get the records, but they count as one, and only one place is kept
 * for them, so an operator must be told. Owned by the shard's reactor thread.
 */
final class CopiedReplicas {
    private static final Logger LOG = LoggerFactory.getLogger(CopiedReplicas.class);
    private static final long SURE_MILLIS = 3_000;

    /** Names that are remembered; behind that many somebody plays, and may be told of again. */
    private static final int MOST_TOLD = 1_024;

    private final Set<String> told = new HashSet<>();

    /**
     * A connection in whose place another one of the same identity has come.
     *
     * @param supersededMillis when that came
     * @param heardMillis when this one was last heard
     * @return whether it is another node's, and nobody was told yet
     */
    boolean look(String id, String where, long supersededMillis, long heardMillis) {
        if (told.size() >= MOST_TOLD) {
            told.clear();
        }
        if (heardMillis - supersededMillis < SURE_MILLIS || !told.add(id)) {
            return false;
        }
        LOG.warn(
                "replica {} is attached twice, at {} and elsewhere: one has a copy of the other's data directory, and they"
                        + " count as one; delete node.properties of the copy while that node is down",
                id,
                where);
        return true;
    }
}

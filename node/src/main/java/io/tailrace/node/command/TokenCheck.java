package io.tailrace.node.command;

import io.tailrace.node.services.ShardServices;
import io.tailrace.node.services.WritePosition;
import io.tailrace.node.shard.History;
import io.tailrace.node.shard.Shard;
import io.tailrace.wire.record.QueueIndex;

/**
 * How a shard stands to a write that a token names. Immutable.
 *
 * @param code of the error, or null when the shard has applied the write
 * @param text what is behind, or lost, or not known
 * @param isFinal whether time won't change it
 */
record TokenCheck(String code, String text, boolean isFinal) {
    static final String BEHIND = "BEHIND";
    static final String LOST = "LOST";
    static final String FOREIGN = "FOREIGN";

    private static final TokenCheck REACHED = new TokenCheck(null, null, true);

    /** On the shard's thread. A replica may still learn a history, or apply a record; a primary only writes its own. */
    static TokenCheck of(ShardServices services, WritePosition[] writes) {
        Shard shard = services.shard();
        WritePosition write = writes[shard.id()];
        History histories = shard.history();
        long end = histories.endOf(write.history());
        long applied = shard.backlog().lastIndex();
        if (write.isNowhere() || write.index() <= Math.min(end, applied)) {
            return REACHED;
        }
        boolean isPrimary = services.replication().ownsLog();
        String asked = "the token asks for " + QueueIndex.toString(write.index());
        String name = "shard " + shard.id();
        if (end == QueueIndex.NONE) {
            String current = histories.isEmpty() ? "none" : histories.current().id();
            return new TokenCheck(
                    FOREIGN, name + " does not know history " + write.history() + ", its own is " + current, isPrimary);
        }
        if (write.index() > end) {
            return new TokenCheck(
                    LOST,
                    name + " left history " + write.history() + " at " + QueueIndex.toString(end) + ", " + asked,
                    true);
        }
        return new TokenCheck(BEHIND, name + " has applied " + QueueIndex.toString(applied) + ", " + asked, isPrimary);
    }

    boolean isReached() {
        return code == null;
    }
}

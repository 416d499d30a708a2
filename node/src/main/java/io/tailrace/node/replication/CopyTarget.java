package io.tailrace.node.replication;

import io.tailrace.node.shard.ShardData;
import io.tailrace.wire.handshake.HistoryPosition;

/**
 * When new data may take the place of what a shard holds.
 *
 * @param end where the primary's log ended when the connection was made: the copy is whole when it has come to it
 * @param consented what the copy has to contain: what was consented to, or this node's own last record; null when this node
 *     holds nothing
 */
record CopyTarget(HistoryPosition end, HistoryPosition consented) {
    /** The index that it has to reach first. */
    long index() {
        return consented == null ? end.index() : Math.max(end.index(), consented.index());
    }

    /** What keeps data from taking over, or null. */
    String lack(ShardData data) {
        String lack = data.lacks(end);
        if (lack != null || consented == null) {
            return lack;
        }
        lack = data.lacks(consented);
        return lack == null ? null : "this node did not consent to it: " + lack;
    }
}

package io.tailrace.node.replication;

import io.tailrace.node.shard.ShardData;
import io.tailrace.wire.handshake.HistoryPosition;

/**
 * When new data may take the place of what a shard holds.
 *
 * @param end where the primary's log ended when the connection was made: the copy is whole when it has come to it
 * @param held where this node's own log ends, which a copy that contains it continues; null when it holds nothing
 * @param consented what the copy may contain instead; null when this node consents to none
 */
record CopyTarget(HistoryPosition end, HistoryPosition held, HistoryPosition consented) {
    /** The index that it has to reach first. */
    long index() {
        return end.index();
    }

    /** What keeps data from taking over, or null. */
    String lack(ShardData data) {
        String lack = data.lacks(end);
        if (lack != null || held == null || data.lacks(held) == null) {
            return lack;
        }
        lack = data.lacks(consented == null ? held : consented);
        return lack == null ? null : "this node did not consent to it: " + lack;
    }
}

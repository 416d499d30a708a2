package io.tailrace.node.replication;

import io.tailrace.wire.handshake.HistoryPosition;

/**
 * An operator's REPLICAOF .. FORCE as one shard has it: leave to give its data up for the log of the node that answers at
 * the first contact after it. From then on it is for that log only. {@link #bind} and {@link #done} wait for the disk and
 * are for other threads than the reactor's.
 */
public interface ForceOrder {
    /** The log it is for, by where that ended at the first contact; null as long as there was none. */
    HistoryPosition boundTo();

    /** Binds it, on the disk too; returns null, or why it can't be bound to this log. */
    String bind(HistoryPosition to);

    /** The shard follows: the order is carried out. */
    void done();
}

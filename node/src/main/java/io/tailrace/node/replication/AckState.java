package io.tailrace.node.replication;

import io.tailrace.node.shard.Shard;
import io.tailrace.wire.handshake.FrameDecoder;
import io.tailrace.wire.handshake.FrameLayout;
import io.tailrace.wire.record.QueueIndex;

/** What one replica has acknowledged, and how far behind it is. Owned by the session's reactor thread. */
final class AckState {
    private final Shard shard;
    private final AckLag lag = new AckLag();
    private long appliedIndex = QueueIndex.NONE;
    private long durableIndex = QueueIndex.NONE;
    private long syncRequestedAt = QueueIndex.NONE;

    AckState(Shard shard) {
        this.shard = shard;
    }

    AckLag lag() {
        return lag;
    }

    long appliedIndex() {
        return appliedIndex;
    }

    long durableIndex() {
        return durableIndex;
    }

    /** The replica's own word, when it asks. */
    void startAt(long applied) {
        appliedIndex = applied;
    }

    /**
     * Takes an ACK frame. What was not sent can't have been applied, and a replica with another chain at our last record went
     * astray.
     *
     * @param sent the last record that was sent
     * @return null, or what is wrong with it
     */
    String take(FrameDecoder ack, long sent) {
        long applied = ack.argument();
        long durable = ack.bodyLong(FrameLayout.ACK_DURABLE_OFFSET);
        if (applied < QueueIndex.NONE || durable < QueueIndex.NONE || Math.max(applied, durable) > sent) {
            return "it sent an ACK of " + QueueIndex.toString(applied) + ", durable to " + QueueIndex.toString(durable)
                    + ", and was sent up to " + QueueIndex.toString(sent);
        }
        boolean isAtEnd =
                applied != QueueIndex.NONE && applied == shard.backlog().lastIndex();
        if (isAtEnd
                && ack.bodyLong(FrameLayout.ACK_CHAIN_OFFSET) != shard.backlog().lastChain()) {
            return "its chain at " + QueueIndex.toString(applied) + " is another than here";
        }
        appliedIndex = applied;
        durableIndex = durable;
        lag.acknowledged(appliedIndex, shard.clock().steadyMicros());
        return null;
    }

    /** Whether the replica is to be asked to force what it has: not again for the same. */
    boolean mayRequestSync() {
        if (syncRequestedAt >= appliedIndex) {
            return false;
        }
        syncRequestedAt = appliedIndex;
        return true;
    }

    /** About once a second: a request that failed there may be made again. */
    void forgetSyncRequest() {
        syncRequestedAt = QueueIndex.NONE;
    }
}

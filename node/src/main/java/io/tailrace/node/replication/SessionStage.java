package io.tailrace.node.replication;

import io.tailrace.node.services.SyncProgress;
import io.tailrace.wire.handshake.FrameDecoder;
import io.tailrace.wire.handshake.FrameLayout;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;

/**
 * What the session of a replica does while it is in one state; what belongs to the state is in it and ends with it. Owned by
 * the session's reactor thread.
 */
interface SessionStage {
    SessionState state();

    /** As Redis names it. */
    String redisState();

    /**
     * Puts out what there is; returns how many bytes.
     *
     * @param budget bytes, exceeded by one record or chunk at most
     * @param highWater bytes waiting at which no more is put out
     */
    int fill(int budget, int highWater) throws IOException;

    /** Bytes waiting at which no more is put out. */
    default int highWater(int outputLimit) {
        return outputLimit / 2;
    }

    /** The last record that was put out, or the first that is to be; {@link QueueIndex#NONE} for none. */
    default long sentIndex() {
        return QueueIndex.NONE;
    }

    /** A FETCH has come; returns null, or what is wrong with it. */
    default String onFetch(FrameDecoder fetch) {
        return Unexpected.frame(FrameLayout.FETCH, state().name());
    }

    /** How far a snapshot was sent, or null when there is none. */
    default SyncProgress progress() {
        return null;
    }

    /** The state is left for one that does not continue with what this one has. */
    default void end() {}
}

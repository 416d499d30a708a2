package io.tailrace.node.replication;

import java.util.EnumSet;
import java.util.Set;

/** Where the primary is with one replica. */
enum SessionState {
    /** Waiting for the replica's request. */
    HANDSHAKE,
    /** Sending a snapshot file, which may still be growing. */
    SNAPSHOT_SHIPPING,
    /** Sending records. */
    STREAMING,
    /** Over. */
    CLOSED;

    private Set<SessionState> successors() {
        switch (this) {
            case HANDSHAKE:
                return EnumSet.of(SNAPSHOT_SHIPPING, STREAMING, CLOSED);
            case SNAPSHOT_SHIPPING:
                return EnumSet.of(STREAMING, CLOSED);
            case STREAMING:
                return EnumSet.of(SNAPSHOT_SHIPPING, CLOSED);
            default:
                return EnumSet.noneOf(SessionState.class);
        }
    }

    boolean maySucceed(SessionState next) {
        return successors().contains(next);
    }
}

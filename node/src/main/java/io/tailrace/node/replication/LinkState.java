package io.tailrace.node.replication;

import java.util.EnumSet;
import java.util.Set;

/** Where a replica is with its primary. */
enum LinkState {
    /** Asking the primary's client port where this shard's log is served. */
    LOCATING,
    /** Connecting to that port. */
    CONNECTING,
    /** Sent the request, waiting for the answer line. */
    HANDSHAKE,
    /** Receiving a snapshot into new data beside the old. */
    SYNCING,
    /** Redoing the log behind the snapshot until the snapshot's end: then the new data is exact and takes over. */
    REDOING,
    /** Taking back records nobody else has: building new data without them beside the old, then redoing until it is exact. */
    REWINDING,
    /** Following. */
    STREAMING,
    /** Waiting before the next attempt. */
    BACKOFF,
    /** Over: the node is a primary, follows another one, or stops. */
    CLOSED;

    private Set<LinkState> successors() {
        switch (this) {
            case LOCATING:
                return EnumSet.of(CONNECTING, BACKOFF, CLOSED);
            case CONNECTING:
                return EnumSet.of(HANDSHAKE, BACKOFF, CLOSED);
            case HANDSHAKE:
                return EnumSet.of(SYNCING, REWINDING, STREAMING, BACKOFF, CLOSED);
            case SYNCING:
                return EnumSet.of(REDOING, BACKOFF, CLOSED);
            case REDOING:
            case REWINDING:
            case STREAMING:
                return EnumSet.of(STREAMING, BACKOFF, CLOSED);
            case BACKOFF:
                return EnumSet.of(LOCATING, CLOSED);
            default:
                return EnumSet.noneOf(LinkState.class);
        }
    }

    boolean maySucceed(LinkState next) {
        return successors().contains(next);
    }
}

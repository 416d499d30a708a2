package io.tailrace.node.replication;

import io.tailrace.node.platform.StateMachine;
import java.util.EnumSet;
import java.util.Set;

/** Where a replica is with its primary. */
enum LinkState implements StateMachine.State<LinkState> {
    /** Asking the primary's client port where this shard's log is served. */
    LOCATING,
    /** Connecting to that port. */
    CONNECTING,
    /** Sent the request, waiting for the answer line. */
    HANDSHAKE,
    /** Receiving new data beside the old, until it is whole and takes over: see {@link Resync}. */
    RESYNCING,
    /** Only a copy of the primary's log would do: saving this node's own writes before it consents to one. */
    SAVING,
    /** Following. */
    STREAMING,
    /** Waiting before the next attempt. */
    BACKOFF,
    /** Over: the node is a primary, follows another one, or stops. */
    CLOSED;

    @Override
    public Set<LinkState> successors() {
        switch (this) {
            case LOCATING:
                return EnumSet.of(CONNECTING, BACKOFF, CLOSED);
            case CONNECTING:
                return EnumSet.of(HANDSHAKE, BACKOFF, CLOSED);
            case HANDSHAKE:
                return EnumSet.of(RESYNCING, SAVING, STREAMING, BACKOFF, CLOSED);
            case RESYNCING:
                return EnumSet.of(STREAMING, BACKOFF, CLOSED);
            case SAVING:
            case STREAMING:
                return EnumSet.of(BACKOFF, CLOSED);
            case BACKOFF:
                return EnumSet.of(LOCATING, CLOSED);
            default:
                return EnumSet.noneOf(LinkState.class);
        }
    }
}

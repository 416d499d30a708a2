package io.tailrace.node.replication;

import io.tailrace.node.platform.StateMachine;
import java.util.EnumSet;
import java.util.Set;

/** Where the primary is with one replica. */
enum SessionState implements StateMachine.State<SessionState> {
    /** Waiting for the replica's request. */
    HANDSHAKE,
    /** Opening what it is to be sent, file by file. */
    OPENING,
    /** Sending a snapshot file, which may still be growing. */
    SENDING_SNAPSHOT,
    /** Answering what a replica that takes records back asks for; then it wants the records after the last shared one. */
    REWINDING,
    /** Sending records. */
    STREAMING,
    /** Over. */
    CLOSED;

    @Override
    public Set<SessionState> successors() {
        switch (this) {
            case HANDSHAKE:
                return EnumSet.of(OPENING, CLOSED);
            case OPENING:
                return EnumSet.of(SENDING_SNAPSHOT, REWINDING, STREAMING, CLOSED);
            case SENDING_SNAPSHOT:
            case REWINDING:
                return EnumSet.of(STREAMING, CLOSED);
            case STREAMING:
                return EnumSet.of(CLOSED);
            default:
                return EnumSet.noneOf(SessionState.class);
        }
    }
}

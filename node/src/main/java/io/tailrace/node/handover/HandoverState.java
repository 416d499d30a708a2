package io.tailrace.node.handover;

import io.tailrace.node.platform.StateMachine;
import java.util.EnumSet;
import java.util.Set;

/** The states of a handover, on the primary's side. */
public enum HandoverState implements StateMachine.State<HandoverState> {
    /** Still the primary; writes wait until the target has every record. */
    WAITING_FOR_SYNC("waiting-for-sync"),
    /** Still the primary; the target was asked to get ready, which is all it may do. */
    OFFERED("failover-in-progress"),
    /** No longer a primary; the target was told to take over. */
    COMMITTED("failover-in-progress"),
    /** A replica of the target, which was told to take over and did not answer. */
    IN_DOUBT("failover-in-progress"),
    /** The target is the primary. */
    DONE("no-failover"),
    /** This node is the primary, as before. */
    ABORTED("no-failover");

    private final String redisName;

    HandoverState(String redisName) {
        this.redisName = redisName;
    }

    /** As Redis names it in INFO's {@code master_failover_state}. */
    public String redisName() {
        return redisName;
    }

    public boolean isOver() {
        return this == DONE || this == ABORTED;
    }

    @Override
    public Set<HandoverState> successors() {
        switch (this) {
            case WAITING_FOR_SYNC:
                return EnumSet.of(OFFERED, ABORTED);
            case OFFERED:
                return EnumSet.of(COMMITTED, ABORTED);
            case COMMITTED:
                return EnumSet.of(DONE, ABORTED, IN_DOUBT);
            case IN_DOUBT:
                return EnumSet.of(DONE, ABORTED);
            default:
                return EnumSet.noneOf(HandoverState.class);
        }
    }
}

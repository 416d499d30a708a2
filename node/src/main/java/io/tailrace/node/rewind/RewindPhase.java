package io.tailrace.node.rewind;

import io.tailrace.node.platform.StateMachine;
import java.util.EnumSet;
import java.util.Set;

/** Where a {@link Rewind} is. */
public enum RewindPhase implements StateMachine.State<RewindPhase> {
    /** The tail is being saved, log and store copied. */
    PREPARING,
    /** The primary's entries of the touched keys are coming. */
    FETCHING,
    /** What there is is made durable. */
    FINISHING,
    /** The primary's records are coming. */
    REDOING,
    /** The new data is whole and current on the disk. */
    READY,
    /** The tail is saved and there is nothing to build on: a full copy has to follow. */
    SAVED,
    /** It can't be completed. */
    FAILED;

    @Override
    public Set<RewindPhase> successors() {
        switch (this) {
            case PREPARING:
                return EnumSet.of(FETCHING, SAVED, FAILED);
            case FETCHING:
                return EnumSet.of(FINISHING);
            case FINISHING:
                return EnumSet.of(REDOING, FAILED);
            case REDOING:
                return EnumSet.of(READY, SAVED, FAILED);
            default:
                return EnumSet.noneOf(RewindPhase.class);
        }
    }
}

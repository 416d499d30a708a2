package io.tailrace.node.simulation;

import java.util.List;

/**
 * A FAILOVER that the operator has asked for, as the operator sees it: until he gives it up, at most one of the nodes that
 * take part is a primary.
 *
 * <pre>
 *  what the operator sees                                     it is
 *  the command is on its way or under way                     UNDER_WAY
 *  another node is the primary                                TAKEN_OVER
 *  refused, or the old primary is one and doesn't hand over   CALLED_OFF
 * </pre>
 */
final class PlannedHandover {
    enum Outcome {
        UNDER_WAY,
        TAKEN_OVER,
        CALLED_OFF
    }

    private final Machine from;
    private final List<Machine> targets;
    private final boolean isForced;
    private final long beganMicros;
    private boolean isAnswered;
    private boolean isRefused;

    /** @param targets nodes that may take over, all of them replicas now */
    PlannedHandover(Machine from, List<Machine> targets, boolean isForced, long beganMicros) {
        this.from = from;
        this.targets = targets;
        this.isForced = isForced;
        this.beganMicros = beganMicros;
    }

    Machine from() {
        return from;
    }

    boolean isForced() {
        return isForced;
    }

    long beganMicros() {
        return beganMicros;
    }

    /** The command was answered, or its connection is gone. */
    void answered(boolean withError) {
        isAnswered = true;
        isRefused = withError;
    }

    /** The node that has taken over, or null. */
    Machine newPrimary() {
        return targets.stream().filter(PlannedHandover::isPrimary).findFirst().orElse(null);
    }

    private static boolean isPrimary(Machine machine) {
        return machine.isRunning() && machine.primary() == null;
    }

    /** Also after it has come to its end: the one that handed over may not take its role back by itself. */
    void requireOnePrimary() {
        Machine next = newPrimary();
        Invariant.ONE_PRIMARY.require(
                next == null || !isPrimary(from), from + " hands over to " + next + ", and both are primaries");
    }

    /** How it stands after a step of a node. */
    Outcome outcome() {
        Machine next = newPrimary();
        requireOnePrimary();
        if (next != null) {
            return Outcome.TAKEN_OVER;
        }
        boolean isOver = isAnswered && (isRefused || isPrimary(from) && !from.isHandingOver());
        return isOver ? Outcome.CALLED_OFF : Outcome.UNDER_WAY;
    }
}

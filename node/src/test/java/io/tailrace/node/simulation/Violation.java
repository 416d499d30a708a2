package io.tailrace.node.simulation;

/** An invariant that does not hold. */
final class Violation extends RuntimeException {
    private final Invariant invariant;

    Violation(Invariant invariant, String how) {
        super(invariant + ": " + how);
        this.invariant = invariant;
    }

    Invariant invariant() {
        return invariant;
    }
}

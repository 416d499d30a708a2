package io.tailrace.node.simulation;

/** The process is killed here. An error, so that nothing of the product takes it for a fault it can handle. */
final class SimulatedCrash extends Error {
    SimulatedCrash(String where) {
        super("killed at " + where, null, false, false);
    }
}

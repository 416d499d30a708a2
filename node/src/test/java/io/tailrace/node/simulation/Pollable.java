package io.tailrace.node.simulation;

/** A channel that a {@link SimulatedSelector} can ask what it is ready for. */
interface Pollable {
    int readyOps();
}

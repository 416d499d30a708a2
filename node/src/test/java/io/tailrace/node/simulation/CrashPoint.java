package io.tailrace.node.simulation;

/** Called wherever a process meets the world; may throw {@link SimulatedCrash}. */
interface CrashPoint {
    void reached(String where);
}

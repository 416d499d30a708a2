package io.tailrace.node.command;

/** How a try to serve a client that waits for keys has ended. */
public enum ServeOutcome {
    SERVED,
    WAITS_ON,
    /** A log takes nothing now: to be tried again. */
    REFUSED
}

package io.tailrace.node.command;

/** The outcome of an attempt to serve a client that waits for keys. */
public enum ServeOutcome {
    SERVED,
    WAITS_ON,
    /** A log takes nothing now: to be tried again. */
    REFUSED
}

package io.tailrace.node.log;

import org.slf4j.event.Level;

/** How much is logged, by Redis's words: each shows what the next one does, and more. */
public enum LogLevel {
    /** Also each change of a state machine: of links, sessions, snapshots, handovers. */
    DEBUG(Level.TRACE),
    /** Also what went wrong and does no harm. */
    VERBOSE(Level.DEBUG),
    /** What an operator wants to know: start and stop, links, syncs, roles. */
    NOTICE(Level.INFO),
    /** Only what should be looked at. */
    WARNING(Level.WARN);

    private final Level least;

    LogLevel(Level least) {
        this.least = least;
    }

    boolean shows(Level level) {
        return level.toInt() >= least.toInt();
    }
}

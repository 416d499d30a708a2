package io.tailrace.node.platform;

import java.util.List;
import java.util.Locale;

/** Events that may make a duty cycle long. A cycle counts for each one it included. */
public enum CycleCause {
    /** Nothing but requests, and what comes from other nodes. */
    COMMANDS,
    /** A script or function ran. */
    SCRIPT,
    /** The log began a new segment. */
    ROLL,
    /** The reactor waited for the disk, as {@code fsync always} has it. */
    FSYNC,
    /** A snapshot was being written by another thread, or was begun or ended. */
    SNAPSHOT,
    /** A replica was being sent a copy of the data, or this node was taking one. */
    FULL_SYNC,
    /** The store was moving to a larger map. */
    GROWTH,
    /** Keys past their deadline were removed. */
    EXPIRY,
    /** Keys were evicted. */
    EVICTION,
    /** A replica came or went. */
    REPLICA,
    /** What is done once a second. */
    SECOND;

    /** All of them. */
    public static final List<CycleCause> ALL = List.of(values());

    int bit() {
        return 1 << ordinal();
    }

    /** As it is called in INFO and in metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

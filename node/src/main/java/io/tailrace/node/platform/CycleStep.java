package io.tailrace.node.platform;

import java.util.List;
import java.util.Locale;

/** The steps of a duty cycle, as {@link CycleMeter} tells them apart. */
public enum CycleStep {
    /** Blocked in the selector, or looking at sockets where there was nothing. */
    IDLE,
    /** Looking at sockets where there was something. */
    POLL,
    /** Reading, decoding and executing requests, without what is put into the log. */
    EXECUTE,
    /** Putting records into the log: every {@value CycleMeter#APPENDS_A_SAMPLE}th is timed, and stands for the others. */
    APPEND,
    /** On a replica: what came from its primary, into the log and the store. */
    APPLY,
    /** On a primary: what is sent to replicas, and what they say. */
    PUMP,
    /** Sending replies to clients. */
    FLUSH,
    /** Forcing the log. */
    FORCE,
    /** Moving entries to a larger map of the store. */
    GROW,
    /** Giving back the memory of collections that were dropped. */
    FREE,
    /** The shard's part in writing a snapshot. */
    SNAPSHOT,
    /** Removing keys: past their deadline, and for want of memory. */
    EXPIRE,
    /** What is done once a second, and what the node does with all shards: a handover. */
    MAINTAIN;

    /** All of them, in the order of a cycle. */
    public static final List<CycleStep> ALL = List.of(values());

    /** As it is called in INFO and in metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

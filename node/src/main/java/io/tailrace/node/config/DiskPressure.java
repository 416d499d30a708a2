package io.tailrace.node.config;

/** What to do when the disk has no room for the log. */
public enum DiskPressure {
    /** The log that only replicas need: those that need it get a full sync later. */
    DROP_SLOTS,
    /** Writes: they are refused until there is room. */
    REFUSE_WRITES
}

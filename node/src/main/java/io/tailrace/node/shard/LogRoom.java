package io.tailrace.node.shard;

import io.tailrace.node.backlog.Backlog;

/**
 * Whether the log takes one more write, and what is done about it when its disk has no room. Owned by the shard's reactor
 * thread. While there is room it costs one check.
 */
final class LogRoom {
    private LogHolders holders = LogHolders.NOBODY;
    private long refused;

    void heldBy(LogHolders newHolders) {
        holders = newHolders;
    }

    long neededFrom() {
        return holders.neededFrom();
    }

    /** Why a client's record of this many bytes can't be written, as an error without the dash, or null. */
    String refusal(Backlog backlog, int recordLength) {
        String refusal = backlog.growth().refusal(recordLength);
        if (refusal == null) {
            return null;
        }
        if (backlog.retention().pressure() != null) {
            holders.letGo();
            refusal = backlog.growth().refusal(recordLength);
        }
        if (refusal == null) {
            return null;
        }
        refused++;
        return "MISCONF Errors writing to the log: " + refusal
                + (backlog.retention().pressure() == null ? "" : holders.cause());
    }

    /** Writes refused since the start because of the log. */
    long refused() {
        return refused;
    }
}

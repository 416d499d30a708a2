package io.tailrace.node.replication;

/**
 * How long a link waits before its next attempt: doubling while attempts fail, or are refused for the moment, from the start again once one succeeds. A full
 * sync that failed waits longer, because each attempt ships all of the data. Owned by the shard's reactor thread.
 */
final class LinkBackoff {
    static final long REFUSED_MS = 1_000;

    private static final long MIN_MS = 50;
    private static final long MAX_MS = 2_000;
    private static final long MAX_SYNC_MS = 30_000;

    private long nextMs = MIN_MS;
    private long syncMs;

    /** The primary has taken the link; a sync that failed before is not forgotten by that. */
    void attached() {
        nextMs = Math.max(MIN_MS, syncMs);
    }

    /** The link streams: whatever failed before, it works now. */
    void streaming() {
        syncMs = 0;
        nextMs = MIN_MS;
    }

    /** How long to wait now, after a fault. */
    long afterFault(boolean isSyncing) {
        if (isSyncing) {
            syncMs = Math.min(Math.max(2 * syncMs, MAX_MS), MAX_SYNC_MS);
            nextMs = syncMs;
        }
        long now = nextMs;
        nextMs = Math.max(Math.min(2 * nextMs, MAX_MS), syncMs);
        return now;
    }
}

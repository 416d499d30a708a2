package io.tailrace.node.replication;

/**
 * How long a link waits before its next attempt: doubling while attempts fail, or are refused for the moment, from the start again once one succeeds. A full
 * sync that failed waits longer, because each attempt ships all of the data. Owned by the shard's reactor thread.
 */
final class LinkBackoff {
    static final long REFUSED_MILLIS = 1_000;

    private static final long MIN_MILLIS = 50;
    private static final long MAX_MILLIS = 2_000;
    private static final long MAX_SYNC_MILLIS = 30_000;

    private long nextMillis = MIN_MILLIS;
    private long syncMillis;

    /** The primary has taken the link; a sync that failed before is not forgotten by that. */
    void attached() {
        nextMillis = Math.max(MIN_MILLIS, syncMillis);
    }

    /** The link streams: whatever failed before, it works now. */
    void streaming() {
        syncMillis = 0;
        nextMillis = MIN_MILLIS;
    }

    /** How long to wait now, after a fault. */
    long afterFault(boolean isSyncing) {
        if (isSyncing) {
            syncMillis = Math.min(Math.max(2 * syncMillis, MAX_MILLIS), MAX_SYNC_MILLIS);
            nextMillis = syncMillis;
        }
        long now = nextMillis;
        nextMillis = Math.max(Math.min(2 * nextMillis, MAX_MILLIS), syncMillis);
        return now;
    }
}

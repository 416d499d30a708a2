package io.tailrace.node.replication;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what unauthenticated peers do on the replication port from filling the log: a few of them are logged one by one each
 * second, and the rest as a number when the second is over. Owned by the shard's reactor thread.
 */
final class FaultLogLimiter {
    private static final Logger LOG = LoggerFactory.getLogger(FaultLogLimiter.class);
    private static final int MAX_PER_SECOND = 10;
    private static final long SECOND_MS = 1_000;

    private final int shard;
    private long second = -1;
    private int logged;
    private long unlogged;

    FaultLogLimiter(int shard) {
        this.shard = shard;
    }

    /** Whether one more may have a line of its own. */
    boolean mayLog(long nowSteadyMs) {
        if (nowSteadyMs / SECOND_MS != second) {
            second = nowSteadyMs / SECOND_MS;
            logged = 0;
        }
        if (logged < MAX_PER_SECOND) {
            logged++;
            return true;
        }
        unlogged++;
        return false;
    }

    /** About once a second: tells how many had none; returns that. */
    long onSecond() {
        long count = unlogged;
        if (count > 0) {
            LOG.info("shard={}: {} more connections to the replication port failed", shard, count);
            unlogged = 0;
        }
        return count;
    }
}

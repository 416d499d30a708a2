package io.tailrace.node.replication;

/**
 * Tells, once a second, whether this thread itself was away: in a command or a record that takes seconds, or stopped with its process. What
 * the other side sent meanwhile lies in the socket, so nobody is called silent before that was read. Owned by the shard's reactor thread.
 */
final class OwnAbsence {
    private static final long AWAY_MS = 2_000;

    private long lastSteadyMs;

    OwnAbsence(long nowSteadyMs) {
        lastSteadyMs = nowSteadyMs;
    }

    /** Whether the last call was long ago. */
    boolean wasAway(long nowSteadyMs) {
        boolean wasAway = nowSteadyMs - lastSteadyMs >= AWAY_MS;
        lastSteadyMs = nowSteadyMs;
        return wasAway;
    }
}

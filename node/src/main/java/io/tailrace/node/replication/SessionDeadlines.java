package io.tailrace.node.replication;

/** How long a replica may keep its primary waiting. Owned by the session's reactor thread. */
final class SessionDeadlines {
    /** Without taking anything, while as much waits as may. */
    static final long STALL_MS = 5_000;

    /** From the start of the connection, whatever has come of a request since. */
    static final long HANDSHAKE_MS = 5_000;

    /** Of an attached one that says nothing. */
    static final long SILENCE_MS = 30_000;

    private final OwnAbsence absence;
    private final long acceptedSteadyMs;
    private boolean wasAway;
    private long lastHeardSteadyMs;
    private long lastProgressSteadyMs;
    private long sentAtProgress;

    SessionDeadlines(long nowSteadyMs) {
        absence = new OwnAbsence(nowSteadyMs);
        acceptedSteadyMs = nowSteadyMs;
        lastHeardSteadyMs = nowSteadyMs;
        lastProgressSteadyMs = nowSteadyMs;
    }

    void heard(long nowSteadyMs) {
        lastHeardSteadyMs = nowSteadyMs;
    }

    long lastHeardSteadyMs() {
        return lastHeardSteadyMs;
    }

    /** It said why it takes nothing, and says so every second. */
    void waits(long nowSteadyMs) {
        lastProgressSteadyMs = nowSteadyMs;
    }

    /** Before what follows: where this node itself was away, that is not the replica's fault. */
    void onSecond(long nowSteadyMs) {
        wasAway = absence.wasAway(nowSteadyMs);
    }

    /**
     * Asked about once a second.
     *
     * @param isFull whether nothing more is put out for it, as too much waits
     * @return why it is to be cut as one that takes nothing, or null
     */
    String stalled(long nowSteadyMs, boolean isFull, PeerChannel peer) {
        if (wasAway || peer.sentBytes() != sentAtProgress || peer.pending() == 0) {
            sentAtProgress = peer.sentBytes();
            lastProgressSteadyMs = nowSteadyMs;
        }
        long stalledMs = nowSteadyMs - lastProgressSteadyMs;
        return isFull && stalledMs >= STALL_MS
                ? "it took nothing for " + stalledMs + " ms while " + peer.pending() + " bytes were waiting"
                : null;
    }

    /** Why the session is to be closed now, as nothing comes, or null. */
    String silent(long nowSteadyMs, boolean isAttached, long mostMs) {
        long silentMs = nowSteadyMs - lastHeardSteadyMs;
        long elapsedMs = nowSteadyMs - acceptedSteadyMs;
        if (wasAway) {
            return null;
        }
        if (isAttached) {
            return silentMs >= mostMs ? "nothing was heard from it for " + silentMs + " ms" : null;
        }
        return elapsedMs >= HANDSHAKE_MS
                ? "handshake timeout: it did not say which replica it is within " + elapsedMs + " ms"
                : null;
    }
}

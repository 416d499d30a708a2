package io.tailrace.node.replication;

import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.services.LagWindow;

/**
 * How far a replica's link has come and how far behind it is. Owned by the shard's reactor thread.
 *
 * <p>A record's lag ends when the batch that it came in is applied, not when the cycle began that took it; so the clock is
 * read again then, once for up to {@value #BATCH} records.
 */
final class LinkProgress {
    private static final int BATCH = 256;

    private final CycleClock clock;
    private final OwnAbsence absence;
    private final LagWindow lag = new LagWindow();
    private final long[] batch = new long[BATCH];
    private int batched;
    private long lastCommitMicros;
    private long lagMicros;
    private long lastHeardSteadyMs = -1;
    private long downSinceSteadyMs;
    private long primaryRecordCount;

    LinkProgress(CycleClock clock) {
        this.clock = clock;
        absence = new OwnAbsence(clock.steadyMs());
        downSinceSteadyMs = clock.steadyMs();
    }

    void heard(long nowSteadyMs) {
        lastHeardSteadyMs = nowSteadyMs;
    }

    /** Once a second: whether silence is this node's own. */
    boolean wasAway() {
        return absence.wasAway(clock.steadyMs());
    }

    /** A record was applied; {@link #endOfBatch} says when. */
    void applied(long commitMicros) {
        lastCommitMicros = commitMicros;
        batch[batched++] = commitMicros;
        if (batched == BATCH) {
            endOfBatch();
        }
    }

    /** What was applied since the last call counts as applied now. */
    void endOfBatch() {
        if (batched == 0) {
            return;
        }
        long nowMicros = clock.freshMicros();
        for (int i = 0; i < batched; i++) {
            lag.note(nowMicros - batch[i], clock.steadyMs());
        }
        lagMicros = Math.max(0, nowMicros - lastCommitMicros);
        batched = 0;
    }

    void primaryIsAt(long recordCount) {
        primaryRecordCount = recordCount;
    }

    void down(long nowSteadyMs) {
        endOfBatch();
        downSinceSteadyMs = nowSteadyMs;
    }

    /** Commit time of the record applied last, epoch microseconds, or 0. */
    long lastCommitMicros() {
        return lastCommitMicros;
    }

    /** From its commit to its being applied here. */
    long lagMicros() {
        return lagMicros;
    }

    LagWindow.Summary lag(long nowSteadyMs) {
        return lag.summary(nowSteadyMs);
    }

    /** When the primary was last heard, by the steady clock, or -1. */
    long lastHeardSteadyMs() {
        return lastHeardSteadyMs;
    }

    /** How long ago that was, or -1. */
    long silentMs(long nowSteadyMs) {
        return lastHeardSteadyMs < 0 ? -1 : Math.max(0, nowSteadyMs - lastHeardSteadyMs);
    }

    long downMs(long nowSteadyMs) {
        return Math.max(1, nowSteadyMs - downSinceSteadyMs);
    }

    /** How many records the primary has, as it last said. */
    long primaryRecordCount() {
        return primaryRecordCount;
    }
}

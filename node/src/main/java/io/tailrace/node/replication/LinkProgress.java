package io.tailrace.node.replication;

import io.tailrace.node.metrics.LagWindow;

/** How far a replica's link has come and how far behind it is. Owned by the shard's reactor thread. */
final class LinkProgress {
    private final LagWindow lag = new LagWindow();
    private long lastCommitMicros;
    private long lagMicros;
    private long lastHeardMillis = -1;
    private long downSinceMillis;
    private long primaryDense;

    LinkProgress(long nowMillis) {
        downSinceMillis = nowMillis;
    }

    void heard(long nowMillis) {
        lastHeardMillis = nowMillis;
    }

    void applied(long commitMicros, long nowMicros) {
        lastCommitMicros = commitMicros;
        lagMicros = Math.max(0, nowMicros - commitMicros);
        lag.note(lagMicros, nowMicros / 1_000);
    }

    void primaryIsAt(long dense) {
        primaryDense = dense;
    }

    void down(long nowMillis) {
        downSinceMillis = nowMillis;
    }

    /** Commit time of the record applied last, epoch microseconds, or 0. */
    long lastCommitMicros() {
        return lastCommitMicros;
    }

    /** From its commit to its being applied here. */
    long lagMicros() {
        return lagMicros;
    }

    LagWindow.Summary lag(long nowMillis) {
        return lag.summary(nowMillis);
    }

    /** When the primary was last heard, epoch milliseconds, or -1. */
    long lastHeardMillis() {
        return lastHeardMillis;
    }

    /** How long ago that was, or -1. */
    long silentMillis(long nowMillis) {
        return lastHeardMillis < 0 ? -1 : Math.max(0, nowMillis - lastHeardMillis);
    }

    long downMillis(long nowMillis) {
        return Math.max(1, nowMillis - downSinceMillis);
    }

    /** How many records the primary has, as it last said. */
    long primaryDense() {
        return primaryDense;
    }
}

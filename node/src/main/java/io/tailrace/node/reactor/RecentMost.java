package io.tailrace.node.reactor;

/** The most that was seen of something in the last seconds, as Redis keeps it: a value for each of the last eight. For one thread. */
final class RecentMost {
    private static final int SECONDS = 8;

    private final long[] most = new long[SECONDS];
    private int now;

    /** A second is over: the oldest is forgotten. */
    void nextSecond() {
        now = (now + 1) % SECONDS;
        most[now] = 0;
    }

    void see(long value) {
        most[now] = Math.max(most[now], value);
    }

    long value() {
        long value = 0;
        for (long each : most) {
            value = Math.max(value, each);
        }
        return value;
    }
}

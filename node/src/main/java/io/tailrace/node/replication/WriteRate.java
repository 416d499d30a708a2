package io.tailrace.node.replication;

/** How fast a count of bytes grows, averaged over about the last {@value #SECONDS} seconds. Owned by one thread. */
final class WriteRate {
    private static final double SECONDS = 10;
    private static final double MICROS_PER_SECOND = 1e6;
    /** Less than a byte a second is what is left of an average when nothing is written any more. */
    private static final double NOTHING = 1;

    private long lastBytes = -1;
    private long lastMicros;
    private double weighted;
    private double weight;

    /** The count stands at {@code bytes} now; one that fell starts over. */
    void note(long bytes, long nowMicros) {
        double seconds = (nowMicros - lastMicros) / MICROS_PER_SECOND;
        if (lastBytes >= 0 && seconds > 0 && bytes >= lastBytes) {
            double kept = Math.exp(-seconds / SECONDS);
            weighted = weighted * kept + (bytes - lastBytes) / seconds * (1 - kept);
            weight = weight * kept + 1 - kept;
        }
        lastBytes = bytes;
        lastMicros = nowMicros;
    }

    /** 0 when nothing is written. */
    double bytesPerSecond() {
        double rate = weight == 0 ? 0 : weighted / weight;
        return rate < NOTHING ? 0 : rate;
    }
}

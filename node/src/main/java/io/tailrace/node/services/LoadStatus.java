package io.tailrace.node.services;

import java.util.Locale;

/**
 * How far the data of all shards has been loaded at a start. Immutable.
 *
 * @param startEpochMs when it began, epoch milliseconds
 * @param totalBytes of snapshots and of the log after them, as far as that is known
 * @param loadedBytes of these
 */
public record LoadStatus(long startEpochMs, long totalBytes, long loadedBytes) {
    /** As Redis writes it: two digits after the point. */
    public String percent() {
        return String.format(Locale.ROOT, "%.2f", totalBytes == 0 ? 0 : 100.0 * loadedBytes / totalBytes);
    }

    /** Seconds that the rest takes if it continues as before; 1 in the first second, as in Redis. */
    public long secondsLeft(long nowEpochMs) {
        long seconds = (nowEpochMs - startEpochMs) / 1_000;
        return seconds <= 0 ? 1 : seconds * Math.max(1, totalBytes - loadedBytes) / (loadedBytes + 1);
    }

    /** In words. */
    public String text(long nowEpochMs) {
        return percent() + " % of " + totalBytes + " bytes loaded, about " + secondsLeft(nowEpochMs) + " s left";
    }
}

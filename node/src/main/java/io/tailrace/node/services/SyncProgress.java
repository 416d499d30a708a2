package io.tailrace.node.services;

import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * How far a full sync has come, on either side.
 *
 * @param bytes of the snapshot's file that were sent or received, those of an attempt that broke off included
 * @param totalBytes how long the file will be: an estimate while it is being written, never less than {@code bytes}
 * @param elapsedMs since it began or was resumed
 */
public record SyncProgress(long bytes, long totalBytes, long elapsedMs) {
    public SyncProgress {
        totalBytes = Math.max(bytes, totalBytes);
    }

    /** That of a node, from those of its shards; null for none. */
    public static SyncProgress join(Stream<SyncProgress> shards) {
        return shards.filter(Objects::nonNull)
                .reduce((a, b) -> new SyncProgress(
                        a.bytes + b.bytes, a.totalBytes + b.totalBytes, Math.max(a.elapsedMs, b.elapsedMs)))
                .orElse(null);
    }

    /** As Redis writes it: two digits after the point. */
    public String percent() {
        double percent = totalBytes == 0 ? 0 : 100.0 * bytes / totalBytes;
        return String.format(Locale.ROOT, "%.2f", percent);
    }
}

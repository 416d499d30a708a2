package io.tailrace.tools.size;

import io.tailrace.node.store.Store;
import io.tailrace.node.store.StoreSizing;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.RecordLayout;

/**
 * What a node needs for keys of one kind.
 *
 * <pre>
 *  memory of a key      its chunks in the map, asked of a map that is made for such keys, and what lies beside it
 *  process              90 MB + {@value #MAP_FACTOR} x what is in the map + {@value #BESIDE_FACTOR} x what is beside it; while a store that was
 *                       not sized grows, the map once more
 *  log of a write       the request's effect in RESP + header + 4 bytes of the queue
 *  snapshot of a key    28 bytes + key + value
 *  disk                 log for the time that a replica may be away + two snapshots and the one that is being written
 * </pre>
 *
 * @param perKey bytes of {@code used_memory}
 * @param memory of all keys
 * @param process what the process has of its own, Java included, without pages of mapped files
 * @param growing the same while the map moves to a larger one
 * @param perWrite bytes of the log
 * @param log that is kept
 * @param snapshot one of them
 * @param disk all of it
 */
public record SizeEstimate(
        double perKey,
        double memory,
        double process,
        double growing,
        double perWrite,
        double log,
        double snapshot,
        double disk) {
    /** Segments of a map differ in how full they are, so that all of them have room to spare. */
    static final double MAP_FACTOR = 1.3;

    static final double BESIDE_FACTOR = 1.1;
    static final double BASE = 90e6;

    private static final int OUTSIDE = 40;
    private static final int REFERENCE = 16;
    private static final int INLINE = 16 << 10;
    private static final int SNAPSHOT_ENTRY = 28;
    private static final int QUEUE_HEADER = 4;
    private static final int SNAPSHOTS = 3;
    private static final long MIN_LOG = 1L << 30;
    private static final int MAX_SIZED = 1_000_000;

    /**
     * What is asked.
     *
     * @param elements of a key's collection; 1 for strings
     * @param bytes of a string, or of an element
     * @param writesPerSecond one element each
     * @param awaySeconds how long a replica may be cut off
     */
    public record Question(
            long entries,
            int keyBytes,
            ValueKind kind,
            long elements,
            long bytes,
            long writesPerSecond,
            long awaySeconds) {}

    public static SizeEstimate of(Question asked) {
        boolean isString = asked.kind() == ValueKind.STRING;
        boolean isOutside = isString && asked.bytes() + asked.keyBytes() > INLINE;
        double inMap = chunks(asked, isString && !isOutside ? (int) asked.bytes() : REFERENCE);
        double beside = isOutside ? asked.bytes() + OUTSIDE : 0;
        if (!isString) {
            beside = asked.kind().memory(asked.elements(), asked.bytes());
        }
        double maps = MAP_FACTOR * asked.entries() * inMap;
        double process = BASE + maps + BESIDE_FACTOR * asked.entries() * beside;
        double perWrite = RecordLayout.HEADER_LENGTH + QUEUE_HEADER + payload(asked);
        double log = Math.max(MIN_LOG, perWrite * asked.writesPerSecond() * asked.awaySeconds());
        double snapshot = asked.entries()
                * (SNAPSHOT_ENTRY
                        + asked.keyBytes()
                        + (isString ? asked.bytes() : asked.kind().snapshot(asked.elements(), asked.bytes())));
        return new SizeEstimate(
                inMap + beside,
                asked.entries() * (inMap + beside),
                process,
                process + maps,
                perWrite,
                log,
                snapshot,
                log + SNAPSHOTS * snapshot);
    }

    private static long payload(Question asked) {
        if (asked.kind() == ValueKind.STRING) {
            return Resp.ARRAY + Resp.bulk("SET".length()) + Resp.bulk(asked.keyBytes()) + Resp.bulk(asked.bytes());
        }
        return asked.kind().loggedHead(asked.keyBytes()) + asked.kind().logged(asked.bytes());
    }

    /** What the map itself counts for a key with such a value. */
    private static long chunks(Question asked, int valueBytes) {
        int sized = (int) Math.min(MAX_SIZED, asked.entries());
        try (Store store = new Store(new StoreSizing(sized, asked.keyBytes(), valueBytes));
                NativeBuffer bytes = new NativeBuffer(Math.max(asked.keyBytes(), valueBytes) + 1)) {
            store.put(bytes.address(), asked.keyBytes(), bytes.address(), valueBytes, 0);
            return store.usedBytes();
        }
    }
}

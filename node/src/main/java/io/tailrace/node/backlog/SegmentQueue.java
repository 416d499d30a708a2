package io.tailrace.node.backlog;

import java.nio.file.Path;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;

/** How a log has its Chronicle Queue opened. */
final class SegmentQueue {
    private static final long LOCK_TIMEOUT_MS = 300;
    private static final long BLOCK_UNIT = 1 << 20;
    private static final long MIN_BLOCK = 64 << 20;

    private SegmentQueue() {}

    /** Opens or creates the queue of a directory, whose clock tells the segment that is written to. */
    static SingleChronicleQueue open(Path directory, long maxRecordBytes, SegmentClock clock, RollFaults faults) {
        SingleChronicleQueueBuilder builder = SingleChronicleQueueBuilder.binary(directory.toFile());
        return builder.pauserSupplier(faults.watching(builder.pauserSupplier()))
                .rollCycle(SegmentCycle.INSTANCE)
                .timeProvider(clock)
                .blockSize((int) blockSize(maxRecordBytes))
                .timeoutMS(LOCK_TIMEOUT_MS)
                .forceDirectoryListingRefreshIntervalMs(Long.MAX_VALUE)
                .build();
    }

    /** A record may be a quarter of the queue's block. */
    private static long blockSize(long maxRecordBytes) {
        long block = 4 * maxRecordBytes;
        return Math.max(MIN_BLOCK, (block + BLOCK_UNIT - 1) / BLOCK_UNIT * BLOCK_UNIT);
    }
}

package io.tailrace.node.backlog;

import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.MachineClock;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A backlog's settings.
 *
 * @param segmentBytes at which a segment is full
 * @param budgetBytes above which the oldest segments are deleted
 * @param maxRecordBytes the longest record; sets the queue's block size, which is four times that
 * @param diskThread makes the thread that does the slow work; the backlog shuts it down
 * @param sync writes a file to the disk
 * @param steadyMicros microseconds that never jump, for how long the disk takes
 */
public record BacklogSettings(
        long segmentBytes,
        long budgetBytes,
        int maxRecordBytes,
        Supplier<ScheduledExecutorService> diskThread,
        DiskSync sync,
        LongSupplier steadyMicros) {
    /** With the machine's disk and clock. */
    public BacklogSettings(
            long segmentBytes, long budgetBytes, int maxRecordBytes, Supplier<ScheduledExecutorService> diskThread) {
        this(segmentBytes, budgetBytes, maxRecordBytes, diskThread, DiskSync.REAL);
    }

    public BacklogSettings(
            long segmentBytes,
            long budgetBytes,
            int maxRecordBytes,
            Supplier<ScheduledExecutorService> diskThread,
            DiskSync sync) {
        this(segmentBytes, budgetBytes, maxRecordBytes, diskThread, sync, MachineClock::steadyMicros);
    }

    /** The same, with a disk thread of this name. */
    public BacklogSettings(long segmentBytes, long budgetBytes, int maxRecordBytes, String diskThreadName) {
        this(segmentBytes, budgetBytes, maxRecordBytes, () -> Background.THREADS.executor(diskThreadName));
    }
}

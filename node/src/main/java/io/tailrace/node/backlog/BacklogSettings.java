package io.tailrace.node.backlog;

import io.tailrace.node.platform.Background;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/**
 * What a backlog is told at its opening.
 *
 * @param segmentBytes a segment is full when it holds so many bytes
 * @param budgetBytes the oldest segments go while all together hold more
 * @param maxRecordBytes the longest record; sets the queue's block size, which is four times that
 * @param diskThread makes the thread that does the slow work; the backlog shuts it down
 * @param force how a file is forced to the disk
 */
public record BacklogSettings(
        long segmentBytes,
        long budgetBytes,
        int maxRecordBytes,
        Supplier<ScheduledExecutorService> diskThread,
        DiskForce force) {
    public BacklogSettings(
            long segmentBytes, long budgetBytes, int maxRecordBytes, Supplier<ScheduledExecutorService> diskThread) {
        this(segmentBytes, budgetBytes, maxRecordBytes, diskThread, DiskForce.REAL);
    }

    public BacklogSettings(long segmentBytes, long budgetBytes, int maxRecordBytes, String diskThreadName) {
        this(segmentBytes, budgetBytes, maxRecordBytes, () -> Background.THREADS.executor(diskThreadName));
    }
}

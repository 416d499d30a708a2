package io.tailrace.node.backlog;

import io.tailrace.node.platform.FileFailure;
import io.tailrace.snapshot.fault.FaultPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backlog's disk thread: prepares the next segment, shrinks and deletes old ones, and syncs ({@link LogSync}), so that the
 * reactor thread meets neither a slow nor a full disk. Its methods may be called from any thread.
 */
final class BacklogDiskWorker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BacklogDiskWorker.class);
    private static final long RETRY_MS = 1_000;
    private static final long CLOSE_SECONDS = 10;

    private final SegmentFiles files;
    private final long segmentBytes;
    private final ScheduledExecutorService disk;
    private volatile int prepared = -1;
    private volatile String failure;
    private volatile boolean isRetrying;
    /** The disk thread's: what {@link #failure} is about, and whether it will be tried again. */
    private int refused = -1;

    private boolean isRetryDue;

    /** @param disk the thread, which this shuts down; what was to come later is dropped then */
    BacklogDiskWorker(SegmentFiles files, long segmentBytes, ScheduledExecutorService disk) {
        this.files = files;
        this.segmentBytes = segmentBytes;
        this.disk = disk;
    }

    /** Prepares a segment's file; tries again each second while the disk refuses. */
    void prepare(int segment) {
        disk.execute(() -> tryPrepare(segment));
    }

    private void tryPrepare(int segment) {
        if (Files.exists(files.path(segment))) {
            return;
        }
        if (Files.exists(files.preparedPath(segment))) {
            failure = null;
            return;
        }
        try {
            if (files.prepare(segment, segmentBytes)) {
                prepared = segment;
            }
            if (failure != null) {
                LOG.info("log segments can be allocated again: {}", files.directory());
            }
            failure = null;
        } catch (IOException e) {
            if (failure == null) {
                LOG.error(
                        "can't reserve {} bytes for the next log segment in {}: {}",
                        segmentBytes,
                        files.directory(),
                        e.getMessage());
            }
            failure = e.getMessage();
            refused = segment;
            if (!disk.isShutdown() && !isRetryDue) {
                isRetryDue = true;
                disk.schedule(this::retryNow, RETRY_MS, TimeUnit.MILLISECONDS);
            }
        }
    }

    /**
     * Sees to it that there is a file for a segment, the prepared one or a small one; nothing is noted when the disk has no room.
     *
     * @param answer hears on the disk thread why there is none, or null
     */
    void provide(int segment, long bytes, Consumer<String> answer) {
        disk.execute(() -> {
            String refusal = null;
            try {
                files.prepare(segment, bytes);
            } catch (IOException e) {
                refusal = String.valueOf(e.getMessage());
            }
            answer.accept(refusal);
        });
    }

    /** There is no room for a segment that is not prepared yet; {@link #failure} is that until the disk takes it. */
    void refuse(int segment, String reason) {
        failure = reason;
        prepare(segment);
    }

    /** Tries again, after the deletions that were asked for, what the disk has refused. */
    void retry() {
        isRetrying = true;
        disk.execute(() -> {
            tryRefused();
            isRetrying = false;
        });
    }

    /** Whether the disk thread has not come to the last {@link #retry} yet. */
    boolean isRetrying() {
        return isRetrying;
    }

    private void retryNow() {
        isRetryDue = false;
        tryRefused();
    }

    private void tryRefused() {
        if (failure != null) {
            tryPrepare(refused);
        }
    }

    /** Does something on the disk thread, after what it was asked before. */
    void run(Runnable task) {
        disk.execute(task);
    }

    boolean isPrepared(int segment) {
        return prepared == segment;
    }

    long reservedBytes() {
        return segmentBytes;
    }

    /** Why the disk refused to take the next segment, or null. */
    String failure() {
        return failure;
    }

    /**
     * A segment was opened after another: prepares the next one, and gives back the space after the last record of the one that was closed,
     * once it is on the disk.
     */
    void rolled(int opened, SegmentInfo closed, long lastIndex, LogSync sync) {
        int segment = closed.segment();
        long usedBytes = closed.bytes();
        disk.execute(() -> {
            tryPrepare(opened + 1);
            if (tryShrink(segment, usedBytes, lastIndex, sync)) {
                FaultPoint.SEGMENT_SHRUNK.hit();
            }
        });
    }

    /** Gives back that space of a segment that another process has closed: it may have been killed before it came to that. */
    void retireFound(int segment, long usedBytes, long lastIndex, LogSync sync) {
        disk.execute(() -> tryShrink(segment, usedBytes, lastIndex, sync));
    }

    private boolean tryShrink(int segment, long usedBytes, long lastIndex, LogSync sync) {
        if (!sync.trySyncClosed(lastIndex)) {
            return false;
        }
        try {
            files.shrink(segment, usedBytes);
            return true;
        } catch (IOException e) {
            LOG.error("can't shrink {}: {}", files.path(segment), FileFailure.of(e));
            return false;
        }
    }

    void delete(int segment) {
        disk.execute(() -> {
            try {
                files.delete(segment);
                FaultPoint.SEGMENT_DELETED.hit();
            } catch (IOException e) {
                LOG.error("can't delete {}: {}", files.path(segment), FileFailure.of(e));
            }
        });
    }

    /** Waits until what was asked of the disk thread so far is done. */
    void await(long timeoutMs) throws InterruptedException {
        try {
            disk.submit(() -> {}).get(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("the disk is slow", e);
        }
    }

    @Override
    public void close() {
        disk.shutdown();
        try {
            if (!disk.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.error("the disk thread of {} is stuck", files.directory());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

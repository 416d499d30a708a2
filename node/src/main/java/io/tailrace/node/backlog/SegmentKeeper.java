package io.tailrace.node.backlog;

import io.tailrace.node.platform.FileFailure;
import io.tailrace.wire.fault.FaultPoint;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backlog's disk thread: prepares the next segment, forces written records to the disk, trims and deletes old
 * segments, so that the reactor thread meets neither a slow nor a full disk. Its methods may be called from any thread.
 */
final class SegmentKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentKeeper.class);
    private static final long RETRY_MS = 1_000;

    private final SegmentFiles files;
    private final long segmentBytes;
    private final ScheduledExecutorService disk;
    private volatile int prepared = -1;
    private volatile String failure;
    private volatile boolean isRetrying;
    private volatile long durableIndex = -1;
    /** Added to by the reactor thread, which must not wait for a force that is under way. */
    private final Queue<Integer> unforced = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean isForceAsked = new AtomicBoolean();
    /** The disk thread's: what {@link #failure} is about, and whether it will be tried again. */
    private int refused = -1;

    private boolean isRetryDue;

    private FileChannel channel;
    private int channelSegment = -1;
    private final ForcedMark mark;

    private final ForceWatch watch;
    private volatile Runnable afterForce = () -> {};
    private long failedIndex = -1;
    private boolean isForceRetryDue;

    /** @param disk the thread, which this shuts down; what was to come later is dropped then */
    SegmentKeeper(SegmentFiles files, long segmentBytes, ScheduledExecutorService disk, DiskForce force)
            throws IOException {
        watch = new ForceWatch(files.directory(), force);
        mark = new ForcedMark(files.directory());
        this.files = files;
        this.segmentBytes = segmentBytes;
        this.disk = disk;
    }

    /** Takes segments that another process has written, up to a record: it may have ended before it forced them. */
    void adopt(List<Integer> segments, long lastIndex) {
        unforced.addAll(segments);
        disk.execute(() -> {
            try {
                forceClosed(lastIndex);
            } catch (BacklogException e) {
                LOG.debug("the segments found are tried again", e);
            }
        });
    }

    /** Forces new records once a second; tries again when the disk refuses. Runs {@code afterwards} when there were some. */
    void forceEverySecond(LongSupplier lastIndex, java.util.function.BooleanSupplier isWanted, Runnable afterwards) {
        afterForce = afterwards;
        disk.scheduleWithFixedDelay(
                () -> {
                    long before = durableIndex;
                    if (isWanted.getAsBoolean()) {
                        tryForce(lastIndex.getAsLong());
                    }
                    if (durableIndex != before) {
                        afterwards.run();
                    }
                },
                1,
                1,
                TimeUnit.SECONDS);
    }

    /** Forces, as soon as the disk thread comes to it, all that is written by then; once for many who ask meanwhile. */
    void forceSoon(LongSupplier lastIndex, Runnable afterwards) {
        if (isForceAsked.compareAndSet(false, true)) {
            disk.execute(() -> {
                isForceAsked.set(false);
                tryForce(lastIndex.getAsLong());
                afterwards.run();
            });
        }
    }

    /** Whether it could; an exception would end the schedule without a word. */
    boolean tryForce(long index) {
        try {
            force(index);
            return true;
        } catch (BacklogException e) {
            LOG.debug("it was said when it began to fail", e);
            return false;
        }
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
                LOG.info("the disk takes log segments again: {}", files.directory());
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
     * Finishes a segment that gets no more records: forces it, and gives back the space behind its last record.
     *
     * @param lastIndex of that record
     */
    void retire(int segment, long usedBytes, long lastIndex) {
        unforced.add(segment);
        disk.execute(() -> {
            try {
                forceClosed(lastIndex);
                files.trim(segment, usedBytes);
                FaultPoint.SEGMENT_TRIMMED.hit();
            } catch (BacklogException e) {
                LOG.debug("it keeps its zeroes", e);
            } catch (IOException e) {
                LOG.error("can't finish {}: {}", files.path(segment), FileFailure.of(e));
            }
        });
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

    /**
     * Forces every record up to {@code index} to the disk, in the calling thread. What the disk has failed to take once is
     * written to it again first: see {@link SuspectSegments}.
     */
    synchronized void force(long index) {
        long upTo = Math.max(index, failedIndex);
        boolean isSuspect = watch.failure() != null;
        if (upTo <= durableIndex && !isSuspect) {
            return;
        }
        try {
            if (isSuspect) {
                rewrite(upTo);
            }
            forceRetired();
            forceFile((int) (upTo >>> 32));
            durable(upTo);
            failedIndex = -1;
            if (watch.succeeded()) {
                afterForce.run();
            }
        } catch (ClosedChannelException e) {
            LOG.debug("closed while forcing", e);
        } catch (IOException e) {
            throw failed(upTo, e);
        }
    }

    private void rewrite(long upTo) throws IOException {
        TreeSet<Integer> segments = new TreeSet<>(unforced);
        segments.removeIf(segment -> !Files.exists(files.path(segment)));
        segments.add((int) (upTo >>> 32));
        SuspectSegments.rewrite(files, segments, upTo);
    }

    /** Forces segments that get no more records. */
    private synchronized void forceClosed(long lastIndex) {
        if (watch.failure() != null) {
            force(lastIndex);
            return;
        }
        try {
            forceRetired();
            durable(lastIndex);
        } catch (IOException e) {
            throw failed(lastIndex, e);
        }
    }

    private BacklogException failed(long index, IOException e) {
        failedIndex = Math.max(index, failedIndex);
        watch.failed(e);
        try {
            closeChannel();
        } catch (IOException closing) {
            LOG.debug("closing", closing);
        }
        if (!disk.isShutdown() && !isForceRetryDue) {
            isForceRetryDue = true;
            disk.schedule(this::forceAgain, RETRY_MS, TimeUnit.MILLISECONDS);
        }
        return new BacklogException("can't force " + files.path((int) (index >>> 32)) + " to disk", e);
    }

    private synchronized void forceAgain() {
        isForceRetryDue = false;
        if (watch.failure() != null) {
            tryForce(failedIndex);
        }
    }

    /** Why the disk has failed to take what was forced, until it has taken that; else null. */
    String forceFailure() {
        return watch.failure();
    }

    /** How the disk does with what it is forced to take. */
    LogDisk disk() {
        return watch.state();
    }

    private synchronized void forceRetired() throws IOException {
        for (Integer segment = unforced.peek(); segment != null; segment = unforced.peek()) {
            if (Files.exists(files.path(segment))) {
                forceFile(segment);
            }
            unforced.remove();
        }
    }

    private synchronized void forceFile(int segment) throws IOException {
        watch.begin();
        try {
            if (segment != channelSegment) {
                closeChannel();
                channel = FileChannel.open(files.path(segment), StandardOpenOption.WRITE);
                channelSegment = segment;
                files.forceDirectory();
            }
            watch.force(channel);
        } finally {
            watch.end();
        }
    }

    /** Remembers that everything up to a record is on the disk, also for the next start. */
    private synchronized void durable(long index) {
        if (index <= durableIndex) {
            return;
        }
        durableIndex = index;
        try {
            mark.raise(index);
        } catch (IOException e) {
            // an older mark promises less, so a start after a power loss is more lenient, not wrong
            LOG.debug("can't note in {} what was forced", files.directory(), e);
        }
    }

    private void closeChannel() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
            channelSegment = -1;
        }
    }

    /** The last index known to be on the disk, or -1. */
    long durableIndex() {
        return durableIndex;
    }

    /** Waits until what was asked of the disk thread so far is done. */
    void await(long timeoutMs) throws InterruptedException {
        try {
            disk.submit(() -> {}).get(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            LOG.debug("the disk is slow", e);
        }
    }

    @Override
    public void close() {
        disk.shutdown();
        try {
            if (!disk.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.error("the disk thread of {} is stuck", files.directory());
            }
            synchronized (this) {
                closeChannel();
                mark.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.debug("closing", e);
        }
    }
}

package io.tailrace.node.backlog;

import io.tailrace.wire.record.QueueIndex;
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
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a log is on the disk, and what brings it there. Any thread may call; a sync in the calling thread waits for one that is
 * under way in another.
 *
 * <pre>
 *  records    0 ...... durable ............ failed ............ last
 *  on the disk  surely        |  perhaps: until the disk has taken everything up to "failed", writes are refused
 * </pre>
 *
 * <p>A sync covers every segment closed since the last one, and then the segment of the record it is for. What the disk has failed
 * to take once is written to it again first: see {@link SuspectSegments}.
 */
public final class LogSync implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogSync.class);
    private static final long RETRY_MS = 1_000;
    private static final long PERIOD_MICROS = 1_000_000;

    private final SegmentFiles files;
    private final ScheduledExecutorService disk;
    private final LongSupplier lastIndex;
    private final SyncWatch watch;
    private final DurableMark mark;
    /** Closed segments; added to by the reactor thread, which must not wait for a sync that is under way. */
    private final Queue<Integer> unsynced = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean isAsked = new AtomicBoolean();
    private volatile long durableIndex = QueueIndex.NONE;
    private volatile Runnable afterwards = () -> {};
    private volatile BooleanSupplier isWanted = () -> false;
    private long failedIndex = QueueIndex.NONE;
    private boolean isRetryDue;
    private boolean isClosed;
    private FileChannel channel;
    private int channelSegment = -1;

    /**
     * @param disk the backlog's thread
     * @param lastIndex the newest record appended; any thread
     */
    LogSync(SegmentFiles files, ScheduledExecutorService disk, BacklogSettings settings, LongSupplier lastIndex)
            throws IOException {
        this.files = files;
        this.disk = disk;
        this.lastIndex = lastIndex;
        watch = new SyncWatch(files.directory(), settings);
        mark = new DurableMark(files.directory());
    }

    /** Takes segments that another process has written: it may have ended before it synced them. */
    void adopt(List<Integer> segments) {
        long last = lastIndex.getAsLong();
        unsynced.addAll(segments);
        disk.execute(() -> trySyncClosed(last));
    }

    /** A segment has got its last record. The reactor's thread, before {@code lastIndex} is one of a later segment. */
    void closed(int segment) {
        unsynced.add(segment);
    }

    /**
     * Syncs new records once a second from now on, whenever {@code isWanted}.
     *
     * @param afterwards runs, on the disk thread, when {@link #durableIndex} has moved
     */
    public void everySecond(BooleanSupplier isWanted, Runnable afterwards) {
        this.afterwards = afterwards;
        this.isWanted = isWanted;
        watch.dueIn(PERIOD_MICROS);
        disk.scheduleWithFixedDelay(this::syncOfTheSecond, PERIOD_MICROS, PERIOD_MICROS, TimeUnit.MICROSECONDS);
    }

    private void syncOfTheSecond() {
        long before = durableIndex;
        watch.begins(isNeeded());
        if (isWanted.getAsBoolean()) {
            trySync(lastIndex.getAsLong());
        }
        watch.dueIn(PERIOD_MICROS);
        if (durableIndex != before) {
            afterwards.run();
        }
    }

    /** Whether the sync of each second has something to do. */
    private boolean isNeeded() {
        return isWanted.getAsBoolean() && lastIndex.getAsLong() > durableIndex;
    }

    /**
     * Syncs, as soon as the disk thread comes to it, all that is appended by then; once for all that ask meanwhile.
     *
     * @param afterwards runs there, whether that was done or failed
     */
    public void soon(Runnable afterwards) {
        if (isAsked.compareAndSet(false, true)) {
            disk.execute(() -> {
                isAsked.set(false);
                trySync(lastIndex.getAsLong());
                afterwards.run();
            });
        }
    }

    /** Syncs everything appended so far, in the calling thread. */
    public void now() {
        upTo(lastIndex.getAsLong());
    }

    /** The same, without an exception: false when the disk fails, or did and has not taken all of it yet. */
    public boolean tryNow() {
        long last = lastIndex.getAsLong();
        return last == QueueIndex.NONE || watch.failure() == null && trySync(last);
    }

    /** Whether it could; an exception would end the schedule without a word. */
    private boolean trySync(long index) {
        try {
            upTo(index);
            return true;
        } catch (BacklogException e) {
            LOG.debug("it was logged when it began to fail", e);
            return false;
        }
    }

    /** Syncs every record up to {@code index}, which was appended, in the calling thread. */
    public synchronized void upTo(long index) {
        long target = Math.max(index, failedIndex);
        boolean isSuspect = watch.failure() != null;
        if (isClosed || target <= durableIndex && !isSuspect) {
            return;
        }
        try {
            if (isSuspect) {
                rewrite(target);
            }
            syncClosed();
            syncFile(QueueIndex.segment(target));
            failedIndex = QueueIndex.NONE;
            // before what was held for it is answered: whoever has that answer may write again
            boolean hadFailed = watch.succeeded();
            durable(target);
            if (hadFailed) {
                afterwards.run();
            }
        } catch (ClosedChannelException e) {
            LOG.debug("closed while syncing", e);
        } catch (IOException e) {
            throw failed(target, e);
        }
    }

    private void rewrite(long target) throws IOException {
        TreeSet<Integer> segments = new TreeSet<>(unsynced);
        segments.removeIf(segment -> !Files.exists(files.path(segment)));
        segments.add(QueueIndex.segment(target));
        SuspectSegments.rewrite(files, segments, target);
    }

    /** Syncs the segments closed by now; returns whether the disk took them. The disk thread. */
    synchronized boolean trySyncClosed(long lastOfThem) {
        try {
            if (watch.failure() != null) {
                upTo(lastOfThem);
                return true;
            }
            syncClosed();
            durable(lastOfThem);
            return true;
        } catch (BacklogException e) {
            LOG.debug("it is tried again", e);
        } catch (IOException e) {
            LOG.debug("it is tried again", failed(lastOfThem, e));
        }
        return false;
    }

    private BacklogException failed(long index, IOException e) {
        failedIndex = Math.max(index, failedIndex);
        watch.failed(e);
        try {
            closeChannel();
        } catch (IOException closing) {
            LOG.debug("closing", closing);
        }
        if (!disk.isShutdown() && !isRetryDue) {
            isRetryDue = true;
            disk.schedule(this::syncAgain, RETRY_MS, TimeUnit.MILLISECONDS);
        }
        return new BacklogException("can't sync " + files.path(QueueIndex.segment(index)) + " to the disk", e);
    }

    private synchronized void syncAgain() {
        isRetryDue = false;
        if (watch.failure() != null) {
            trySync(failedIndex);
        }
    }

    private void syncClosed() throws IOException {
        for (Integer segment = unsynced.peek(); segment != null; segment = unsynced.peek()) {
            if (Files.exists(files.path(segment))) {
                syncFile(segment);
            }
            unsynced.remove();
        }
    }

    private void syncFile(int segment) throws IOException {
        watch.start();
        try {
            if (segment != channelSegment) {
                closeChannel();
                channel = FileChannel.open(files.path(segment), StandardOpenOption.WRITE);
                channelSegment = segment;
                files.syncDirectory();
            }
            watch.sync(channel);
        } finally {
            watch.end();
        }
    }

    /** Remembers that everything up to a record is on the disk, also for the next start. */
    private void durable(long index) {
        if (index <= durableIndex) {
            return;
        }
        durableIndex = index;
        try {
            mark.raise(index);
        } catch (IOException e) {
            // an older mark promises less, so a start after a power loss is more lenient, not wrong
            LOG.debug("can't note in {} what is durable", files.directory(), e);
        }
    }

    /** Why the disk has failed to take the log, until it has taken all of it; else null. */
    String failure() {
        return watch.failure();
    }

    /** How the disk does with what it is to take. */
    public LogDisk status() {
        return watch.state(isNeeded());
    }

    /** The newest record known to be on the disk, or -1. */
    public long durableIndex() {
        return durableIndex;
    }

    private void closeChannel() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
            channelSegment = -1;
        }
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        try {
            closeChannel();
            mark.close();
        } catch (IOException e) {
            LOG.debug("closing", e);
        }
    }
}

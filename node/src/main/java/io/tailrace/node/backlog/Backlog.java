package io.tailrace.node.backlog;

import io.tailrace.node.platform.FileFailure;
import io.tailrace.wire.record.Chain;
import io.tailrace.wire.record.ChainVerifier;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;

/**
 * One shard's log: every record, in order, in a Chronicle Queue whose index is the replication offset and the same
 * number on every node. Owned and closed by the shard's reactor thread; {@link #lastIndex} may be read by any.
 *
 * <pre>
 *  this              the ends of the log, and {@link #append}
 *  {@link #reader}           reads it ({@link BacklogReaders})
 *  {@link #sync}             how far it is on the disk
 *  {@link #growth}           whether it takes another record
 *  {@link #segments}         which segments it has
 *  {@link #retention}        which of them are deleted
 * </pre>
 *
 * <p>Primary and replica append by the same call, at an index that must be the next one of the segment or the first of a
 * later one; both first and last are kept here and checked by arithmetic before the library is asked, because it answers
 * a taken index with silence and a gap by closing the segment.
 *
 * <p>Each segment opens with a {@link SegmentRecord}.
 */
public final class Backlog implements AutoCloseable {
    private static final long INDEX_ROOM = 1 << 20;

    private final SegmentFiles files;
    private final BacklogDiskWorker worker;
    private final LogSync sync;
    private final SingleChronicleQueue queue;
    private final SegmentAppender appender;
    private final SegmentTable segments;
    private final BacklogReaders readers;
    private final Retention retention;
    private final SegmentRoom room;
    private final LogGrowth growth;
    private final ChainVerifier verifier = new ChainVerifier();
    private BooleanSupplier mayAppend = this::isOwner;
    private Thread owner;
    private long appendedBytes;
    private long lastChain;
    private long lastCommitMicros;
    private volatile long lastIndex = QueueIndex.NONE;

    private final LogParts parts = new LogParts();

    private Backlog(Path directory, BacklogSettings settings, ScheduledExecutorService disk) throws IOException {
        files = new SegmentFiles(directory);
        Files.createDirectories(directory);
        files.repair();
        worker = new BacklogDiskWorker(files, settings.segmentBytes() + INDEX_ROOM, disk);
        sync = new LogSync(files, disk, settings, this::lastIndex);
        room = new SegmentRoom(files, worker);
        segments = new SegmentTable(directory);
        RollFaults faults = new RollFaults();
        SegmentClock clock = new SegmentClock(faults);
        queue = SegmentQueue.open(directory, settings.maxRecordBytes(), clock, faults);
        appender = new SegmentAppender(queue, clock, faults);
        readers = new BacklogReaders(files, segments, queue, this::lastIndex);
        retention = new Retention(segments, readers, worker, settings.budgetBytes());
        growth = new LogGrowth(segments, worker, sync, room, retention, settings);
    }

    /**
     * Opens or creates the queue of a directory, which the caller has locked. Throws {@link BacklogException} when its
     * files are not a backlog, naming the file.
     */
    public static Backlog open(Path directory, BacklogSettings settings) {
        ScheduledExecutorService disk = settings.diskThread().get();
        Backlog backlog = null;
        try {
            backlog = new Backlog(directory, settings, disk);
            backlog.load();
            return backlog;
        } catch (IOException | RuntimeException e) {
            if (backlog != null) {
                backlog.close();
            }
            disk.shutdown();
            throw e instanceof RuntimeException fault
                    ? fault
                    : new BacklogException("can't open the log in " + directory + ": " + FileFailure.of(e), e);
        }
    }

    private void load() throws IOException {
        List<Integer> found = files.segments();
        SegmentLoader.LogEnd end = new SegmentLoader(files, queue, segments).load(found);
        lastIndex = end.index();
        lastChain = end.chain();
        lastCommitMicros = end.commitMicros();
        if (!segments.isEmpty()) {
            room.continued(segments.last().bytes());
            appender.moveTo(segments.last().segment());
        }
        sync.adopt(found);
        for (SegmentInfo info : segments) {
            if (info != segments.last()) {
                worker.retireFound(info.segment(), info.bytes(), lastIndex, sync);
            }
        }
        parts.read(this);
    }

    /**
     * Rolls back the newest segments, whole, so that the log ends with the one before them and can be continued there.
     * Closes this backlog; open it again.
     *
     * @param kept how many of the oldest segments stay
     */
    public void closeAndTruncateTo(int kept) throws IOException {
        List<SegmentInfo> all = segments.copy();
        close();
        if (kept < all.size()) {
            DurableMark.lower(files.directory(), all.get(kept).opening().previousIndex());
        }
        for (int i = all.size() - 1; i >= kept; i--) {
            files.delete(all.get(i).segment());
        }
    }

    /** The segments before this one, to be linked to another log by any thread; they are closed and never change. */
    public SegmentLinks linksBefore(int segment) {
        return new SegmentLinks(
                files,
                segments.copy().stream()
                        .map(SegmentInfo::segment)
                        .filter(closed -> closed < segment)
                        .toList());
    }

    /** Makes an empty backlog continue a chain: the first record will be one that follows others, known by a snapshot. */
    public void continueChain(long chainBefore) {
        if (!isEmpty()) {
            throw new BacklogException(this + " is not empty");
        }
        lastChain = chainBefore;
    }

    public boolean isEmpty() {
        return lastIndex == QueueIndex.NONE;
    }

    /** The index of the newest record, or -1. Any thread. */
    public long lastIndex() {
        return lastIndex;
    }

    /**
     * The index of the newest record that is not an opening of a segment, or -1: openings without a write after them may be removed again,
     * and a log of nothing else is blank. By the owner.
     */
    public long newestWrite() {
        long newest = lastIndex;
        if (QueueIndex.sequence(newest) == 0) {
            List<SegmentInfo> all = segments.copy();
            for (int i = all.size() - 1; i >= 0 && QueueIndex.sequence(newest) == 0; i--) {
                newest = all.get(i).opening().previousIndex();
            }
        }
        return newest;
    }

    /** The chain value of the newest record, 0 when there is none. */
    public long lastChain() {
        return lastChain;
    }

    /** The commit time of a record that is appended at this time: it never goes back, though the machine's clock may. */
    public long commitMicros(long nowMicros) {
        return Math.max(nowMicros, lastCommitMicros);
    }

    /** Tells whether a record is the next one; for one at a time, before anything else is appended. */
    public ChainVerifier verifier() {
        long known = isEmpty() ? -1 : recordCount();
        return verifier.startAfter(lastIndex, lastChain, lastCommitMicros, known, newestOpening());
    }

    /** The index of the oldest record, or -1. */
    public long firstIndex() {
        return segments.firstIndex();
    }

    /** How many records the history holds up to the newest, deleted ones included: the offset that has no holes. */
    public long recordCount() {
        return isEmpty() ? 0 : segments.recordCount(lastIndex);
    }

    /** Whether the record is held: not deleted, already written, and its sequence within its segment. */
    public boolean contains(long index) {
        return readers.contains(index);
    }

    /** The index from which on the log can be read, as far as is known: the first, or one after a segment that could not be. */
    public long servedFrom() {
        return readers.servedFrom();
    }

    /** Whether the record is held and can be read, as far as is known. */
    public boolean serves(long index) {
        return readers.serves(index);
    }

    /** A reader for this thread; move it with {@link BacklogReader#readAt}. */
    public BacklogReader reader() {
        return readers.open();
    }

    public SegmentTable segments() {
        return segments;
    }

    /** The opening record of the newest segment, or null. */
    public SegmentRecord newestOpening() {
        return segments.isEmpty() ? null : segments.last().opening();
    }

    /** Where a record goes that continues the newest segment. */
    public long nextIndex() {
        return lastIndex + 1;
    }

    /** Where the record goes that opens the next segment. */
    public long nextSegmentIndex() {
        return QueueIndex.of(isEmpty() ? 1 : QueueIndex.segment(lastIndex) + 1, 0);
    }

    /**
     * Appends one record, which follows by its chain and its commit time. A record at sequence 0 must be a segment record and
     * closes the segment before it.
     *
     * @param index {@link #nextIndex()} or the first index of a later segment; anything else is refused
     * @param address of the sealed record; its bytes are written as they are
     */
    public void append(long index, long address, int length, long chain) {
        requireNext(index);
        assert mayAppend.getAsBoolean() : Thread.currentThread() + " appends to " + this;
        assert Chain.next(lastChain, address, length) == chain : QueueIndex.toString(index);
        assert RecordLayout.commitMicros(address) >= lastCommitMicros : QueueIndex.toString(index);
        boolean isOpening = QueueIndex.sequence(index) == 0;
        SegmentInfo closed = isOpening && !segments.isEmpty() ? segments.last() : null;
        if (isOpening) {
            openSegment(QueueIndex.segment(index), address, length);
        }
        long position = appender.append(index, address, length, closed != null);
        if (isOpening) {
            leaveToDiskThread(QueueIndex.segment(index), closed);
        }
        appendedBytes += position - segments.last().bytes();
        segments.last().bytes(position);
        lastChain = chain;
        lastCommitMicros = RecordLayout.commitMicros(address);
        parts.appended(index, address, length);
        lastIndex = index;
    }

    /** In one hand-over: at a second one that thread has just woken up and may be in the way. */
    private void leaveToDiskThread(int opened, SegmentInfo closed) {
        if (closed == null) {
            worker.prepare(opened + 1);
        } else {
            sync.closed(closed.segment());
            worker.rolled(opened, closed, lastIndex, sync);
        }
    }

    private void requireNext(long index) {
        boolean isNext = QueueIndex.sequence(index) == 0
                ? isEmpty() || QueueIndex.segment(index) > QueueIndex.segment(lastIndex)
                : index == lastIndex + 1;
        if (!isNext) {
            throw new BacklogException("record " + QueueIndex.toString(index) + " does not follow "
                    + QueueIndex.toString(lastIndex) + " in " + this);
        }
    }

    /** @param rule for asserts: whether the thread that asks may append; without one, the first thread that appends */
    public void appendedBy(BooleanSupplier rule) {
        mayAppend = rule;
    }

    /** Whether this thread is the only one that has appended so far. */
    private boolean isOwner() {
        owner = owner == null ? Thread.currentThread() : owner;
        return owner == Thread.currentThread();
    }

    private void openSegment(int segment, long address, int length) {
        RecordView record = new RecordView().wrap(address, length);
        SegmentRecord opening = SegmentRecord.parse(record);
        if (!room.provide(segment)) {
            throw new BacklogException("can't make " + files.path(segment) + ": " + room.refusal());
        }
        room.opened(segment);
        appender.moveTo(segment);
        parts.opened(opening);
        segments.open(new SegmentInfo(segment, opening, record.commitMicros()));
    }

    /** What its parts of transactions over several shards mean for it. */
    public LogParts parts() {
        return parts;
    }

    /** Which of the oldest segments are deleted, and when the disk has no room for more. */
    public Retention retention() {
        return retention;
    }

    /** Whether the log takes another record. */
    public LogGrowth growth() {
        return growth;
    }

    /** How far the log is on the disk. */
    public LogSync sync() {
        return sync;
    }

    /** The newest record known to be on the disk, or -1. Any thread. */
    public long durableIndex() {
        return sync.durableIndex();
    }

    /** Does something slow on the thread that does this backlog's. */
    public void onDiskThread(Runnable task) {
        worker.run(task);
    }

    /** Bytes by which the files grew in all, ever growing: how much log came since is a subtraction. */
    public long appendedBytes() {
        return appendedBytes;
    }

    /** The directory, for messages. */
    @Override
    public String toString() {
        return files.directory().toString();
    }

    /** Waits for the disk thread to do what it was asked for. */
    @Override
    public void close() {
        readers.close();
        worker.close();
        sync.close();
        appender.close();
        queue.close();
    }
}

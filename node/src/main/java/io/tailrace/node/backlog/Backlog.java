package io.tailrace.node.backlog;

import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BooleanSupplier;
import net.openhft.chronicle.bytes.PointerBytesStore;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.InternalAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;

/**
 * One shard's log: every record, in order, in a Chronicle Queue whose index is the replication offset and the same
 * number on every node. Owned and closed by the shard's reactor thread; {@link #lastIndex} may be read by any.
 *
 * <p>Primary and replica append by the same call, at an index that must be the next one of the segment or the first of a
 * later one; both first and last are kept here and checked by arithmetic before the library is asked, because it answers
 * a taken index with silence and a gap by closing the segment.
 *
 * <p>Each segment opens with a {@link SegmentRecord}. Deleting is by whole segments, oldest first, never past what a
 * reader or the caller still needs.
 */
public final class Backlog implements AutoCloseable {
    private static final long LOCK_TIMEOUT_MS = 300;
    private static final long BLOCK_UNIT = 1 << 20;
    private static final long RECORD_ALIGNMENT = 4;
    private static final long INDEX_ROOM = 1 << 20;
    private static final long LIBRARY_ROOM = 512 << 10;

    private final SegmentFiles files;
    private final SegmentKeeper keeper;
    private final BacklogSettings settings;
    private final RollFaults faults = new RollFaults();
    private final SegmentClock clock = new SegmentClock(faults);
    private final SingleChronicleQueue queue;
    private final InternalAppender appender;
    private final PointerBytesStore source = new PointerBytesStore();
    private final SegmentTable segments = new SegmentTable();
    private final List<BacklogReader> readers = new ArrayList<>();
    private final Retention retention;
    private final SegmentRoom room;
    private final LogGrowth growth;
    private long appendedBytes;
    private long lastChain;
    private volatile long lastIndex = -1;
    private volatile long servedFrom = -1;

    private Backlog(Path directory, BacklogSettings settings) throws IOException {
        this.settings = settings;
        files = new SegmentFiles(directory);
        Files.createDirectories(directory);
        files.repair();
        requireRoom();
        keeper = new SegmentKeeper(
                files,
                settings.segmentBytes() + INDEX_ROOM,
                settings.diskThread().get(),
                settings.force());
        room = new SegmentRoom(files, keeper);
        retention = new Retention(segments, readers, keeper, settings.budgetBytes());
        growth = new LogGrowth(segments, keeper, room, retention, settings);
        SingleChronicleQueueBuilder builder = SingleChronicleQueueBuilder.binary(directory.toFile());
        queue = builder.pauserSupplier(faults.watching(builder.pauserSupplier()))
                .rollCycle(SegmentCycle.INSTANCE)
                .timeProvider(clock)
                .blockSize((int) blockSize(settings.maxRecordBytes()))
                .timeoutMS(LOCK_TIMEOUT_MS)
                .forceDirectoryListingRefreshIntervalMs(Long.MAX_VALUE)
                .build();
        appender = (InternalAppender) queue.createAppender();
    }

    /** The library's own file is mapped into memory, where the lack of room for it would be a fault. */
    private void requireRoom() throws IOException {
        long usable = files.usableBytes();
        if (usable < LIBRARY_ROOM) {
            throw new IOException("the disk has " + usable + " bytes left, and " + LIBRARY_ROOM + " are needed");
        }
    }

    /** A record may be a quarter of the queue's block. */
    private static long blockSize(long maxRecordBytes) {
        long block = 4 * maxRecordBytes;
        return Math.max(64 << 20, (block + BLOCK_UNIT - 1) / BLOCK_UNIT * BLOCK_UNIT);
    }

    /**
     * Opens or creates the queue of a directory, which the caller has locked. Throws {@link BacklogException} when its
     * files are not a backlog, naming the file.
     */
    public static Backlog open(Path directory, BacklogSettings settings) {
        try {
            Backlog backlog = new Backlog(directory, settings);
            try {
                backlog.readSegments();
            } catch (IOException | RuntimeException e) {
                backlog.close();
                throw e;
            }
            return backlog;
        } catch (IOException e) {
            throw new BacklogException("can't open the log in " + directory + ": " + e.getMessage(), e);
        }
    }

    private void readSegments() throws IOException {
        List<Integer> found = files.segments();
        for (int i = 0; i < found.size(); i++) {
            readSegment(found.get(i), i == found.size() - 1);
        }
        keeper.adopt(found, lastIndex);
        if (!segments.isEmpty()) {
            clock.segment(segments.last().segment());
            if (segments.last().segment() == found.get(found.size() - 1)) {
                takeEndMark(segments.last());
            }
        }
    }

    /** The newest segment can be continued, also when a crash came between its closing and what should follow. */
    private void takeEndMark(SegmentInfo last) throws IOException {
        files.takeEndMark(last.segment(), last.bytes() + RECORD_ALIGNMENT - 1 & -RECORD_ALIGNMENT);
    }

    private void readSegment(int segment, boolean isNewest) throws IOException {
        long count = countRecords(segment);
        if (count <= 0) {
            if (isNewest) {
                return;
            }
            throw new BacklogException(files.path(segment) + " has no records, but later segments follow");
        }
        lastIndex = QueueIndex.of(segment, count - 1);
        try (BacklogReader reader = reader()) {
            SegmentInfo info = new SegmentInfo(segment, null, 0);
            segments.open(info);
            readOpening(reader, info);
            lastChain = reader.readAt(lastIndex).chain();
            info.bytes(reader.filePosition());
            room.continued(info.bytes());
        }
    }

    private long countRecords(int segment) {
        try (ExcerptTailer tailer = queue.createTailer()) {
            return tailer.excerptsInCycle(segment);
        }
    }

    private void readOpening(BacklogReader reader, SegmentInfo info) {
        try {
            RecordView record = reader.readAt(info.firstIndex());
            info.opening(SegmentRecord.parse(record), record.commitMicros());
        } catch (IllegalArgumentException e) {
            throw new BacklogException(
                    files.path(info.segment()) + " does not open with a segment record: " + e.getMessage(), e);
        }
    }

    /**
     * Forces records to the disk once a second from now on, whenever {@code isWanted}.
     *
     * @param afterwards runs, on the disk thread, when {@link #durableIndex} has moved
     */
    public void forceEverySecond(BooleanSupplier isWanted, Runnable afterwards) {
        keeper.forceEverySecond(this::lastIndex, isWanted, afterwards);
    }

    /** Forces all records to the disk as soon as the disk thread can; {@code afterwards} runs there, done or failed. */
    public void forceSoon(Runnable afterwards) {
        keeper.forceSoon(this::lastIndex, afterwards);
    }

    /**
     * Takes back the newest segments, whole, so that the log ends with the one before them and can be continued there.
     * Closes this backlog; open it again.
     *
     * @param kept how many of the oldest segments stay
     */
    public void closeAndCutTo(int kept) throws IOException {
        List<SegmentInfo> all = List.copyOf(segments.all());
        close();
        if (kept < all.size()) {
            ForcedMark.lower(files.directory(), all.get(kept).opening().previousIndex());
        }
        for (int i = all.size() - 1; i >= kept; i--) {
            files.delete(all.get(i).segment());
        }
    }

    /** The segments before this one, to be linked to another log by any thread; they are closed and never change. */
    public SegmentLinks linksBefore(int segment) {
        return new SegmentLinks(
                files,
                segments.all().stream()
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
        return lastIndex == -1;
    }

    /** The index of the newest record, or -1. Any thread. */
    public long lastIndex() {
        return lastIndex;
    }

    /** The chain value of the newest record, 0 when there is none. */
    public long lastChain() {
        return lastChain;
    }

    /** The index of the oldest record, or -1. */
    public long firstIndex() {
        return segments.isEmpty() ? -1 : segments.first().firstIndex();
    }

    /** How many records the history holds up to the newest, deleted ones included: the offset that has no holes. */
    public long denseCount() {
        return isEmpty() ? 0 : denseCount(lastIndex);
    }

    /** How many records there are up to and including {@code index}, which must be in the backlog. */
    public long denseCount(long index) {
        SegmentInfo info = segments.find(QueueIndex.segment(index));
        if (info == null) {
            throw new BacklogException("record " + QueueIndex.toString(index) + " is not in " + this);
        }
        return info.opening().denseCount() + QueueIndex.sequence(index) + 1;
    }

    /** Whether the record is held: not deleted, already written, and its sequence within its segment. */
    public boolean contains(long index) {
        return !segments.isEmpty() && index <= lastIndex && segments.holds(index);
    }

    /** The index from which on the log can be read, as far as is known: the first, or one behind a segment that could not be. */
    public long servedFrom() {
        return Math.max(firstIndex(), servedFrom);
    }

    /** Whether the record is held and can be read, as far as is known. */
    public boolean serves(long index) {
        return index >= servedFrom && contains(index);
    }

    /** A record that is held can't be read: from now on neither it nor anything before it, nor its segment, is served. */
    synchronized BacklogException unreadable(long index, String problem) {
        int segment = QueueIndex.segment(index);
        servedFrom = Math.max(servedFrom, QueueIndex.of(segment + 1, 0));
        return new BacklogException(
                files.path(segment) + " can't be read at record " + QueueIndex.toString(index) + ": " + problem);
    }

    /** The index of the record after one that is held and not the newest. */
    long following(long index) {
        if (contains(index + 1)) {
            return index + 1;
        }
        for (SegmentInfo info : segments.all()) {
            if (info.firstIndex() > index) {
                return info.firstIndex();
            }
        }
        return index;
    }

    public Collection<SegmentInfo> segments() {
        return segments.all();
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
        int next = isEmpty() ? 1 : QueueIndex.segment(lastIndex) + 1;
        return QueueIndex.of(next, 0);
    }

    /** Whether the disk has room for another segment, as far as is known. */
    public boolean canOpenSegment() {
        return canOpen(QueueIndex.segment(nextSegmentIndex()));
    }

    /** Whether the disk has room for this segment, and for the end mark of the one before; then it may be opened. */
    public boolean canOpen(int segment) {
        return growth.canOpen(segment);
    }

    public boolean isSegmentFull() {
        return growth.isSegmentFull();
    }

    /**
     * Why a record of so many bytes can't be written now, or null: too long, or the disk has no room for it, or for the segment
     * that it would open.
     */
    public String refusal(int recordLength) {
        return growth.refusal(recordLength);
    }

    /** {@link #refusal} for a record of the newest segment, full or not. */
    public String refusalHere(int recordLength) {
        return growth.refusalHere(recordLength);
    }

    /**
     * Appends one record. A record at sequence 0 must be a segment record and closes the segment before it.
     *
     * @param index {@link #nextIndex()} or the first index of a later segment; anything else is refused
     * @param address of the sealed record; its bytes are written as they are
     */
    public void append(long index, long address, int length, long chain) {
        boolean isOpening = QueueIndex.sequence(index) == 0;
        if (isOpening ? QueueIndex.segment(index) <= lastSegment() : index != lastIndex + 1) {
            throw new BacklogException("record " + QueueIndex.toString(index) + " does not follow "
                    + QueueIndex.toString(lastIndex) + " in " + this);
        }
        SegmentInfo closed = segments.isEmpty() ? null : segments.last();
        if (isOpening) {
            openSegment(QueueIndex.segment(index), address, length);
            if (closed != null) {
                faults.begin();
            }
        }
        source.set(address, length);
        appender.writeBytes(index, source);
        faults.end();
        if (isOpening && closed != null) {
            keeper.retire(closed.segment(), closed.bytes(), lastIndex);
        }
        if (appender.lastIndexAppended() != index) {
            throw new BacklogException("the queue took record " + QueueIndex.toString(index) + " as "
                    + QueueIndex.toString(appender.lastIndexAppended()) + " in " + this);
        }
        long position = appender.wire().bytes().writePosition();
        appendedBytes += position - segments.last().bytes();
        segments.last().bytes(position);
        lastChain = chain;
        lastIndex = index;
    }

    private int lastSegment() {
        return isEmpty() ? -1 : QueueIndex.segment(lastIndex);
    }

    private void openSegment(int segment, long address, int length) {
        RecordView record = new RecordView().wrap(address, length);
        SegmentRecord opening = SegmentRecord.parse(record);
        if (!room.provide(segment)) {
            throw new BacklogException("can't make " + files.path(segment) + ": " + room.refusal());
        }
        room.opened(segment);
        clock.segment(segment);
        segments.open(new SegmentInfo(segment, opening, record.commitMicros()));
        keeper.prepare(segment + 1);
    }

    /** Reserves the disk space of the next segment before the first append, and waits for it. */
    public void reserve() throws InterruptedException {
        keeper.prepare(QueueIndex.segment(nextSegmentIndex()));
        keeper.await(10_000);
    }

    /** A reader for this thread; move it with {@link BacklogReader#readAt}. */
    public BacklogReader reader() {
        ExcerptTailer tailer = queue.createTailer();
        BacklogReader reader = new BacklogReader(this, tailer);
        readers.add(reader);
        return reader;
    }

    void forget(BacklogReader reader) {
        readers.remove(reader);
    }

    /** Bytes of records held, over all segments. */
    public long bytes() {
        return segments.bytes();
    }

    /** Which of the oldest segments go, and when the disk has no room for more. */
    public Retention retention() {
        return retention;
    }

    /** Bytes held from the segment of {@code index}, which must be held, to the end. */
    public long bytesFrom(long index) {
        return segments.bytesFrom(QueueIndex.segment(index));
    }

    /** Does something slow on the thread that does this backlog's. */
    public void onDiskThread(Runnable task) {
        keeper.run(task);
    }

    /** Forces everything appended so far to the disk, in the calling thread. */
    public void force() {
        if (lastIndex != -1) {
            keeper.force(lastIndex);
        }
    }

    /** The same, but without an exception: false when the disk fails, or did and has not taken all of it yet. */
    public boolean tryForce() {
        return isEmpty() || keeper.forceFailure() == null && keeper.tryForce(lastIndex);
    }

    /** How the disk does with what it is forced to take; any thread. */
    public LogDisk disk() {
        return keeper.disk();
    }

    /** Forces everything up to {@code index}, which was appended, to the disk, in the calling thread: any. */
    public void forceUpTo(long index) {
        if (index != -1) {
            keeper.force(index);
        }
    }

    /** Bytes by which the files grew in all, ever growing: how much log came since is a subtraction. */
    public long appendedBytes() {
        return appendedBytes;
    }

    /** The newest index known to be on the disk, or -1 when none was forced yet. */
    public long durableIndex() {
        return keeper.durableIndex();
    }

    /** The directory, for messages. */
    @Override
    public String toString() {
        return files.directory().toString();
    }

    @Override
    public void close() {
        for (BacklogReader reader : List.copyOf(readers)) {
            reader.close();
        }
        keeper.close();
        appender.close();
        queue.close();
    }
}

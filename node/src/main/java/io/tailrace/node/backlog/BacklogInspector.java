package io.tailrace.node.backlog;

import io.tailrace.node.platform.FileFailure;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads the backlog of a running or stopped node from outside, forward, record by record, in place; follows it as it
 * grows. Owned and closed by one thread. Nothing in the directory is created, repaired, locked, written or deleted.
 *
 * <p>It maps the segment files itself, read-only. The library's own read-only queue wants its metadata file, waits ten
 * seconds for a segment that a crash left half made and then renames it, and steps over deleted segments in silence.
 * Here a half-made newest segment is left out ({@link #halfMade}), and a gap is known by arithmetic from the segment's
 * opening record ({@link #gap}). A segment that is deleted while it is read is still read to its end.
 */
public final class BacklogInspector implements RecordPlace, AutoCloseable {
    private static final int NO_SEGMENT = -1;

    private final SegmentFiles files;
    private final int only;
    private final RecordView record = new RecordView();
    private SegmentScan scan;
    private SegmentRecord opening;
    private LogGap gap;
    private Path halfMade;
    private long target;
    private long lastSeen = QueueIndex.NONE;
    private int lastSegment = NO_SEGMENT;
    private boolean isLookingFurther = true;

    /**
     * Looks at the queue directory, from its oldest record on.
     *
     * @throws BacklogException if there is no such directory, or its files are no backlog
     */
    public BacklogInspector(Path directory) {
        this(directory, NO_SEGMENT);
    }

    private BacklogInspector(Path directory, int only) {
        if (!Files.isDirectory(directory)) {
            throw new BacklogException("there is no directory " + directory);
        }
        this.only = only;
        files = new SegmentFiles(directory);
        segments();
    }

    /**
     * Looks at one segment's file, and at nothing beside it.
     *
     * @throws BacklogException if its name is not that of a segment, which tells the indices in it
     */
    public static BacklogInspector ofFile(Path file) {
        return new BacklogInspector(file.toAbsolutePath().getParent(), SegmentFiles.segmentOf(file));
    }

    /** Starts over: {@link #next} will return the first record there is at or after the index. */
    public void seek(long from) {
        closeScan();
        target = Math.max(from, 0);
        lastSegment = QueueIndex.segment(target) - 1;
        lastSeen = QueueIndex.NONE;
        gap = null;
    }

    /** The segment of the newest record that was returned, or -1. */
    public int newestSegment() {
        return lastSegment;
    }

    /** The index of the oldest record, or -1 when there is no segment. */
    public long firstIndex() {
        int segment = readyAfter(NO_SEGMENT);
        return segment == NO_SEGMENT ? QueueIndex.NONE : QueueIndex.of(segment, 0);
    }

    /**
     * The next record, or null when there is none yet; valid until the next call. Its {@link RecordView#problem} has not
     * been looked at, unless it opens a segment.
     *
     * @throws BacklogException naming file and place, if the files are damaged or the directory is gone
     */
    public RecordView next() {
        return next(true);
    }

    /**
     * The same, but while there is nothing more in the segment at hand it looks at that only, and lists no directory: for one that
     * asks all the time. A later segment is found as soon as this one has its end mark; one that a crash left without is found by
     * {@link #next} only.
     */
    public RecordView nextHere() {
        return next(false);
    }

    private RecordView next(boolean isLookingFurther) {
        try {
            gap = null;
            this.isLookingFurther = isLookingFurther;
            while (scan != null || openNext()) {
                if (opening == null && !readOpening()) {
                    return null;
                }
                if (isAtTarget() || stepToTarget()) {
                    target = scan.index() + 1;
                    return record.wrap(scan.address(), scan.length());
                }
                if (scan != null) {
                    return null;
                }
            }
            return null;
        } catch (IOException e) {
            throw new BacklogException("can't read the log in " + files.directory() + ": " + FileFailure.of(e), e);
        }
    }

    private boolean isAtTarget() {
        return scan.index() >= target;
    }

    /** Whether a record was found; if not, the scan is either over and closed, or waits for the writer. */
    private boolean stepToTarget() throws IOException {
        while (step()) {
            if (isAtTarget()) {
                return true;
            }
        }
        return false;
    }

    private boolean step() throws IOException {
        SegmentScan.Step step = scan.step();
        if (step == SegmentScan.Step.NOTHING_YET && isLookingFurther && readyAfter(lastSegment) != NO_SEGMENT) {
            // the writer finished this one before it began the later one, so now there is either more or the end
            step = scan.step();
            if (step == SegmentScan.Step.NOTHING_YET) {
                step = SegmentScan.Step.END;
            }
        }
        if (step == SegmentScan.Step.RECORD) {
            lastSeen = scan.index();
            return true;
        }
        if (step == SegmentScan.Step.END) {
            closeScan();
        }
        return false;
    }

    /** Opens the oldest segment after the last one; false if there is none yet. */
    private boolean openNext() throws IOException {
        for (int segment = readyAfter(lastSegment); segment != NO_SEGMENT; segment = readyAfter(segment)) {
            try {
                scan = new SegmentScan(files.path(segment), segment);
                lastSegment = segment;
                return true;
            } catch (NoSuchFileException e) {
                // retention took it since the directory was listed; the opening record of the next one will tell
                continue;
            }
        }
        return false;
    }

    private boolean readOpening() throws IOException {
        long before = lastSeen;
        if (!step()) {
            return scan == null && openNext() && readOpening();
        }
        record.wrap(scan.address(), scan.length());
        String problem = record.problem();
        try {
            if (problem != null) {
                throw new IllegalArgumentException(problem);
            }
            opening = SegmentRecord.parse(record);
        } catch (IllegalArgumentException e) {
            throw new BacklogException(place() + " does not open the segment: " + e.getMessage(), e);
        }
        if (before != QueueIndex.NONE && opening.previousIndex() != before) {
            boolean isOldest = segments().stream().noneMatch(segment -> segment < lastSegment);
            gap = new LogGap(
                    before, opening.previousIndex(), scan.index(), isOldest && opening.previousIndex() > before);
        }
        return true;
    }

    /** The oldest segment after this one whose header is complete. */
    private int readyAfter(int segment) {
        halfMade = null;
        for (int found : segments()) {
            if (found > segment && isReady(files.path(found))) {
                return found;
            }
        }
        return NO_SEGMENT;
    }

    private List<Integer> segments() {
        if (only != NO_SEGMENT) {
            return List.of(only);
        }
        try {
            return files.segments();
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw new BacklogException(files.directory() + " is gone: its shard was deleted or fully synced again", e);
        } catch (IOException e) {
            throw new BacklogException(
                    "can't list " + files.directory() + ": " + FileFailure.of(e, files.directory()), e);
        }
    }

    private boolean isReady(Path file) {
        try {
            boolean isHalfMade = SegmentFiles.isHalfMade(file);
            halfMade = isHalfMade ? file : halfMade;
            return !isHalfMade;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new BacklogException("can't read " + file + ": " + FileFailure.of(e, file), e);
        }
    }

    /** The index of the record last returned. */
    @Override
    public long index() {
        return scan.index();
    }

    @Override
    public Path file() {
        return scan.file();
    }

    @Override
    public long position() {
        return scan.position();
    }

    /** The opening record of the segment of the record last returned. */
    @Override
    public SegmentRecord opening() {
        return opening;
    }

    /** What is missing between the record last returned and the one before it, or null. */
    @Override
    public LogGap gap() {
        return gap;
    }

    /** The segment file whose header was not complete when the directory was last looked at, or null. */
    public Path halfMade() {
        return halfMade;
    }

    /** After an exception: gives up what is left of the segment, so that {@link #next} continues with the one after it. */
    public void skipSegment() {
        closeScan();
    }

    private void closeScan() {
        if (scan != null) {
            SegmentScan closing = scan;
            scan = null;
            opening = null;
            closing.close();
        }
    }

    @Override
    public void close() {
        closeScan();
    }
}

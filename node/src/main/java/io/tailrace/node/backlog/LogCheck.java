package io.tailrace.node.backlog;

import io.tailrace.wire.record.Chain;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.EffectCursor;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Reads the log of a directory that no node has open, with nothing of the library's, and tells how far it is good: each
 * record's frame, header, commands and chain, and that each segment continues the one before it. Used by one thread.
 *
 * <pre>
 *  segment 1              segment 2                        segment 3
 *  | r | r | r | r | end | r | r | X ? ? ? ? ? ? | end |  | r | r | 0 0 0 0
 *                                  ^ the fault: the log is good up to the record before it
 * </pre>
 *
 * In the newest segment the log ends where a word is zero. What then still follows tells whether it is really its end: the
 * writer sets the word last, so a record that was being written leaves bytes, but no record behind it.
 */
public final class LogCheck {
    private final Path queue;
    private final SegmentFiles files;
    private final Limit limit;
    private final RecordView record = new RecordView();
    private final EffectCursor cursor = new EffectCursor();
    private final TreeMap<Long, SegmentRecord> openings = new TreeMap<>();
    private final List<Integer> segments;
    private SegmentRecord opening;
    private LogFault fault;
    private boolean isEndClean = true;
    private boolean isTooShort;
    private long firstIndex = QueueIndex.NONE;
    private long lastIndex = QueueIndex.NONE;
    private long lastChain;
    private long lastMicros;
    private long denseCount;
    private long records;
    private boolean isLimited;
    private long forcedIndex;
    private long endPosition;
    private int cutSegment = -1;
    private long cutPosition;
    private int longestRecord;

    /** Tells where to stop: before the first record for which it says yes. */
    @FunctionalInterface
    public interface Limit {
        boolean isBeyond(long index, long commitMicros);
    }

    private LogCheck(Path queue, long from, Limit limit) throws IOException {
        this.queue = queue;
        this.limit = limit;
        files = new SegmentFiles(queue);
        segments = files.segments().stream()
                .filter(segment -> segment >= QueueIndex.segment(from))
                .toList();
    }

    /**
     * Checks from the beginning of a segment on, and to the end or the first fault.
     *
     * @param from an index; everything before its segment is left alone
     */
    public static LogCheck of(Path queue, long from) throws IOException {
        return of(queue, from, (index, commitMicros) -> false);
    }

    /** The same, but only up to a limit. */
    public static LogCheck of(Path queue, long from, Limit limit) throws IOException {
        LogCheck check = new LogCheck(queue, from, limit);
        check.run();
        return check;
    }

    /** The files of the segments before one, oldest first. */
    public static List<Path> segmentFilesBefore(Path queue, int segment) throws IOException {
        SegmentFiles files = new SegmentFiles(queue);
        return files.segments().stream()
                .filter(found -> found < segment)
                .map(files::path)
                .toList();
    }

    private void run() throws IOException {
        forcedIndex = ForcedMark.read(queue);
        try {
            walkAll();
        } catch (InternalError e) {
            // what a mapped page becomes that the disk can't give
            throw new IOException(
                    queue + " can't be read behind record " + QueueIndex.toString(lastIndex) + ": " + e.getMessage(),
                    e);
        }
        isTooShort = fault == null && !isLimited && lastIndex < forcedIndex;
        if (isTooShort && cutSegment < 0) {
            cutSegment = lastIndex == QueueIndex.NONE ? 0 : QueueIndex.segment(lastIndex);
            cutPosition = endPosition;
        }
        if (isTooShort) {
            Path file = lastIndex == QueueIndex.NONE ? queue : files.path(QueueIndex.segment(lastIndex));
            String problem = "the log ends here, but was forced to the disk up to " + QueueIndex.toString(forcedIndex)
                    + ", as " + ForcedMark.in(queue) + " says";
            fault = new LogFault(file, lastIndex + 1, endPosition, problem);
        }
    }

    private void walkAll() throws IOException {
        for (int i = 0; i < segments.size() && fault == null; i++) {
            int segment = segments.get(i);
            boolean isNewest = i == segments.size() - 1;
            Path file = files.path(segment);
            if (SegmentFiles.isHalfMade(file)) {
                checkHalfMade(file, segment, isNewest);
                continue;
            }
            try (SegmentScan scan = new SegmentScan(file, segment)) {
                SegmentScan.Step end = walk(scan);
                if (isLimited) {
                    return;
                }
                if (fault == null) {
                    endPosition = scan.nextPosition();
                    checkEnd(scan, end, i, isNewest);
                }
            }
        }
    }

    /** A newest segment without a complete header is what a crash leaves, but only as long as nothing is in it. */
    private void checkHalfMade(Path file, int segment, boolean isNewest) throws IOException {
        try (SegmentSalvage salvage = new SegmentSalvage(file, 0, lastChain)) {
            if (!isNewest || salvage.next() != null) {
                fault = new LogFault(
                        file,
                        QueueIndex.of(segment, 0),
                        0,
                        "the file does not begin with a complete header, but "
                                + (isNewest ? "there are records in it" : "later segments follow"));
                cutSegment = segment;
                cutPosition = 0;
            }
        }
    }

    private SegmentScan.Step walk(SegmentScan scan) throws IOException {
        opening = null;
        while (true) {
            SegmentScan.Step step;
            try {
                step = scan.step();
            } catch (BacklogException e) {
                faultAt(scan, "its frame claims more bytes than the file holds");
                return SegmentScan.Step.END;
            }
            if (step != SegmentScan.Step.RECORD) {
                return step;
            }
            String problem = problem(scan);
            if (problem != null) {
                fault = new LogFault(scan.file(), scan.index(), scan.position(), problem);
                cutAt(scan.segment(), scan.position() - Integer.BYTES);
                return SegmentScan.Step.END;
            }
            if (limit.isBeyond(scan.index(), record.commitMicros())) {
                isLimited = true;
                cutAt(scan.segment(), scan.position() - Integer.BYTES);
                return SegmentScan.Step.END;
            }
            if (QueueIndex.sequence(scan.index()) == 0) {
                openings.put(scan.index(), opening);
            }
            firstIndex = firstIndex == QueueIndex.NONE ? scan.index() : firstIndex;
            lastIndex = scan.index();
            lastChain = record.chain();
            lastMicros = record.commitMicros();
            longestRecord = Math.max(longestRecord, record.length());
            denseCount++;
            records++;
        }
    }

    /** A fault at the place where the next record would be. */
    private void faultAt(SegmentScan scan, String problem) {
        long index = scan.hasRecord() ? scan.index() + 1 : QueueIndex.of(scan.segment(), 0);
        fault = new LogFault(scan.file(), index, scan.nextPosition(), problem);
        cutAt(scan.segment(), scan.nextPosition());
    }

    private void cutAt(int segment, long position) {
        cutSegment = segment;
        cutPosition = position;
    }

    private String problem(SegmentScan scan) {
        record.wrap(scan.address(), scan.length());
        String problem = record.problem();
        if (problem == null && opening == null) {
            problem = problemOfOpening();
        } else if (problem == null) {
            problem = problemOfEffect();
        }
        if (problem != null) {
            return problem;
        }
        long chain = Chain.next(lastChain, record.address(), record.length());
        return chain == record.chain()
                ? null
                : "its chain is " + HexText.of(record.chain()) + ", but its bytes make " + HexText.of(chain);
    }

    private String problemOfOpening() {
        SegmentRecord next;
        try {
            next = SegmentRecord.parse(record);
        } catch (IllegalArgumentException e) {
            return "it does not open the segment: " + e.getMessage();
        }
        if (lastIndex == QueueIndex.NONE) {
            lastChain = next.previousChain();
            denseCount = next.denseCount();
        } else if (next.previousIndex() != lastIndex
                || next.previousChain() != lastChain
                || next.denseCount() != denseCount) {
            return "it continues record " + QueueIndex.toString(next.previousIndex()) + " with chain "
                    + HexText.of(next.previousChain()) + ", but the record before it is "
                    + QueueIndex.toString(lastIndex) + " with chain " + HexText.of(lastChain);
        }
        opening = next;
        return null;
    }

    private String problemOfEffect() {
        if (record.kind() != RecordLayout.KIND_EFFECT) {
            return "a segment record that opens no segment";
        }
        cursor.wrap(record);
        while (cursor.next()) {
            if (Effect.of(cursor.arguments()) == null) {
                return "'" + cursor.arguments().ascii(0) + "' is no known effect";
            }
        }
        return cursor.problem();
    }

    private void checkEnd(SegmentScan scan, SegmentScan.Step end, int position, boolean isNewest) throws IOException {
        if (isNewest) {
            checkNewestEnd(scan, end);
        } else {
            checkContinued(scan, segments.get(position + 1));
            if (fault == null && end == SegmentScan.Step.NOTHING_YET) {
                checkUnclosedEnd(scan);
            }
        }
    }

    /** Whether the next segment continues the last record: if not, that many are missing here. */
    private void checkContinued(SegmentScan scan, int nextSegment) throws IOException {
        Path next = files.path(nextSegment);
        if (SegmentFiles.isHalfMade(next)) {
            return;
        }
        try (SegmentScan following = new SegmentScan(next, nextSegment)) {
            if (following.step() != SegmentScan.Step.RECORD) {
                return;
            }
            RecordView first = new RecordView().wrap(following.address(), following.length());
            long previous = first.problem() == null ? SegmentRecord.parse(first).previousIndex() : lastIndex;
            if (previous > lastIndex) {
                String problem =
                        "the segment ends here, but the next one continues record " + QueueIndex.toString(previous);
                faultAt(scan, problem);
            }
        } catch (BacklogException | IllegalArgumentException e) {
            // the next segment's own fault, which is found when it is its turn
            return;
        }
    }

    /** A segment that is not the newest and has no end mark, as a power loss leaves one. */
    private void checkUnclosedEnd(SegmentScan scan) throws IOException {
        try (SegmentSalvage salvage = new SegmentSalvage(scan.file(), scan.nextPosition(), lastChain)) {
            if (!scan.hasRecord() || salvage.next() != null) {
                faultAt(scan, "the segment seems to end here, without its end mark");
            }
        }
    }

    private void checkNewestEnd(SegmentScan scan, SegmentScan.Step end) throws IOException {
        int mark = end == SegmentScan.Step.END ? Integer.BYTES : 0;
        try (SegmentSalvage salvage = new SegmentSalvage(scan.file(), scan.nextPosition() + mark, lastChain)) {
            isEndClean = salvage.firstByteFrom(scan.nextPosition() + mark) < 0;
            if (!isEndClean && salvage.next() != null) {
                faultAt(scan, "the log ends here, but at byte " + salvage.position() + " there is another record");
            } else if (!isEndClean) {
                cutAt(scan.segment(), scan.nextPosition());
            }
        }
    }

    /** The first record that is not good, or null. */
    public LogFault fault() {
        return fault;
    }

    /** Whether nothing but zeroes follows the last good record: not so where one was being written. */
    public boolean isEndClean() {
        return isEndClean;
    }

    /** Whether records are missing at the end that were forced to the disk. */
    public boolean isTooShort() {
        return isTooShort;
    }

    /** Whether it is known up to where the log was forced to the disk. */
    public boolean hasForcedMark() {
        return forcedIndex != ForcedMark.UNKNOWN;
    }

    /** Whether the first bad record may be one that was never forced to the disk: what a power loss leaves. */
    public boolean isTorn() {
        return fault != null && forcedIndex != ForcedMark.UNKNOWN && fault.index() > forcedIndex;
    }

    /** Overwrites what a record that was being written left behind the last good one; nobody has the log open. */
    public void clearEnd() throws IOException {
        files.clear(cutSegment, cutPosition);
    }

    /** Whether the limit was reached. */
    public boolean isLimited() {
        return isLimited;
    }

    /** Whether there is anything behind the good part, or the limit. */
    public boolean hasRest() {
        return cutSegment >= 0;
    }

    /** The segment of the first byte that is not part of the good log, or -1 when there is none. */
    int cutSegment() {
        return cutSegment;
    }

    /** Where in that segment's file. */
    long cutPosition() {
        return cutPosition;
    }

    SegmentFiles files() {
        return files;
    }

    public Path queue() {
        return queue;
    }

    /** The first record that was checked, or {@link QueueIndex#NONE}. */
    public long firstIndex() {
        return firstIndex;
    }

    /** The record before the first that was checked, {@link QueueIndex#NONE} when there never was one. */
    public long firstPreviousIndex() {
        return openings.isEmpty()
                ? QueueIndex.NONE
                : openings.firstEntry().getValue().previousIndex();
    }

    /** The last good record, or {@link QueueIndex#NONE}. */
    public long lastIndex() {
        return lastIndex;
    }

    public long lastChain() {
        return lastChain;
    }

    public long lastMicros() {
        return lastMicros;
    }

    /** Records of the history up to and with the last good one. */
    public long denseCount() {
        return denseCount;
    }

    /** Good records that were read. */
    public long records() {
        return records;
    }

    /** Bytes of the longest good record. */
    public int longestRecord() {
        return longestRecord;
    }

    /** Where the first record goes, or is, that is not part of the good log. */
    public long nextIndex() {
        return fault != null ? fault.index() : lastIndex + 1;
    }

    /** Opening records of the good segments that were read, oldest first, each with its index. */
    public void forEachOpening(BiConsumer<SegmentRecord, Long> taker) {
        openings.forEach((index, record) -> taker.accept(record, index));
    }

    /** The segments that have a file, from the one on at which the check began. */
    public List<Integer> segments() {
        return segments;
    }
}

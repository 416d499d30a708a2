package io.tailrace.node.backlog;

import io.tailrace.wire.record.ChainVerifier;
import io.tailrace.wire.record.EffectCheck;
import io.tailrace.wire.record.PartView;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import io.tailrace.wire.record.ShardIndexes;
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
 * In the newest segment the log ends where a word is zero; whether that is really its end, {@link SegmentEnd} tells.
 */
public final class LogCheck {
    private final Path queue;
    private final SegmentFiles files;
    private final Limit limit;
    private final SegmentEnd ends;
    private final RecordView record = new RecordView();
    private final ChainVerifier verifier = new ChainVerifier();
    private final EffectCheck effects = new EffectCheck();
    private final TreeMap<Long, SegmentRecord> openings = new TreeMap<>();
    private final List<Integer> segments;
    private final PartView part = new PartView();
    private ShardNeeds needs;
    private LogFault fault;
    private boolean isTooShort;
    private long firstIndex = QueueIndex.NONE;
    private long records;
    private boolean isLimited;
    private long durableIndex;
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
        ends = new SegmentEnd(files);
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
        durableIndex = DurableMark.read(queue);
        try {
            walkAll();
        } catch (InternalError e) {
            // what a mapped page becomes that the disk can't give
            throw new IOException(
                    queue + " can't be read after record " + QueueIndex.toString(lastIndex()) + ": " + e.getMessage(),
                    e);
        }
        isTooShort = fault == null && !isLimited && lastIndex() < durableIndex;
        if (isTooShort) {
            endTooEarly();
        }
    }

    private void walkAll() throws IOException {
        for (int i = 0; i < segments.size() && fault == null && !isLimited; i++) {
            int segment = segments.get(i);
            boolean isNewest = i == segments.size() - 1;
            if (SegmentFiles.isHalfMade(files.path(segment))) {
                faultAt(segment, 0, ends.faultOfHalfMade(segment, isNewest, lastChain()));
                continue;
            }
            try (SegmentScan scan = new SegmentScan(files.path(segment), segment)) {
                SegmentScan.Step end = walk(scan);
                if (fault == null && !isLimited) {
                    endPosition = scan.nextPosition();
                    checkEnd(scan, end, isNewest ? -1 : segments.get(i + 1));
                }
            }
        }
    }

    private SegmentScan.Step walk(SegmentScan scan) throws IOException {
        while (true) {
            SegmentScan.Step step;
            try {
                step = scan.step();
            } catch (BacklogException e) {
                LogFault tooLong = SegmentEnd.fault(scan, "its frame claims more bytes than the file holds");
                faultAt(scan.segment(), scan.nextPosition(), tooLong);
                return SegmentScan.Step.END;
            }
            if (step != SegmentScan.Step.RECORD) {
                return step;
            }
            record.wrap(scan.address(), scan.length());
            long word = scan.position() - Integer.BYTES;
            if (record.problem() == null && limit.isBeyond(scan.index(), record.commitMicros())) {
                isLimited = true;
                cutAt(scan.segment(), word);
                return SegmentScan.Step.END;
            }
            String problem = problem(scan.index());
            if (problem != null) {
                faultAt(scan.segment(), word, new LogFault(scan.file(), scan.index(), scan.position(), problem));
                return SegmentScan.Step.END;
            }
            count(scan.index());
        }
    }

    private String problem(long index) {
        boolean hasEffects = record.problem() == null && record.hasEffects();
        String problem = hasEffects ? effects.problem(record) : null;
        return problem == null ? verifier.next(index, record) : problem;
    }

    private void count(long index) {
        if (!record.hasEffects()) {
            openings.put(index, verifier.opening());
            needs = needs == null ? new ShardNeeds(verifier.opening().shardCount()) : needs;
            needs.raise(ShardIndexes.parse(verifier.opening().needs()));
        } else if (record.isPart() && needs != null && part.wrap(record) == null) {
            needs.raise(part.parts());
            needs.raise(part.needs());
        }
        firstIndex = firstIndex == QueueIndex.NONE ? index : firstIndex;
        longestRecord = Math.max(longestRecord, record.length());
        records++;
    }

    private void checkEnd(SegmentScan scan, SegmentScan.Step end, int nextSegment) throws IOException {
        LogFault found = nextSegment < 0
                ? ends.faultOfNewest(scan, end, lastChain())
                : ends.faultOfOlder(scan, end, nextSegment, lastIndex(), lastChain());
        faultAt(scan.segment(), scan.nextPosition(), found);
        if (!ends.isClean()) {
            cutAt(scan.segment(), scan.nextPosition());
        }
    }

    /** The log ends well, but before what was promised. */
    private void endTooEarly() {
        long last = lastIndex();
        Path file = last == QueueIndex.NONE ? queue : files.path(QueueIndex.segment(last));
        String problem = "the log ends here, but was synced up to " + QueueIndex.toString(durableIndex) + ", as "
                + DurableMark.in(queue) + " says";
        fault = new LogFault(file, last + 1, endPosition, problem);
        if (cutSegment < 0) {
            cutAt(last == QueueIndex.NONE ? 0 : QueueIndex.segment(last), endPosition);
        }
    }

    private void faultAt(int segment, long position, LogFault found) {
        if (found != null) {
            fault = found;
            cutAt(segment, position);
        }
    }

    private void cutAt(int segment, long position) {
        cutSegment = segment;
        cutPosition = position;
    }

    /** The first record that is not good, or null. */
    public LogFault fault() {
        return fault;
    }

    /** Whether nothing but zeroes follows the last good record: not so where one was being written. */
    public boolean isEndClean() {
        return ends.isClean();
    }

    /** Whether records are missing at the end that were synced. */
    public boolean isTooShort() {
        return isTooShort;
    }

    /** Whether it is known up to where the log was synced. */
    public boolean hasDurableMark() {
        return durableIndex != DurableMark.UNKNOWN;
    }

    /** Whether the first bad record may be one that was never synced: what a power loss leaves. */
    public boolean isTorn() {
        return fault != null && durableIndex != DurableMark.UNKNOWN && fault.index() > durableIndex;
    }

    /** Overwrites what a record that was being written left after the last good one; no queue has the log open. */
    public void clearEnd() throws IOException {
        files.clear(cutSegment, cutPosition);
    }

    /** Whether the limit was reached. */
    public boolean isLimited() {
        return isLimited;
    }

    /** Whether there is anything after the good part, or the limit. */
    public boolean hasRest() {
        return cutSegment >= 0;
    }

    /** The files that hold anything after the good part, or the limit. */
    public List<Path> cutFiles() {
        return segments.stream()
                .filter(segment -> cutSegment >= 0 && segment >= cutSegment)
                .map(files::path)
                .toList();
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
        return verifier.index();
    }

    public long lastChain() {
        return verifier.chain();
    }

    public long lastMicros() {
        return verifier.commitMicros();
    }

    /** Records of the history up to and with the last good one. */
    public long recordCount() {
        return Math.max(0, verifier.recordCount());
    }

    /** Good records that were read. */
    public long records() {
        return records;
    }

    /** Bytes of the longest good record. */
    public int longestRecord() {
        return longestRecord;
    }

    /** What the good records need of all shards, by this log alone; null when there is none. */
    public ShardNeeds needs() {
        return needs;
    }

    /** The history of the last good record, or null. */
    public String history() {
        return verifier.opening() == null ? null : verifier.opening().history();
    }

    /** Where the first record goes, or is, that is not part of the good log. */
    public long nextIndex() {
        return fault != null ? fault.index() : lastIndex() + 1;
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

package io.tailrace.node.backlog;

import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Tells whether the place where the good records of a segment's file end is really its end. The writer sets a record's word
 * last, so one that was being written leaves bytes, but no record after it.
 *
 * <pre>
 *  newest segment    zeroes                     its end
 *                    bytes, and no record       its end, which is not clean: a record that was being written
 *                    a record                   fault
 *                    no header, and no record   its end: it was being made
 *  older segment     end mark                   its end, if the next segment continues this record
 *                    no end mark, no record     the same: a power loss took the mark
 *                    a record, or no header     fault
 * </pre>
 */
final class SegmentEnd {
    private final SegmentFiles files;
    private boolean isClean = true;

    SegmentEnd(SegmentFiles files) {
        this.files = files;
    }

    /** Whether nothing but zeroes follows the last good record of the newest segment. */
    boolean isClean() {
        return isClean;
    }

    /** What is wrong with a segment whose header is not complete, or null. */
    LogFault faultOfHalfMade(int segment, boolean isNewest, long lastChain) throws IOException {
        Path file = files.path(segment);
        try (SegmentSalvage salvage = new SegmentSalvage(file, 0, lastChain)) {
            if (isNewest && salvage.next() == null) {
                return null;
            }
            String problem = "the file does not begin with a complete header, but "
                    + (isNewest ? "there are records in it" : "later segments follow");
            return new LogFault(file, QueueIndex.of(segment, 0), 0, problem);
        }
    }

    /** What is wrong with the end of the newest segment, or null. */
    LogFault faultOfNewest(SegmentScan scan, SegmentScan.Step end, long lastChain) throws IOException {
        long from = scan.nextPosition() + (end == SegmentScan.Step.END ? Integer.BYTES : 0);
        try (SegmentSalvage salvage = new SegmentSalvage(scan.file(), from, lastChain)) {
            isClean = salvage.firstByteFrom(from) < 0;
            if (isClean || salvage.next() == null) {
                return null;
            }
            return fault(scan, "the log ends here, but at byte " + salvage.position() + " there is another record");
        }
    }

    /** What is wrong with the end of a segment that another one follows, or null. */
    LogFault faultOfOlder(SegmentScan scan, SegmentScan.Step end, int nextSegment, long lastIndex, long lastChain)
            throws IOException {
        long continued = continuedBy(nextSegment, lastIndex);
        if (continued > lastIndex) {
            return fault(
                    scan, "the segment ends here, but the next one continues record " + QueueIndex.toString(continued));
        }
        if (end == SegmentScan.Step.END) {
            return null;
        }
        try (SegmentSalvage salvage = new SegmentSalvage(scan.file(), scan.nextPosition(), lastChain)) {
            boolean isFollowed = !scan.hasRecord() || salvage.next() != null;
            return isFollowed ? fault(scan, "the segment seems to end here, without its end mark") : null;
        }
    }

    /** The record that a segment says it continues; what is wrong with that one is found when it is its turn. */
    private long continuedBy(int nextSegment, long lastIndex) throws IOException {
        Path next = files.path(nextSegment);
        if (SegmentFiles.isHalfMade(next)) {
            return lastIndex;
        }
        try (SegmentScan following = new SegmentScan(next, nextSegment)) {
            if (following.step() != SegmentScan.Step.RECORD) {
                return lastIndex;
            }
            RecordView first = new RecordView().wrap(following.address(), following.length());
            return first.problem() == null ? SegmentRecord.parse(first).previousIndex() : lastIndex;
        } catch (BacklogException | IllegalArgumentException e) {
            return lastIndex;
        }
    }

    /** A fault at the place where the next record would be. */
    static LogFault fault(SegmentScan scan, String problem) {
        long index = scan.hasRecord() ? scan.index() + 1 : QueueIndex.of(scan.segment(), 0);
        return new LogFault(scan.file(), index, scan.nextPosition(), problem);
    }
}

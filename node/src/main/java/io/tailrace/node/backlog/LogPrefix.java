package io.tailrace.node.backlog;

import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Puts a log together in another directory that is the good part of a checked one: the segment of the last good record is
 * rewritten up to it, the segments before are linked, as closed segments never change. Used by one thread, while no queue has
 * either log open.
 */
public final class LogPrefix {
    private static final long SMALL_SEGMENT = 1 << 20;

    private LogPrefix() {}

    /** Makes it, durable when the call returns; nothing but an empty directory when there is no good record. */
    public static void write(LogCheck check, Path queue) throws IOException {
        if (check.lastIndex() != QueueIndex.NONE) {
            int last = QueueIndex.segment(check.lastIndex());
            SegmentFiles target = new SegmentFiles(queue);
            copySegment(check, last, queue);
            for (int segment : check.files().segments()) {
                if (segment < last) {
                    check.files().linkOrCopy(segment, target);
                    // the copy's mark promises them too, and the process that wrote them may have ended before it
                    // synced them
                    target.sync(segment);
                }
            }
        }
        try (FileChannel channel = FileChannel.open(queue, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void copySegment(LogCheck check, int segment, Path queue) throws IOException {
        BacklogSettings settings =
                new BacklogSettings(SMALL_SEGMENT, 2 * SMALL_SEGMENT, check.longestRecord(), "disk-repair");
        RecordView record = new RecordView();
        try (SegmentScan scan = new SegmentScan(check.files().path(segment), segment);
                Backlog copy = Backlog.open(queue, settings)) {
            do {
                if (scan.step() != SegmentScan.Step.RECORD) {
                    throw new IOException(scan.file() + " has no record " + QueueIndex.toString(check.lastIndex()));
                }
                record.wrap(scan.address(), scan.length());
                if (copy.isEmpty()) {
                    copy.continueChain(SegmentRecord.parse(record).previousChain());
                }
                copy.append(scan.index(), record.address(), record.length(), record.chain());
            } while (scan.index() < check.lastIndex());
            copy.sync().now();
        }
    }
}

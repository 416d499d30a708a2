package io.tailrace.node.backlog;

import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import java.io.IOException;
import java.util.List;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueStore;

/**
 * Finds what a queue holds when it is opened: its segments, and the last record. Puts right what a crash left of their end marks:
 * every segment but the newest has one, and the newest, which is continued, has none.
 */
final class SegmentLoader {
    private static final long RECORD_ALIGNMENT = 4;
    private static final long EPOCH = 0;

    /** The last record of a log, or of none. */
    record LogEnd(long index, long chain, long commitMicros) {
        static final LogEnd EMPTY = new LogEnd(QueueIndex.NONE, 0, 0);
    }

    private final SegmentFiles files;
    private final SingleChronicleQueue queue;
    private final SegmentTable segments;

    SegmentLoader(SegmentFiles files, SingleChronicleQueue queue, SegmentTable segments) {
        this.files = files;
        this.queue = queue;
        this.segments = segments;
    }

    /** Fills the table with the segments that have a file. */
    LogEnd load(List<Integer> found) throws IOException {
        LogEnd end = LogEnd.EMPTY;
        for (int i = 0; i < found.size(); i++) {
            int segment = found.get(i);
            boolean isNewest = i == found.size() - 1;
            long records = countRecords(segment);
            if (records > 0) {
                end = load(segment, QueueIndex.of(segment, records - 1));
                markEnd(segments.last(), isNewest);
                if (isNewest) {
                    requireWritePosition(segments.last());
                }
            } else if (!isNewest) {
                throw new BacklogException(files.path(segment) + " has no records, but later segments follow");
            }
        }
        return end;
    }

    private long countRecords(int segment) {
        try (ExcerptTailer tailer = queue.createTailer()) {
            return tailer.excerptsInCycle(segment);
        }
    }

    private LogEnd load(int segment, long last) {
        SegmentInfo info = new SegmentInfo(segment, null, 0);
        segments.open(info);
        BacklogReaders readers = new BacklogReaders(files, segments, queue, () -> last);
        try (BacklogReader reader = readers.open()) {
            readOpening(reader, info);
            RecordView record = reader.readAt(last);
            info.bytes(reader.filePosition());
            return new LogEnd(last, record.chain(), record.commitMicros());
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
     * The queue appends after the record that the file's header names as its last. A power loss can take that record's page and leave the
     * header's: what is appended then would lie after a gap, where no reader comes to.
     */
    private void requireWritePosition(SegmentInfo info) {
        SingleChronicleQueueStore store = queue.storeForCycle(info.segment(), EPOCH, false, null);
        try {
            if (store.writePosition() >= info.bytes()) {
                throw new BacklogException(
                        files.path(info.segment()) + " says in its header that its last record is at byte "
                                + store.writePosition() + ", but its records end at byte " + info.bytes());
            }
        } finally {
            queue.closeStore(store);
        }
    }

    private void markEnd(SegmentInfo info, boolean isNewest) throws IOException {
        long position = info.bytes() + RECORD_ALIGNMENT - 1 & -RECORD_ALIGNMENT;
        if (isNewest) {
            files.takeEndMark(info.segment(), position);
        } else {
            files.putEndMark(info.segment(), position);
        }
    }
}

package io.tailrace.node.backlog;

import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.SegmentRecord;

/** What the backlog remembers of one segment: its opening record, and how many bytes of its file are used. */
public final class SegmentInfo {
    private final int segment;
    private SegmentRecord opening;
    private long openedMicros;
    private long bytes;

    SegmentInfo(int segment, SegmentRecord opening, long openedMicros) {
        this.segment = segment;
        this.opening = opening;
        this.openedMicros = openedMicros;
    }

    public int segment() {
        return segment;
    }

    /** The index of its first record. */
    public long firstIndex() {
        return QueueIndex.of(segment, 0);
    }

    public SegmentRecord opening() {
        return opening;
    }

    /** Sets what was not known when the segment was found. */
    void opening(SegmentRecord record, long commitMicros) {
        opening = record;
        openedMicros = commitMicros;
    }

    /** Commit time of the opening record, epoch microseconds. */
    public long openedMicros() {
        return openedMicros;
    }

    public long bytes() {
        return bytes;
    }

    void bytes(long bytes) {
        this.bytes = bytes;
    }
}

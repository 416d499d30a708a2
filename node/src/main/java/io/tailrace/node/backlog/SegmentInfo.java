package io.tailrace.node.backlog;

import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.SegmentRecord;

/** What the backlog remembers of one segment: its opening record, and how many bytes of its file are used. */
public final class SegmentInfo {
    private final int segment;
    private SegmentRecord opening;
    private long bytes;

    SegmentInfo(int segment, SegmentRecord opening) {
        this.segment = segment;
        this.opening = opening;
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
    void opening(SegmentRecord record) {
        opening = record;
    }

    public long bytes() {
        return bytes;
    }

    void bytes(long bytes) {
        this.bytes = bytes;
    }
}

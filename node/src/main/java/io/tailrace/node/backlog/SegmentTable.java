package io.tailrace.node.backlog;

import io.tailrace.wire.record.QueueIndex;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;

/** The segments that a backlog holds, oldest first, and how large they are together. Owned by the shard's reactor thread. */
final class SegmentTable {
    private final ArrayDeque<SegmentInfo> segments = new ArrayDeque<>();
    private long closedBytes;

    boolean isEmpty() {
        return segments.isEmpty();
    }

    int size() {
        return segments.size();
    }

    SegmentInfo first() {
        return segments.getFirst();
    }

    SegmentInfo last() {
        return segments.getLast();
    }

    Collection<SegmentInfo> all() {
        return Collections.unmodifiableCollection(segments);
    }

    /** Adds the next segment; the one before it grows no more. */
    void open(SegmentInfo next) {
        if (!segments.isEmpty()) {
            closedBytes += last().bytes();
        }
        segments.add(next);
    }

    /** Takes the oldest one off, which is not the newest. */
    SegmentInfo removeFirst() {
        SegmentInfo oldest = segments.removeFirst();
        closedBytes -= oldest.bytes();
        return oldest;
    }

    /** Bytes of records in all of them. */
    long bytes() {
        return segments.isEmpty() ? 0 : closedBytes + last().bytes();
    }

    /** Bytes of records in the segments from this number on. */
    long bytesFrom(int segment) {
        long before = 0;
        for (SegmentInfo info : segments) {
            if (info.segment() >= segment) {
                break;
            }
            before += info.bytes();
        }
        return bytes() - before;
    }

    /** The segment of a number, or null. */
    SegmentInfo find(int segment) {
        if (segments.isEmpty() || last().segment() == segment) {
            return segments.peekLast();
        }
        for (SegmentInfo info : segments) {
            if (info.segment() == segment) {
                return info;
            }
        }
        return null;
    }

    /** Whether an index that is not behind the newest record is one of a record that is held. */
    boolean holds(long index) {
        SegmentInfo own = null;
        for (SegmentInfo info : segments) {
            if (own != null) {
                return index <= info.opening().previousIndex();
            }
            own = info.segment() == QueueIndex.segment(index) ? info : null;
        }
        return own != null;
    }
}

package io.tailrace.node.backlog;

import io.tailrace.wire.record.QueueIndex;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/** The segments that a backlog holds, oldest first, and how large they are together. Owned by the shard's reactor thread. */
public final class SegmentTable implements Iterable<SegmentInfo> {
    private final Path directory;
    private final ArrayDeque<SegmentInfo> segments = new ArrayDeque<>();
    private long closedBytes;

    /** @param directory of the queue, for messages */
    SegmentTable(Path directory) {
        this.directory = directory;
    }

    public boolean isEmpty() {
        return segments.isEmpty();
    }

    public int size() {
        return segments.size();
    }

    public SegmentInfo first() {
        return segments.getFirst();
    }

    public SegmentInfo last() {
        return segments.getLast();
    }

    /** The index of the oldest record, or -1. */
    public long firstIndex() {
        return isEmpty() ? QueueIndex.NONE : first().firstIndex();
    }

    @Override
    public Iterator<SegmentInfo> iterator() {
        return Collections.unmodifiableCollection(segments).iterator();
    }

    /** Those there are now, oldest first. */
    public List<SegmentInfo> copy() {
        return List.copyOf(segments);
    }

    /** Bytes of records in all of them. */
    public long bytes() {
        return segments.isEmpty() ? 0 : closedBytes + last().bytes();
    }

    /** Bytes of records from the segment of {@code index}, which must be held, to the end. */
    public long bytesFrom(long index) {
        int segment = QueueIndex.segment(index);
        long before = 0;
        for (SegmentInfo info : segments) {
            if (info.segment() >= segment) {
                break;
            }
            before += info.bytes();
        }
        return bytes() - before;
    }

    /**
     * How many records the history holds up to and including {@code index}, which must be held; deleted ones are counted, so this
     * is an offset without holes.
     */
    public long recordCount(long index) {
        SegmentInfo info = find(QueueIndex.segment(index));
        if (info == null) {
            throw new BacklogException("record " + QueueIndex.toString(index) + " is not in " + directory);
        }
        return info.opening().recordsBefore() + QueueIndex.sequence(index) + 1;
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
        assert closedBytes >= 0 : closedBytes;
        return oldest;
    }

    /** The segment of a number, or null. */
    public SegmentInfo find(int segment) {
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

    /** Whether an index that is not after the newest record is one of a record that is held. */
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

package io.tailrace.node.backlog;

import io.tailrace.wire.record.QueueIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;

/**
 * The read side of a backlog: who reads it now, and which of its records can be read. Owned by the shard's reactor thread.
 *
 * <pre>
 *  first            servedFrom                                 last
 *  |-- held, and ---|-- served --------------------------------|
 *      unreadable
 * </pre>
 */
final class BacklogReaders {
    private final SegmentFiles files;
    private final SegmentTable segments;
    private final SingleChronicleQueue queue;
    private final LongSupplier lastIndex;
    private final List<BacklogReader> open = new ArrayList<>();
    private final long maxMappedRecord;
    private volatile long servedFrom = QueueIndex.NONE;

    BacklogReaders(SegmentFiles files, SegmentTable segments, SingleChronicleQueue queue, LongSupplier lastIndex) {
        this.files = files;
        this.segments = segments;
        this.queue = queue;
        this.lastIndex = lastIndex;
        maxMappedRecord = queue.blockSize() / 4;
    }

    BacklogReader open() {
        ExcerptTailer tailer = queue.createTailer();
        // a reader of a shard's may be closed, or asked, by the thread that holds the shard
        tailer.singleThreadedCheckDisabled(true);
        BacklogReader reader = new BacklogReader(this, tailer);
        open.add(reader);
        return reader;
    }

    /** Bytes of the longest record that lies in mapped memory wherever it begins: a quarter of the queue's block. */
    long maxMappedRecord() {
        return maxMappedRecord;
    }

    void closed(BacklogReader reader) {
        open.remove(reader);
    }

    /** The oldest record that is needed, by a reader or for another reason. */
    long oldest(long neededFrom) {
        long oldest = neededFrom;
        for (BacklogReader reader : open) {
            oldest = reader.index() == QueueIndex.NONE ? oldest : Math.min(oldest, reader.index());
        }
        return oldest;
    }

    long lastIndex() {
        return lastIndex.getAsLong();
    }

    /** Whether the record is held: not deleted, already written, and its sequence within its segment. */
    boolean contains(long index) {
        return index <= lastIndex() && segments.holds(index);
    }

    /** {@link Backlog#servedFrom}. */
    long servedFrom() {
        return Math.max(segments.firstIndex(), servedFrom);
    }

    /** Whether the record is held and can be read, as far as is known. */
    boolean serves(long index) {
        return index >= servedFrom && contains(index);
    }

    /** A record that is held can't be read: from now on neither it nor anything before it, nor its segment, is served. */
    synchronized BacklogException unreadable(long index, String problem) {
        int segment = QueueIndex.segment(index);
        servedFrom = Math.max(servedFrom, QueueIndex.of(segment + 1, 0));
        return new BacklogException(
                files.path(segment) + " can't be read at record " + QueueIndex.toString(index) + ": " + problem);
    }

    /** The index of the record after one that is held and not the newest. */
    long following(long index) {
        if (contains(index + 1)) {
            return index + 1;
        }
        for (SegmentInfo info : segments) {
            if (info.firstIndex() > index) {
                return info.firstIndex();
            }
        }
        return index;
    }

    void close() {
        for (BacklogReader reader : List.copyOf(open)) {
            reader.close();
        }
    }

    @Override
    public String toString() {
        return files.directory().toString();
    }
}

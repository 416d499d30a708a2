package io.tailrace.node.backlog;

import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * Reads a backlog forward, record by record, in place. Owned by the thread that made it; closed through
 * {@link #close}. The record's bytes are valid until the next call.
 *
 * <p>The library gives the same answer for "too old" and "not yet written" and skips deleted segments silently, so
 * positions are checked by arithmetic: a step that is not the next record of the segment or the first of a later one is
 * an error.
 */
public final class BacklogReader implements AutoCloseable {
    private final Backlog backlog;
    private final ExcerptTailer tailer;
    private final RecordView record = new RecordView();
    private DocumentContext context;
    private long index = -1;

    BacklogReader(Backlog backlog, ExcerptTailer tailer) {
        this.backlog = backlog;
        this.tailer = tailer;
    }

    /** Goes to a record that exists: it becomes the current one. */
    public RecordView readAt(long wanted) {
        releaseRecord();
        if (!backlog.contains(wanted) || !tailer.moveToIndex(wanted)) {
            throw new BacklogException("no record " + QueueIndex.toString(wanted) + " in " + backlog);
        }
        index = -1;
        RecordView read = readNext();
        if (read == null || index != wanted) {
            throw new BacklogException(
                    "read " + QueueIndex.toString(index) + " for " + QueueIndex.toString(wanted) + " in " + backlog);
        }
        return read;
    }

    /** The next record, or null when there is none yet. */
    public RecordView next() {
        if (index == backlog.lastIndex()) {
            return null;
        }
        releaseRecord();
        return readNext();
    }

    private RecordView readNext() {
        context = tailer.readingDocument();
        if (!context.isPresent()) {
            releaseRecord();
            return null;
        }
        long read = context.index();
        if (index != -1 && !QueueIndex.follows(read, index)) {
            throw new BacklogException("after " + QueueIndex.toString(index) + " comes " + QueueIndex.toString(read)
                    + " in " + backlog + ": a gap");
        }
        index = read;
        Bytes<?> bytes = context.wire().bytes();
        record.wrap(bytes.addressForRead(bytes.readPosition()), (int) bytes.readRemaining());
        return record;
    }

    /** The record last read, as long as nothing else was read. */
    public RecordView current() {
        return record;
    }

    /** The index of the record last read, or -1. */
    public long index() {
        return index;
    }

    /** Where in the segment's file the current record ends. */
    long filePosition() {
        return context.wire().bytes().readLimit();
    }

    private void releaseRecord() {
        if (context != null) {
            context.close();
            context = null;
        }
    }

    @Override
    public void close() {
        releaseRecord();
        backlog.forget(this);
        tailer.close();
    }
}

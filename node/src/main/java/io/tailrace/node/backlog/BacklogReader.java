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
 *
 * <p>A record that must be there and can't be read is a {@link BacklogException} that names file and index, and its segment
 * is not {@link Backlog#serves served} from then on. The Java machine makes an {@link InternalError} of a page that the disk
 * can't give, not where it is read but some steps later, and leaves in place what memory there was. So nothing that was read may
 * be used outside of this process before {@link #requireRead}.
 */
public final class BacklogReader implements AutoCloseable {
    private final BacklogReaders backlog;
    private final ExcerptTailer tailer;
    private final RecordView record = new RecordView();
    private DocumentContext context;
    private long index = -1;
    private long reads;
    private int one = 1;
    private Object machineMade;

    BacklogReader(BacklogReaders backlog, ExcerptTailer tailer) {
        this.backlog = backlog;
        this.tailer = tailer;
    }

    /** Goes to a record that exists: it becomes the current one, and its header is as it is on the disk. */
    public RecordView readAt(long wanted) {
        if (!backlog.contains(wanted)) {
            throw new BacklogException("no record " + QueueIndex.toString(wanted) + " in " + backlog);
        }
        try {
            releaseRecord();
            index = -1;
            boolean isFound = tailer.moveToIndex(wanted) && readNext() != null && index == wanted;
            if (!isFound) {
                throw unreadable(wanted, "it is not there");
            }
            record.problem();
            letFaultsCome();
            return record;
        } catch (InternalError | IllegalStateException e) {
            throw unreadable(wanted, e.getMessage());
        }
    }

    /** The next record, or null when there is none yet. */
    public RecordView next() {
        if (index == backlog.lastIndex()) {
            return null;
        }
        long before = index;
        try {
            releaseRecord();
            if (readNext() == null) {
                throw unreadable(backlog.following(before), "it is not there");
            }
            return record;
        } catch (InternalError | IllegalStateException e) {
            throw unreadable(backlog.following(before), e.getMessage());
        }
    }

    /** Throws when something of what was read up to here was not as it is on the disk. */
    public void requireRead() {
        try {
            letFaultsCome();
        } catch (InternalError e) {
            throw unreadable(e);
        }
    }

    /** A fault of the memory that the current record is in, met by its reader. */
    public BacklogException unreadable(InternalError fault) {
        return unreadable(index, fault.getMessage());
    }

    /** Takes a fault that has yet to come along: it would be thrown into whatever is done next. */
    private BacklogException unreadable(long lost, String problem) {
        try {
            letFaultsCome();
        } catch (InternalError late) {
            return backlog.unreadable(lost, late.getMessage());
        }
        return backlog.unreadable(lost, problem);
    }

    /**
     * A fault is thrown where compiled or interpreted code comes back from the JVM at the latest, but not where a native
     * method does (JDK 17, {@code ThreadInVMfromJava}). An array of arrays of no constant size is made by the machine, always.
     */
    private void letFaultsCome() {
        machineMade = new byte[one][one];
    }

    private RecordView readNext() {
        reads++;
        context = tailer.readingDocument();
        if (!context.isPresent()) {
            releaseRecord();
            return null;
        }
        long read = context.index();
        if (index != -1 && !QueueIndex.follows(read, index)) {
            throw unreadable(
                    backlog.following(index),
                    "after " + QueueIndex.toString(index) + " comes " + QueueIndex.toString(read));
        }
        index = read;
        Bytes<?> bytes = context.wire().bytes();
        if (bytes.readRemaining() > backlog.maxMappedRecord()) {
            // a length out of a page that can't be read: the record would lead out of the memory that is mapped
            letFaultsCome();
        }
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

    /** How often it went to a record, there or not. */
    public long reads() {
        return reads;
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
        backlog.closed(this);
        tailer.close();
    }
}

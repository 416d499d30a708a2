package io.tailrace.node.rewind;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.backlog.BacklogSettings;
import io.tailrace.node.backlog.SegmentInfo;
import io.tailrace.node.backlog.SegmentLinks;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Puts a log together that ends with a record of another one: the segment of that record is copied up to it, the segments
 * before are linked, as closed segments never change. A queue can't be cut, and one of linked segments can't be appended to
 * without writing to the newest of them, so the copy comes first and by itself. Used by one thread at a time: the reactor, which
 * copies a slice at a time, and then the one that opens the whole and does not look at the other log, which the reactor uses.
 */
final class SharedLog implements AutoCloseable {
    private final Backlog from;
    private final Path directory;
    private final BacklogSettings settings;
    private final long last;
    private BacklogReader reader;
    private Backlog copy;

    /** @param last the record to end with, which {@code from} has */
    SharedLog(Backlog from, Path directory, BacklogSettings settings, long last) {
        this.from = from;
        this.directory = directory;
        this.settings = settings;
        this.last = last;
        copy = Backlog.open(directory, settings);
        try {
            reader = from.reader();
        } catch (RuntimeException | Error e) {
            copy.close();
            throw e;
        }
    }

    /** Copies some records; returns whether all are. */
    boolean copy(int budgetBytes) throws IOException {
        int copied = 0;
        RecordView record = copy.isEmpty() ? first() : reader.next();
        while (record != null && reader.index() <= last) {
            append(record);
            copied += record.length();
            if (reader.index() == last) {
                reader.close();
                reader = null;
                return true;
            }
            if (copied >= budgetBytes) {
                return false;
            }
            record = reader.next();
        }
        throw new IOException(from + " has no record " + QueueIndex.toString(last));
    }

    private RecordView first() {
        RecordView record = reader.readAt(QueueIndex.of(QueueIndex.segment(last), 0));
        for (SegmentInfo segment : from.segments()) {
            if (segment.segment() == QueueIndex.segment(last)) {
                copy.continueChain(segment.opening().previousChain());
            }
        }
        return record;
    }

    private void append(RecordView record) throws IOException {
        String problem = copy.verifier().next(reader.index(), record);
        if (problem == null) {
            problem = copy.growth().refusal(record.length());
        }
        if (problem != null) {
            throw new IOException("record " + QueueIndex.toString(reader.index()) + " of " + from + ": " + problem);
        }
        copy.append(reader.index(), record.address(), record.length(), record.chain());
    }

    /** The segments before the one that is copied, as of now. */
    SegmentLinks links() {
        return from.linksBefore(QueueIndex.segment(last));
    }

    /** The whole log, once all is copied; the caller's to close. Blocks for the disk, and is not for the reactor. */
    Backlog open(SegmentLinks links) throws IOException {
        copy.close();
        copy = null;
        links.linkInto(directory);
        return Backlog.open(directory, settings);
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
        if (copy != null) {
            copy.close();
            copy = null;
        }
    }
}

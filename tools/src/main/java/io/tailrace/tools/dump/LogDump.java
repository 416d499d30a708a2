package io.tailrace.tools.dump;

import io.tailrace.node.backlog.BacklogException;
import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.node.backlog.LogCheck;
import io.tailrace.node.backlog.LogFault;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.util.function.Consumer;

/** The way through one log: from its start on to what there is now, again and again while it is followed. */
final class LogDump implements AutoCloseable {
    private final LogLocation location;
    private final DumpRequest request;
    private final RecordSink sink;
    private final Consumer<String> notices;
    private final BacklogInspector log;
    private boolean isBegun;
    private boolean isOver;

    LogDump(LogLocation location, DumpRequest request, RecordSink sink, Consumer<String> notices) throws DumpException {
        this.location = location;
        this.request = request;
        this.sink = sink;
        this.notices = notices;
        try {
            log = new BacklogInspector(location.queue());
            log.seek(start());
        } catch (BacklogException e) {
            throw new DumpException(e.getMessage());
        }
    }

    /** A chain can only be verified from the opening of a segment on. */
    private long start() {
        LogPosition from = request.from();
        if (from == null || from.isTime()) {
            return 0;
        }
        return request.isVerifying() ? QueueIndex.of(QueueIndex.segment(from.value()), 0) : from.value();
    }

    /** Whether the last record that was wanted is behind. */
    boolean isOver() {
        return isOver;
    }

    /** Passes everything there is on, until the progress says stop. */
    void drain(DumpProgress progress) throws IOException, DumpException {
        try {
            while (!isOver && !progress.isOver()) {
                RecordView record = log.next();
                if (record == null) {
                    return;
                }
                step(record, progress);
            }
        } catch (BacklogException e) {
            throw new DumpException(e.getMessage());
        }
    }

    private void step(RecordView record, DumpProgress progress) throws IOException, DumpException {
        if (!isBegun) {
            isBegun = true;
            noticeWhatIsGone();
        }
        boolean isReadable = record.problem() == null;
        long micros = isReadable ? record.commitMicros() : 0;
        if (isReadable && request.to() != null && request.to().isBefore(log.index(), micros)) {
            isOver = true;
            return;
        }
        boolean isTooEarly = isReadable
                && !request.isVerifying()
                && request.from() != null
                && request.from().isAfter(log.index(), micros);
        if (!isTooEarly) {
            progress.in(location);
            progress.count(sink.accept(log, record));
        }
    }

    private void noticeWhatIsGone() {
        LogPosition from = request.from();
        long before = log.opening().previousIndex();
        if (from != null && !from.isTime() && log.isOpening() && from.value() <= before) {
            notices.accept(location + " begins at " + QueueIndex.toString(log.index()) + "; records "
                    + QueueIndex.toString(from.value()) + " to " + QueueIndex.toString(before) + " are gone");
        }
    }

    /** Says what an operator might wonder about, and lets the sink sum up. */
    void end() throws IOException, DumpException {
        if (request.isVerifying() && request.to() == null && !isOver) {
            checkEnd();
        }
        if (log.halfMade() != null) {
            notices.accept(
                    log.halfMade() + " was left out: it is not complete, as after a crash or in the middle of a roll");
        }
        LogPosition from = request.from();
        if (!isBegun && from != null && !from.isTime() && !request.isFollowing()) {
            notices.accept(location + " has no record at or after " + QueueIndex.toString(from.value()));
        }
        sink.end();
    }

    /**
     * Where a flipped bit makes the log look as if it ended, records follow. On a running node there may be ones that came
     * since; only what a second look finds at the same place is damage.
     */
    private void checkEnd() throws IOException, DumpException {
        LogFault fault = LogCheck.of(location.queue(), newestSegment()).fault();
        if (fault != null
                && fault.equals(LogCheck.of(location.queue(), newestSegment()).fault())) {
            throw new DumpException(fault.text());
        }
    }

    private long newestSegment() {
        return QueueIndex.of(Math.max(0, log.newestSegment()), 0);
    }

    @Override
    public void close() {
        log.close();
    }
}

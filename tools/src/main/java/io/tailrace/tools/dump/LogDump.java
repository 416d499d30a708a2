package io.tailrace.tools.dump;

import io.tailrace.node.backlog.BacklogException;
import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.node.backlog.ChainCheck;
import io.tailrace.node.backlog.LogCheck;
import io.tailrace.node.backlog.LogFault;
import io.tailrace.node.backlog.PartnerLogs;
import io.tailrace.tools.dump.DumpRequest.Flag;
import io.tailrace.tools.dump.DumpRequest.Purpose;
import io.tailrace.wire.record.PartView;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * The way through one log: from its start on to what there is now, again and again while it is followed. Each record is checked
 * before it is passed on. One thread.
 */
final class LogDump implements AutoCloseable {
    private static final String GO_ON = "; --ignore-damage marks it and continues";

    private final DumpRequest request;
    private final ChainCheck check;
    private final RecordSink sink;
    private final Consumer<String> notices;
    private LogLocation location;
    private BacklogInspector log;
    private LogPosition from;
    private boolean isBegun;
    private boolean hasPassed;
    private boolean hasShown;
    private boolean isOver;
    private boolean isAtEnd;
    private long lastIndex = QueueIndex.NONE;
    private final boolean isHolding;
    private final PartView part = new PartView();
    private PartnerLogs partners;
    /** A part of a transaction over several shards that is passed on when the others are in their logs. */
    private RecordView heldBack;

    LogDump(LogLocation location, DumpRequest request, ChainCheck check, RecordSink sink, Consumer<String> notices) {
        this.location = location;
        this.request = request;
        this.check = check;
        this.sink = sink;
        this.notices = notices;
        from = request.range().from();
        log = location.open();
        boolean isReplayed = request.isPrinting() && request.style().format() == DumpFormat.RESP;
        isHolding = request.has(Flag.FOLLOW) || isReplayed;
    }

    /** Goes to where it begins: the opening of the segment, from which on the chain can be checked. */
    void begin(LogPosition start) throws IOException {
        from = start;
        heldBack = null;
        partners = isHolding && partners == null ? location.partners() : partners;
        if (start == null) {
            log.seek(0);
        } else if (start.isTime()) {
            log.seek(LogPages.segmentBefore(location, start.value()));
        } else {
            log.seek(QueueIndex.of(QueueIndex.segment(start.value()), 0));
        }
    }

    /** Whether the last record that was wanted is past. */
    boolean isOver() {
        return isOver;
    }

    /** Passes everything there is on, until the progress says stop. */
    void drain(DumpProgress progress) throws IOException, DumpException {
        isAtEnd = false;
        while (!isOver && !progress.isOver()) {
            RecordView record;
            try {
                record = heldBack == null ? log.next() : heldBack;
                heldBack = record != null && isHalf(record) ? record : null;
            } catch (BacklogException e) {
                if (request.has(Flag.FOLLOW) && location.successor() != null) {
                    isAtEnd = true;
                    return;
                }
                skip(e, progress);
                continue;
            }
            if (record == null || heldBack != null) {
                isAtEnd = true;
                return;
            }
            step(record, progress);
        }
    }

    /** Whether it is a part of a transaction of which not all are in their logs: a start could take it away. */
    private boolean isHalf(RecordView record) {
        return partners != null
                && !log.isOpening()
                && record.problem() == null
                && part.wrap(record) == null
                && part.isPart()
                && partners.missing(part, true) >= 0;
    }

    /** What a broken frame or opening leaves of its segment can't be read one by one. */
    private void skip(BacklogException e, DumpProgress progress) throws DumpException {
        if (!request.has(Flag.IGNORE_DAMAGE)) {
            throw new DumpException(e.getMessage() + hint());
        }
        progress.damaged();
        notices.accept(e.getMessage()
                + "; the rest of its segment is omitted, 'tailrace repair' saves what can be read of it");
        log.skipSegment();
    }

    private void step(RecordView record, DumpProgress progress) throws IOException, DumpException {
        progress.passed(location, log.index());
        if (!isBegun) {
            isBegun = true;
            noticeWhatIsGone();
        }
        String fault = check.fault(log, record);
        boolean isReadable = record.problem() == null;
        long micros = isReadable ? record.commitMicros() : 0;
        if (isReadable && request.range().to() != null && request.range().to().isBefore(log.index(), micros)) {
            isOver = true;
            return;
        }
        boolean isEarly = isReadable && from != null && from.isAfter(log.index(), micros);
        boolean isSummed = request.purpose() == Purpose.VERIFY;
        if (isEarly && !isSummed) {
            return;
        }
        if (log.gap() != null && log.gap().isRetention()) {
            notices.accept(log.gap().text());
        }
        if (fault != null) {
            if (!request.has(Flag.IGNORE_DAMAGE)) {
                throw new DumpException(log.place() + ": " + fault + hint());
            }
            progress.damaged();
        }
        hasPassed = true;
        lastIndex = log.index();
        progress.in(location);
        boolean isShown = sink.accept(log, record, fault);
        hasShown |= isShown;
        progress.count(isShown);
    }

    private String hint() {
        return request.isPrinting() ? GO_ON : "";
    }

    private void noticeWhatIsGone() {
        long before = log.opening() == null ? QueueIndex.NONE : log.opening().previousIndex();
        if (from != null && !from.isTime() && log.isOpening() && from.value() <= before && !location.isFile()) {
            notices.accept(location + " begins at " + QueueIndex.toString(log.index()) + "; records "
                    + QueueIndex.toString(from.value()) + " to " + QueueIndex.toString(before) + " are gone");
        }
    }

    /**
     * Continues in the log that has taken the place of this one, as a full sync, a rewind or a repair leaves it: its indices are the
     * same. Whether there is one.
     */
    boolean follow() throws IOException {
        LogLocation next = isAtEnd ? location.successor() : null;
        if (next == null) {
            return false;
        }
        notices.accept("the log was replaced, and continues in " + next + " after " + QueueIndex.toString(lastIndex));
        log.close();
        location = next;
        log = location.open();
        check.restart();
        isBegun = false;
        begin(lastIndex == QueueIndex.NONE ? from : new LogPosition(false, lastIndex + 1));
        return true;
    }

    /** Says what an operator might wonder about, and lets the sink sum up. */
    void end(DumpProgress progress) throws IOException, DumpException {
        if (isAtEnd && request.range().to() == null && !request.has(Flag.FOLLOW) && !location.isFile()) {
            checkEnd(progress);
        }
        if (log.halfMade() != null) {
            notices.accept(
                    log.halfMade() + " was left out: it is not complete, as after a crash or in the middle of a roll");
        }
        if (heldBack != null) {
            notices.accept(log.place() + " is a part of a transaction over several shards, " + part.parts()
                    + ", whose other parts are not in their logs: it and what follows it are omitted");
        }
        if (!hasShown && !request.has(Flag.FOLLOW) && !progress.isOver()) {
            noticeNothing();
        }
        sink.end();
    }

    private void noticeNothing() {
        boolean isFiltered = hasPassed || request.range().isTail();
        String text = request.nothing(isFiltered && request.selection().isAny());
        if (text != null) {
            notices.accept(location + text);
        }
    }

    /**
     * Where a flipped bit makes the log look as if it ended, records follow. On a running node there may be ones that came
     * since; only what a second look finds at the same place is damage.
     */
    private void checkEnd(DumpProgress progress) throws IOException, DumpException {
        LogFault fault = LogCheck.of(location.queue(), newestSegment()).fault();
        boolean isDamage = fault != null
                && QueueIndex.segment(fault.index()) >= log.newestSegment()
                && fault.equals(LogCheck.of(location.queue(), newestSegment()).fault());
        if (!isDamage) {
            return;
        }
        if (!request.has(Flag.IGNORE_DAMAGE)) {
            throw new DumpException(fault.text() + "; 'tailrace repair' says what can be done");
        }
        progress.damaged();
        notices.accept(fault.text());
    }

    private long newestSegment() {
        return QueueIndex.of(Math.max(0, log.newestSegment()), 0);
    }

    @Override
    public void close() {
        if (partners != null) {
            partners.close();
        }
        log.close();
    }
}

package io.tailrace.tools.dump;

import io.tailrace.node.backlog.BacklogException;
import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.node.backlog.ChainCheck;
import io.tailrace.node.backlog.SegmentPage;
import io.tailrace.tools.dump.DumpRequest.Flag;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A log from its end: segment by segment, each of them read whole before its last record is. One thread. */
final class LogPages {
    private final LogLocation location;
    private final DumpRequest request;
    private final RecordFilter filter;
    private final Consumer<String> notices;
    /** How many of the last ones are wanted still. */
    private long left;

    LogPages(LogLocation location, DumpRequest request, RecordFilter filter, Consumer<String> notices) {
        this.location = location;
        this.request = request;
        this.filter = filter;
        this.notices = notices;
        left = request.range().tail();
    }

    private List<Integer> newestFirst() throws IOException {
        if (location.isFile()) {
            try (BacklogInspector log = location.open()) {
                long first = log.firstIndex();
                return first == QueueIndex.NONE ? List.of() : List.of(QueueIndex.segment(first));
            }
        }
        List<Integer> segments = new ArrayList<>(SegmentPage.segments(location.queue()));
        Collections.reverse(segments);
        return segments;
    }

    private SegmentPage page(int segment) throws IOException {
        return SegmentPage.of(location.queue(), segment);
    }

    /** The index to begin at so that at most so many records that are wanted come from there on. */
    long tailStart() throws IOException {
        long start = QueueIndex.NONE;
        long end = 0;
        for (int segment : newestFirst()) {
            try (SegmentPage page = page(segment)) {
                end = Math.max(end, QueueIndex.of(segment, page.size()));
                for (int i = page.size() - 1; i >= 0; i--) {
                    if (!isWanted(page, page.at(i))) {
                        continue;
                    }
                    start = page.index();
                    if (--left == 0) {
                        return start;
                    }
                }
            } catch (NoSuchFileException e) {
                break;
            }
        }
        return start == QueueIndex.NONE ? end : start;
    }

    private boolean isWanted(SegmentPage page, RecordView record) {
        boolean isReadable = record.problem() == null;
        LogPosition to = request.range().to();
        LogPosition from = request.range().from();
        if (isReadable && to != null && to.isBefore(page.index(), record.commitMicros())) {
            return false;
        }
        if (isReadable && from != null && from.isAfter(page.index(), record.commitMicros())) {
            return false;
        }
        boolean isShown = !page.isOpening() || filter.takesSegments();
        return isShown && filter.takes(page.opening()) && filter.takesAny(record);
    }

    /** Passes the records on from the newest to the oldest. */
    void drain(RecordSink sink, DumpProgress progress) throws IOException, DumpException {
        SegmentRecord after = null;
        long all = left;
        for (int segment : newestFirst()) {
            if (progress.isOver() || left == 0) {
                break;
            }
            try (SegmentPage page = page(segment)) {
                after = drain(page, after, sink, progress);
            } catch (NoSuchFileException e) {
                notices.accept(location + ": segment " + segment + " and those before it were deleted by retention");
                break;
            }
        }
        String nothing = left == all ? request.nothing(request.selection().isAny()) : null;
        if (nothing != null) {
            notices.accept(location + nothing);
        }
    }

    /** @return the page's opening, which tells where the page before it must end */
    private SegmentRecord drain(SegmentPage page, SegmentRecord after, RecordSink sink, DumpProgress progress)
            throws IOException, DumpException {
        Map<Integer, String> faults = check(page, after);
        if (page.damage() != null) {
            found(page.damage(), progress);
            notices.accept(page.damage() + "; the rest of its segment is left out");
        }
        for (int i = page.size() - 1; i >= 0 && left > 0 && !progress.isOver(); i--) {
            RecordView record = page.at(i);
            progress.passed(location, page.index());
            if (!isWanted(page, record)) {
                continue;
            }
            String fault = faults.get(i);
            if (fault != null) {
                found(page.place() + ": " + fault, progress);
            }
            progress.in(location);
            boolean isCounted = sink.accept(page, record, fault);
            left -= isCounted ? 1 : 0;
            progress.count(isCounted);
        }
        return page.opening();
    }

    private void found(String fault, DumpProgress progress) throws DumpException {
        if (!request.has(Flag.IGNORE_DAMAGE)) {
            throw new DumpException(fault + "; --ignore-damage marks it and continues");
        }
        progress.damaged();
    }

    /** What is wrong, by the number of the record. */
    private static Map<Integer, String> check(SegmentPage page, SegmentRecord after) {
        Map<Integer, String> faults = new HashMap<>();
        ChainCheck check = new ChainCheck();
        for (int i = 0; i < page.size() && page.opening() != null; i++) {
            RecordView record = page.at(i);
            String fault = check.fault(page, record);
            if (fault != null) {
                faults.put(i, fault);
            }
        }
        boolean isFollowed = after != null && page.size() > 0 && page.opening() != null;
        if (isFollowed && after.previousIndex() != page.index()) {
            faults.putIfAbsent(
                    page.size() - 1,
                    "records are missing after it: the next segment continues "
                            + QueueIndex.toString(after.previousIndex()));
        } else if (isFollowed && after.previousChain() != check.chain()) {
            faults.putIfAbsent(
                    page.size() - 1,
                    "its chain is " + HexText.of(check.chain()) + ", but the next segment continues "
                            + HexText.of(after.previousChain()));
        }
        return faults;
    }

    /** The index of the opening of the last segment that begins before a time: records of that time are not before it. */
    static long segmentBefore(LogLocation location, long micros) throws IOException {
        if (location.isFile()) {
            return 0;
        }
        long start = 0;
        try (BacklogInspector log = location.open()) {
            for (int segment : SegmentPage.segments(location.queue())) {
                log.seek(QueueIndex.of(segment, 0));
                RecordView opening = log.next();
                if (opening == null || opening.problem() != null || opening.commitMicros() >= micros) {
                    return start;
                }
                start = QueueIndex.of(segment, 0);
            }
        } catch (BacklogException e) {
            // damage, which is found when it is its turn
            return start;
        }
        return start;
    }
}

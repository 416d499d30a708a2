package io.tailrace.node.feed;

import io.tailrace.node.backlog.BacklogException;
import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.node.backlog.PartnerLogs;
import io.tailrace.node.backlog.SegmentPage;
import io.tailrace.node.shard.History;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.wire.record.ChainVerifier;
import io.tailrace.wire.record.PartView;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The way of a {@link ChangeFeed} through a shard's log, whichever generation of it is in force. Owned and closed by one thread.
 *
 * <p>It walks from the opening of the segment in which the last record lies that was read (the target), checks each record by its
 * chain, and delivers those after the target:
 *
 * <pre>
 *  met on the way                                     means
 *  the target, with another chain                     REPLACED: another log
 *  an opening that continues the target               continues; CONTINUED when its history is another
 *  an opening that continues a record after it        GAP
 *  an opening that continues a record before it       ROLLED_BACK to that one: the log has become shorter
 *  by the list of histories, the target's is none     REPLACED
 *  by that list, the target's ended before it         ROLLED_BACK to its end: what a rewind leaves
 *  a part of a transaction over several shards        delivered when all parts are in their logs ({@link PartnerLogs}); until
 *                                                     then there is nothing, as a start could take it away
 * </pre>
 */
final class FeedWalk implements AutoCloseable {
    private final Path root;
    private final Change change;
    private final ChainVerifier verifier = new ChainVerifier();
    private FeedStart start;
    private Path queue;
    private BacklogInspector log;
    private boolean isPlaced;
    private boolean isPassingOver;
    private String history;
    private long lastIndex = QueueIndex.NONE;
    private long lastChain;
    private HistoryChange pendingHistory;
    private FeedGap pendingGap;
    private HistoryChange historyChange;
    private FeedGap gap;
    private final PartView part = new PartView();
    private final PartnerLogs partners;
    /** A part that was read and not delivered, as others of its transaction are not there. */
    private RecordView heldBack;

    FeedWalk(Path root, int shard, FeedStart start) throws IOException {
        this.root = root;
        partners = new PartnerLogs(shard, other -> queueOf(root.resolveSibling("shard-" + other)));
        this.start = start;
        change = new Change(shard);
        openInForce();
        if (start.kind() == FeedStart.Kind.NOW) {
            passOver();
        }
    }

    /** A part of a data directory that was taken out of it has no others beside it. */
    private static Path queueOf(Path otherRoot) throws IOException {
        return Files.isDirectory(otherRoot) ? ShardDirectory.current(otherRoot).queue() : null;
    }

    /** All that there is before now. */
    private void passOver() throws IOException {
        if (!place()) {
            start = FeedStart.oldest();
            return;
        }
        FeedEvent event = next(true);
        while (event != FeedEvent.NOTHING) {
            event = next(true);
        }
    }

    private void openInForce() throws IOException {
        queue = ShardDirectory.current(root).queue();
        log = new BacklogInspector(queue);
        heldBack = null;
        isPlaced = false;
    }

    /** Continues where it is; finds neither another generation nor a segment after one that a crash left open. */
    FeedEvent poll() throws IOException {
        try {
            if (!isPlaced && !place()) {
                return FeedEvent.NOTHING;
            }
            return next(false);
        } catch (BacklogException e) {
            return orElsewhere(e);
        }
    }

    /** After there was nothing: looks around for where the log may continue. */
    FeedEvent lookAround() throws IOException {
        try {
            FeedEvent event = isPlaced ? next(true) : FeedEvent.NOTHING;
            if (event == FeedEvent.NOTHING && isElsewhere()) {
                moveOn();
            }
            return event;
        } catch (BacklogException e) {
            return orElsewhere(e);
        }
    }

    /** A generation that is not in force any more may be deleted under the reader. */
    private FeedEvent orElsewhere(BacklogException e) throws IOException {
        if (!isElsewhere()) {
            throw e;
        }
        moveOn();
        return FeedEvent.NOTHING;
    }

    private boolean isElsewhere() throws IOException {
        return !ShardDirectory.current(root).queue().equals(queue);
    }

    private void moveOn() throws IOException {
        log.close();
        if (lastIndex != QueueIndex.NONE) {
            start = FeedStart.after(position());
        }
        openInForce();
    }

    /** Finds the segment to begin with; false when the log has no record yet. */
    private boolean place() throws IOException {
        long first = log.firstIndex();
        if (first == QueueIndex.NONE) {
            return false;
        }
        long from =
                switch (start.kind()) {
                    case OLDEST -> 0;
                    case INDEX -> segmentOf(start.value());
                    case TIME -> segmentBefore(start.value());
                    case NOW -> newestSegment();
                    case AFTER -> target(start.position(), first);
                };
        isPassingOver = start.kind() == FeedStart.Kind.NOW;
        begin(from);
        return true;
    }

    private void begin(long from) {
        heldBack = null;
        log.seek(from);
        verifier.startAtOpening();
        isPlaced = true;
    }

    private long target(FeedPosition position, long first) throws IOException {
        history = position.history();
        lastIndex = position.index();
        lastChain = position.chain();
        History list = ShardDirectory.current(root).readHistory();
        long end = list.isEmpty() ? Long.MAX_VALUE : list.endOf(history);
        if (end == QueueIndex.NONE) {
            return replaced(list.current().id());
        }
        if (lastIndex > end) {
            History.Term next = list.terms().stream()
                    .filter(term -> term.previousIndex() == end)
                    .findFirst()
                    .orElseThrow();
            pendingHistory = new HistoryChange(HistoryChange.Kind.ROLLED_BACK, history, next.id(), lastIndex, end);
            lastIndex = end;
            lastChain = next.previousChain();
            history = next.id();
        }
        return segmentUpTo(QueueIndex.segment(lastIndex), first);
    }

    /** Where the log is shorter than what was read, as on a replica that will get the rest, it is the end of it that is walked. */
    private long segmentUpTo(int wanted, long first) throws IOException {
        long from = first;
        for (int segment : SegmentPage.segments(queue)) {
            from = segment <= wanted ? QueueIndex.of(segment, 0) : from;
        }
        return from;
    }

    /** @return where to start again */
    private long replaced(String by) {
        pendingHistory = new HistoryChange(HistoryChange.Kind.REPLACED, history, by, lastIndex, QueueIndex.NONE);
        lastIndex = QueueIndex.NONE;
        start = FeedStart.oldest();
        return 0;
    }

    private static long segmentOf(long index) {
        return QueueIndex.of(QueueIndex.segment(index), 0);
    }

    private long newestSegment() throws IOException {
        List<Integer> segments = SegmentPage.segments(queue);
        return segments.isEmpty() ? 0 : QueueIndex.of(segments.get(segments.size() - 1), 0);
    }

    /** The opening of the last segment that begins before a time. */
    private long segmentBefore(long micros) throws IOException {
        long from = 0;
        for (int segment : SegmentPage.segments(queue)) {
            log.seek(QueueIndex.of(segment, 0));
            RecordView opening = log.next();
            if (opening == null || opening.commitMicros() >= micros) {
                return from;
            }
            from = QueueIndex.of(segment, 0);
        }
        return from;
    }

    private FeedEvent next(boolean isLookingFurther) throws IOException {
        FeedEvent pending = pending();
        while (pending == null) {
            RecordView record = heldBack != null ? heldBack : isLookingFurther ? log.next() : log.nextHere();
            heldBack = record != null && isHalf(record, isLookingFurther) ? record : null;
            if (record == null || heldBack != null) {
                isPassingOver = false;
                return FeedEvent.NOTHING;
            }
            if (log.isOpening()) {
                cross(record);
            } else if (take(record)) {
                return FeedEvent.CHANGE;
            }
            pending = pending();
        }
        return pending;
    }

    /** Whether it is a part of a transaction of which not all are in their logs: a kill now would take it away. */
    private boolean isHalf(RecordView record, boolean isLookingFurther) {
        return !log.isOpening()
                && log.index() > lastIndex
                && record.problem() == null
                && part.wrap(record) == null
                && part.isPart()
                && partners.missing(part, isLookingFurther) >= 0;
    }

    private FeedEvent pending() {
        if (pendingHistory != null) {
            historyChange = pendingHistory;
            pendingHistory = null;
            return FeedEvent.HISTORY;
        }
        if (pendingGap != null) {
            gap = pendingGap;
            pendingGap = null;
            return FeedEvent.GAP;
        }
        return null;
    }

    /** A segment's opening: says whether the records after it continue what was read. */
    private void cross(RecordView record) {
        SegmentRecord opening = log.opening();
        long index = log.index();
        long previous = opening.previousIndex();
        if (lastIndex == QueueIndex.NONE) {
            crossFirst(previous, index);
        } else if (index > lastIndex) {
            if (previous == lastIndex && opening.previousChain() != lastChain) {
                begin(replaced(opening.history()));
                return;
            }
            if (previous < lastIndex) {
                pendingHistory = new HistoryChange(
                        HistoryChange.Kind.ROLLED_BACK, history, opening.history(), lastIndex, previous);
            } else if (!opening.history().equals(history) && pendingHistory == null) {
                pendingHistory = new HistoryChange(
                        HistoryChange.Kind.CONTINUED, history, opening.history(), lastIndex, lastIndex);
            }
            if (previous > lastIndex) {
                pendingGap = new FeedGap(lastIndex, previous, index);
                verifier.startAtOpening();
            }
        }
        check(record, index);
        if (index >= lastIndex) {
            read(record, index);
        }
    }

    private void crossFirst(long previous, long index) {
        boolean isMissing = start.kind() == FeedStart.Kind.INDEX && previous >= start.value();
        if (isMissing) {
            pendingGap = new FeedGap(start.value() - 1, previous, index);
        }
        start = isMissing ? FeedStart.oldest() : start;
    }

    /** @return whether it is to be delivered */
    private boolean take(RecordView record) {
        long index = log.index();
        check(record, index);
        if (index <= lastIndex) {
            if (index == lastIndex && record.chain() != lastChain) {
                begin(replaced(log.opening().history()));
            }
            return false;
        }
        read(record, index);
        if (isPassingOver || isEarly(record, index)) {
            return false;
        }
        change.wrap(record, index, history);
        return true;
    }

    private boolean isEarly(RecordView record, long index) {
        return switch (start.kind()) {
            case INDEX -> index < start.value();
            case TIME -> record.commitMicros() < start.value();
            default -> false;
        };
    }

    private void read(RecordView record, long index) {
        lastIndex = index;
        lastChain = record.chain();
        history = log.opening().history();
    }

    private void check(RecordView record, long index) {
        String problem = verifier.next(index, record);
        if (problem != null) {
            throw new FeedException(log.place() + ": " + problem);
        }
    }

    Change change() {
        return change;
    }

    FeedGap gap() {
        return gap;
    }

    HistoryChange historyChange() {
        return historyChange;
    }

    FeedPosition position() {
        return lastIndex == QueueIndex.NONE ? null : new FeedPosition(history, lastIndex, lastChain);
    }

    /** The part that is held back until the others of its transaction are in their logs, or {@link QueueIndex#NONE}. */
    long heldBack() {
        return heldBack == null ? QueueIndex.NONE : log.index();
    }

    @Override
    public void close() {
        partners.close();
        log.close();
    }
}

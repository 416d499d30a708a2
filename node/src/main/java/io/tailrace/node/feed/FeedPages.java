package io.tailrace.node.feed;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.backlog.SegmentInfo;
import io.tailrace.node.shard.History;
import io.tailrace.node.shard.Shard;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * The change feed for those that ask over a connection: page by page, by the node itself, which knows where each record is. What
 * {@link FeedWalk} finds on its way is known here by the list of histories and the chain at the record before. Owned by the shard's
 * reactor thread; its reader is closed after a second in which nobody asked, as it keeps the log.
 */
public final class FeedPages {
    /** Where a page ends, once it has a change. */
    private static final int MAX_BYTES = 1 << 20;

    private final Shard shard;
    private Backlog backlog;
    private BacklogReader reader;
    private boolean isUsed;
    private List<FeedPage.Entry> entries = new ArrayList<>();
    private String history;
    private long bytes;

    public FeedPages(Shard shard) {
        this.shard = shard;
    }

    /** What {@link FeedStart.Kind#NOW} is at this moment, or null while there is no record. */
    public FeedPosition newest() {
        Backlog log = shard.backlog();
        return log.isEmpty() ? null : new FeedPosition(log.newestOpening().history(), log.lastIndex(), log.lastChain());
    }

    /**
     * Copies what is next, at most this many changes and a mebibyte of them, or one that is longer.
     *
     * @param start not {@link FeedStart.Kind#NOW} nor {@link FeedStart.Kind#TIME}
     * @throws io.tailrace.node.backlog.BacklogException when the log can't be read there
     */
    public FeedPage read(FeedStart start, int most) {
        Backlog log = shard.backlog();
        if (log.isEmpty()) {
            return FeedPage.EMPTY;
        }
        entries = new ArrayList<>();
        history = null;
        bytes = 0;
        isUsed = true;
        openReader(log);
        boolean isThere =
                switch (start.kind()) {
                    case INDEX -> fromIndex(start.value());
                    case AFTER -> after(start.position());
                    default -> first();
                };
        if (isThere) {
            copy(most);
            reader.requireRead();
        }
        return entries.isEmpty() ? FeedPage.EMPTY : new FeedPage(List.copyOf(entries));
    }

    /** One of a log that was replaced was closed with it. */
    private void openReader(Backlog log) {
        if (backlog != log) {
            backlog = log;
            reader = null;
        }
        if (reader == null) {
            reader = log.reader();
        }
    }

    private boolean first() {
        reader.readAt(backlog.servedFrom());
        return true;
    }

    private boolean fromIndex(long index) {
        if (index > backlog.lastIndex()) {
            return false;
        }
        if (backlog.serves(index)) {
            reader.readAt(index);
            return true;
        }
        SegmentInfo next = segmentAfter(index - 1);
        long previous = next.opening().previousIndex();
        if (previous >= index) {
            entries.add(FeedPage.Entry.of(new FeedGap(index - 1, previous, next.firstIndex())));
        }
        reader.readAt(next.firstIndex());
        return true;
    }

    /** The first segment that is served and begins after an index. */
    private SegmentInfo segmentAfter(long index) {
        for (SegmentInfo segment : backlog.segments()) {
            if (segment.firstIndex() > index && segment.firstIndex() >= backlog.servedFrom()) {
                return segment;
            }
        }
        return backlog.segments().last();
    }

    private boolean after(FeedPosition position) {
        history = position.history();
        long last = position.index();
        long chain = position.chain();
        History list = shard.history();
        long end = list.endOf(history);
        if (end == QueueIndex.NONE) {
            return replaced(position);
        }
        if (last > end) {
            History.Term next = list.terms().stream()
                    .filter(term -> term.previousIndex() == end)
                    .findFirst()
                    .orElseThrow();
            entries.add(FeedPage.Entry.of(
                    new HistoryChange(HistoryChange.Kind.ROLLED_BACK, history, next.id(), last, end)));
            history = next.id();
            last = end;
            chain = next.previousChain();
        }
        return backlog.serves(last) ? afterHeld(position, last, chain) : afterGone(position, last, chain);
    }

    private boolean afterHeld(FeedPosition position, long last, long chain) {
        if (reader.readAt(last).chain() != chain) {
            return replaced(position);
        }
        return reader.next() != null;
    }

    /** A record that comes later, on a replica that is behind, is waited for. */
    private boolean afterGone(FeedPosition position, long last, long chain) {
        if (last > backlog.lastIndex()) {
            return false;
        }
        SegmentInfo next = segmentAfter(last);
        SegmentRecord opening = next.opening();
        boolean isOther =
                opening.previousIndex() < last || opening.previousIndex() == last && opening.previousChain() != chain;
        if (isOther) {
            return replaced(position);
        }
        if (opening.previousIndex() > last) {
            entries.add(FeedPage.Entry.of(new FeedGap(last, opening.previousIndex(), next.firstIndex())));
        }
        reader.readAt(next.firstIndex());
        return true;
    }

    private boolean replaced(FeedPosition position) {
        entries.add(FeedPage.Entry.of(new HistoryChange(
                HistoryChange.Kind.REPLACED,
                position.history(),
                shard.history().current().id(),
                position.index(),
                QueueIndex.NONE)));
        history = null;
        return first();
    }

    /** From the reader's record on. */
    private void copy(int most) {
        int changes = 0;
        for (RecordView record = reader.current(); record != null; record = reader.next()) {
            SegmentRecord opening =
                    backlog.segments().find(QueueIndex.segment(reader.index())).opening();
            if (!opening.history().equals(history)) {
                crossInto(opening);
            }
            if (!record.hasEffects()) {
                continue;
            }
            boolean isFull = changes == most || changes > 0 && bytes + record.length() > MAX_BYTES;
            if (isFull) {
                return;
            }
            changes++;
            add(record);
        }
    }

    private void crossInto(SegmentRecord opening) {
        if (history != null) {
            entries.add(FeedPage.Entry.of(new HistoryChange(
                    HistoryChange.Kind.CONTINUED,
                    history,
                    opening.history(),
                    opening.previousIndex(),
                    opening.previousIndex())));
        }
        history = opening.history();
    }

    private void add(RecordView record) {
        bytes += record.length();
        byte[] payload = Memory.toBytes(record.address() + RecordLayout.PAYLOAD_OFFSET, record.payloadLength());
        String token = new FeedPosition(history, reader.index(), record.chain()).token();
        entries.add(new FeedPage.Entry(token, record.commitMicros(), record.commandCount(), payload, null, null));
    }

    /** Once a second: lets the log go when nobody asks. */
    public void onSecond() {
        if (reader != null && !isUsed) {
            if (backlog == shard.backlog()) {
                reader.close();
            }
            reader = null;
        }
        isUsed = false;
    }
}

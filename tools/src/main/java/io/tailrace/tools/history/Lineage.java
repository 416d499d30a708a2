package io.tailrace.tools.history;

import io.tailrace.node.backlog.BacklogException;
import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.node.platform.AtomicFile;
import io.tailrace.node.shard.History;
import io.tailrace.tools.dump.LogLocation;
import io.tailrace.wire.record.Chain;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The histories that one shard's log went through, oldest first, as its file lists them, and how far its log reaches. Read
 * from outside; nothing is changed, and a node that runs there does not notice.
 *
 * @param log where it was read
 * @param opening of the log's newest segment
 * @param firstIndex of the oldest record that the log holds
 * @param lastIndex of the newest one
 * @param lastChain at that
 * @param lastMicros its commit time
 */
public record Lineage(
        LogLocation log,
        List<History.Term> terms,
        SegmentRecord opening,
        long firstIndex,
        long lastIndex,
        long lastChain,
        long lastMicros) {
    private static final int TRIES = 3;

    /**
     * @throws BacklogException when files are damaged, or the list and the log don't say the same
     * @throws IOException when files can't be read
     */
    public static Lineage read(LogLocation log) throws IOException {
        BacklogException problem = null;
        for (int i = 0; i < TRIES; i++) {
            try {
                return readOnce(log, terms(log.queue().resolveSibling("history")));
            } catch (BacklogException e) {
                // a node that is promoted now writes the record first and then the list
                problem = e;
            }
        }
        throw problem;
    }

    /**
     * The same where the list is missing or damaged: what the log's own segments say, which may be the newest histories only.
     */
    public static Lineage ofSegments(LogLocation log) throws IOException {
        History list = History.parse("");
        try (BacklogInspector inspector = new BacklogInspector(log.queue())) {
            inspector.seek(inspector.firstIndex());
            for (RecordView record = inspector.next(); record != null; record = inspector.next()) {
                requireWhole(inspector, record, Chain.SEED);
                list.observe(inspector.opening(), inspector.index(), record.commitMicros());
                inspector.seek(QueueIndex.of(inspector.newestSegment() + 1, 0));
            }
        }
        return readOnce(log, list.terms());
    }

    private static Lineage readOnce(LogLocation log, List<History.Term> terms) throws IOException {
        try (BacklogInspector inspector = new BacklogInspector(log.queue())) {
            long first = inspector.firstIndex();
            if (first == QueueIndex.NONE) {
                throw new BacklogException(log + " holds no record yet");
            }
            int newest = -1;
            inspector.seek(first);
            for (RecordView record = inspector.next(); record != null; record = inspector.next()) {
                requireWhole(inspector, record, Chain.SEED);
                require(terms, inspector.opening(), inspector.index());
                newest = inspector.newestSegment();
                inspector.seek(QueueIndex.of(newest + 1, 0));
            }
            inspector.seek(QueueIndex.of(newest, 0));
            return upToLast(log, terms, first, inspector);
        }
    }

    private static Lineage upToLast(LogLocation log, List<History.Term> terms, long first, BacklogInspector inspector) {
        Lineage last = null;
        for (RecordView record = inspector.next(); record != null; record = inspector.next()) {
            requireWhole(inspector, record, last == null ? Chain.SEED : last.lastChain());
            last = new Lineage(
                    log, terms, inspector.opening(), first, inspector.index(), record.chain(), record.commitMicros());
        }
        if (last == null) {
            throw new BacklogException(log + " lost its newest segment while it was read");
        }
        return last;
    }

    /** The record before an opening is not read: the opening says what its chain is. */
    private static void requireWhole(BacklogInspector inspector, RecordView record, long chainBefore) {
        long before = inspector.isOpening() ? inspector.opening().previousChain() : chainBefore;
        String problem = record.problem();
        if (problem == null && Chain.next(before, record.address(), record.length()) != record.chain()) {
            problem = "its chain does not follow, it is damaged";
        }
        if (problem != null) {
            throw new BacklogException(inspector.place() + ": " + problem);
        }
    }

    private static List<History.Term> terms(Path file) throws IOException {
        try {
            return History.parse(AtomicFile.read(file)).terms();
        } catch (IllegalArgumentException e) {
            throw new BacklogException(file + ": " + e.getMessage(), e);
        }
    }

    /** A segment must be of the history that was being written at its index. */
    private static void require(List<History.Term> terms, SegmentRecord opening, long index) {
        History.Term then = null;
        for (History.Term term : terms) {
            then = term.firstIndex() <= index ? term : then;
        }
        boolean isForgotten =
                then == null && terms.size() > 0 && terms.get(0).recordsBefore() > opening.recordsBefore();
        if (isForgotten) {
            return;
        }
        if (then == null || !then.id().equals(opening.history()) || then.term() != opening.term()) {
            throw new BacklogException("the segment at " + QueueIndex.toString(index) + " is of history "
                    + opening.history() + ", term " + opening.term() + "; the list has "
                    + (then == null ? "nothing" : "history " + then.id() + ", term " + then.term()) + " there");
        }
    }

    /** Records up to the newest, from the first of all. */
    public long records() {
        return opening.recordsBefore() + QueueIndex.sequence(lastIndex) + 1;
    }

    /** Records of the n-th term. */
    public long records(int n) {
        long end = n == terms.size() - 1 ? records() : terms.get(n + 1).recordsBefore();
        return end - terms.get(n).recordsBefore();
    }
}

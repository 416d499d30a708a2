package io.tailrace.node.shard;

import io.tailrace.wire.handshake.EndedHistory;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.SegmentRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The histories a shard's log has gone through: a new one begins at each promotion, and the list tells where. Owned by the
 * shard's thread.
 *
 * <p>(history, index, chain) names a prefix of one history; a log continues it when the history is in its list and the
 * index lies before the point where the next one began. As text, a line each, oldest first:
 * {@code <term> <history> <first index> <previous index> <previous chain> <records before> <began>}.
 *
 * <p>Only the newest {@value #MAX_TERMS} are kept, since the list is part of every snapshot's header: a log that left the others
 * that many promotions ago is foreign.
 */
public final class History {
    /**
     * One history of the list.
     *
     * @param id 40 hex digits
     * @param term counts promotions
     * @param firstIndex of its first record, a segment record
     * @param previousIndex of the last record before it, which belongs to the history before, or {@link QueueIndex#NONE}
     * @param previousChain at that record
     * @param recordsBefore how many records there are before its first one, from the first of all
     * @param beganMicros commit time of its first record, epoch microseconds, or 0 when that is not known
     */
    public record Term(
            String id,
            long term,
            long firstIndex,
            long previousIndex,
            long previousChain,
            long recordsBefore,
            long beganMicros) {
        private String line() {
            return term + " " + id + " " + firstIndex + " " + previousIndex + " " + HexText.of(previousChain) + " "
                    + recordsBefore + " " + beganMicros;
        }

        /** When it began is not known to all who know it. */
        private boolean isSame(Term other) {
            return id.equals(other.id) && term == other.term && firstIndex == other.firstIndex;
        }

        private static Term parse(String line) {
            String[] words = line.trim().split(" ");
            if (words.length != WORDS || !HexText.isHistory(words[1])) {
                throw new IllegalArgumentException("not a line of a history: " + line);
            }
            return new Term(
                    words[1],
                    Long.parseLong(words[0]),
                    Long.parseLong(words[2]),
                    Long.parseLong(words[3]),
                    HexText.parse(words[4]),
                    Long.parseLong(words[5]),
                    Long.parseLong(words[6]));
        }
    }

    static final int MAX_TERMS = 256;

    private static final int WORDS = 7;

    private final List<Term> terms = new ArrayList<>();

    /** Reads the text form; empty text is an empty list. Throws IllegalArgumentException naming the line that is wrong. */
    public static History parse(String text) {
        History history = new History();
        text.lines().filter(line -> !line.isBlank()).map(Term::parse).forEach(history.terms::add);
        return history;
    }

    /**
     * Learns from a segment's opening record.
     *
     * @param commitMicros of the record, or 0 when that is not known
     * @return whether it begins a history that was not known
     */
    public boolean observe(SegmentRecord opening, long index, long commitMicros) {
        for (Term term : terms) {
            if (term.id.equals(opening.history())) {
                return false;
            }
        }
        terms.add(new Term(
                opening.history(),
                opening.term(),
                index,
                opening.previousIndex(),
                opening.previousChain(),
                opening.recordsBefore(),
                commitMicros));
        trim();
        return true;
    }

    private void trim() {
        if (terms.size() > MAX_TERMS) {
            terms.subList(0, terms.size() - MAX_TERMS).clear();
        }
    }

    /** Becomes a copy of another list; only for one that is empty. */
    void adopt(History other) {
        assert terms.isEmpty() : terms;
        terms.addAll(other.terms);
    }

    /** Without the histories that begin after {@code lastIndex}. */
    public History until(long lastIndex) {
        History kept = new History();
        terms.stream().filter(term -> term.firstIndex <= lastIndex).forEach(kept.terms::add);
        return kept;
    }

    public boolean isEmpty() {
        return terms.isEmpty();
    }

    /**
     * This list with what another has after it, which a crash between a history's first record and the list leaves out, and with
     * what it has before it; null when they don't agree. An empty one is continued by a list of one only.
     */
    History continuedBy(History other) {
        if (isEmpty()) {
            return other.terms.size() <= 1 ? other : null;
        }
        int common = other.terms.size() - 1;
        while (common >= 0 && !other.terms.get(common).isSame(current())) {
            common--;
        }
        if (common < 0) {
            return null;
        }
        for (int back = 0; back <= common && back < terms.size(); back++) {
            if (!other.terms.get(common - back).isSame(terms.get(terms.size() - 1 - back))) {
                return null;
            }
        }
        History continued = new History();
        continued.terms.addAll(other.terms.subList(0, Math.max(0, common + 1 - terms.size())));
        continued.terms.addAll(terms);
        continued.terms.addAll(other.terms.subList(common + 1, other.terms.size()));
        continued.trim();
        return continued;
    }

    /** The history that is being written. */
    public Term current() {
        return terms.get(terms.size() - 1);
    }

    public List<Term> terms() {
        return Collections.unmodifiableList(terms);
    }

    /**
     * The last index that belongs to a history: records after it were written by a node that had left it.
     *
     * @return Long.MAX_VALUE for the current one, {@link QueueIndex#NONE} for one that is not in the list
     */
    public long endOf(String id) {
        for (int i = 0; i < terms.size(); i++) {
            if (terms.get(i).id.equals(id)) {
                return i == terms.size() - 1 ? Long.MAX_VALUE : terms.get(i + 1).previousIndex;
            }
        }
        return QueueIndex.NONE;
    }

    /** The histories before the current one, newest first, as a handshake tells them. */
    public List<EndedHistory> ended(int maxCount) {
        List<EndedHistory> ended = new ArrayList<>();
        for (int i = terms.size() - 2; i >= 0 && ended.size() < maxCount; i--) {
            ended.add(new EndedHistory(terms.get(i).id, terms.get(i + 1).previousIndex));
        }
        return ended;
    }

    /** The text form. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (String line : lines()) {
            text.append(line).append('\n');
        }
        return text.toString();
    }

    /** The lines of the text form. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>(terms.size());
        for (Term term : terms) {
            lines.add(term.line());
        }
        return lines;
    }
}

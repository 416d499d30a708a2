package io.tailrace.node.simulation;

import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.ShardIndexes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One record that some primary once wrote, with the one before it: a log is a path of these from the first one on. */
final class LoggedRecord {
    private final LoggedRecord before;
    private final String history;
    private final long index;
    private final long chain;
    private final List<byte[][]> effects;
    private final ShardIndexes parts;
    private final ShardIndexes needs;
    private final LoggedRecord lastPart;
    private final Set<String> holders = new HashSet<>();
    private final int depth;

    /**
     * @param before null for the first record of all
     * @param effects empty for the record that opens a segment
     * @param parts all records of its transaction, of several shards; empty when it is no part of one
     * @param needs records of other shards that were looked at
     */
    LoggedRecord(
            LoggedRecord before,
            String history,
            long index,
            long chain,
            List<byte[][]> effects,
            ShardIndexes parts,
            ShardIndexes needs) {
        this.before = before;
        this.history = history;
        this.index = index;
        this.chain = chain;
        this.effects = effects;
        this.parts = new ShardIndexes(parts);
        this.needs = new ShardIndexes(needs);
        lastPart = parts.isEmpty() ? before == null ? null : before.lastPart : this;
        depth = before == null ? 1 : before.depth + 1;
    }

    LoggedRecord before() {
        return before;
    }

    String history() {
        return history;
    }

    long index() {
        return index;
    }

    long chain() {
        return chain;
    }

    List<byte[][]> effects() {
        return effects;
    }

    /** Of all records of its transaction the shard and the index; empty when it is no part of one. */
    ShardIndexes parts() {
        return parts;
    }

    /** Of other shards the newest records when it was written, if those were looked at. */
    ShardIndexes needs() {
        return needs;
    }

    boolean isPart() {
        return !parts.isEmpty();
    }

    /** The newest part of a transaction up to here, or null. */
    LoggedRecord lastPart() {
        return lastPart;
    }

    /** Whether both are parts of one transaction. */
    boolean isPartner(LoggedRecord other) {
        return isPart() && parts.isSame(other.parts) && history.equals(other.history);
    }

    /** Of the records that lead here, the one at an index; null when there is none. */
    LoggedRecord at(long wanted) {
        LoggedRecord each = this;
        while (each != null && each.index > wanted) {
            each = each.before;
        }
        return each == null || each.index != wanted ? null : each;
    }

    /** How many records there are up to this one. */
    int depth() {
        return depth;
    }

    boolean isOpening() {
        return effects.isEmpty();
    }

    /** Whether a history begins with it. */
    boolean isPromotion() {
        return isOpening() && (before == null || !before.history.equals(history));
    }

    /** The newest record that two logs have in common, or null. */
    static LoggedRecord common(LoggedRecord one, LoggedRecord other) {
        LoggedRecord at = one;
        while (at != null && (other == null || !other.contains(at))) {
            at = at.before;
        }
        return at;
    }

    /** Of the records that lead here, the one that follows another of them; null for the first of all. */
    LoggedRecord after(LoggedRecord earlier) {
        LoggedRecord at = this;
        while (at.before != earlier) {
            at = at.before;
        }
        return at;
    }

    /** The marks of the values that are written in it. */
    List<String> marks() {
        List<String> marks = new ArrayList<>();
        for (byte[][] effect : effects) {
            for (int i = 2; i < effect.length; i++) {
                String mark = Mark.of(effect[i]);
                if (mark != null) {
                    marks.add(mark);
                }
            }
        }
        return marks;
    }

    /** The nodes that ever applied it. */
    Set<String> holders() {
        return holders;
    }

    /** Whether a log that ends here contains another record. */
    boolean contains(LoggedRecord other) {
        LoggedRecord at = this;
        while (at != null && at.depth > other.depth) {
            at = at.before;
        }
        return at == other;
    }

    /** The newest one up to here that stands for a write, or null. */
    LoggedRecord newestWrite() {
        LoggedRecord at = this;
        while (at != null && at.isOpening()) {
            at = at.before;
        }
        return at;
    }

    @Override
    public String toString() {
        return QueueIndex.toString(index) + " of " + history.substring(0, 6);
    }
}

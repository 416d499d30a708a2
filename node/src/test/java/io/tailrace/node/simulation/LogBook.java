package io.tailrace.node.simulation;

import io.tailrace.wire.record.Chain;
import io.tailrace.wire.record.EffectCursor;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.PartView;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import io.tailrace.wire.resp.Arguments;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Every record of one shard that any node ever had in its log, and which of them stand for writes that were answered. */
final class LogBook {
    private record Place(long index, long chain) {}

    private record HistoryPlace(String history, long index) {}

    private final Map<Place, LoggedRecord> records = new HashMap<>();
    private final Map<HistoryPlace, LoggedRecord> byHistory = new HashMap<>();
    private final Map<String, LoggedRecord> byWrite = new HashMap<>();
    private final Set<String> torn = new HashSet<>();
    private final List<Promise> promises = new ArrayList<>();
    private final EffectCursor cursor = new EffectCursor();
    private final PartView part = new PartView();

    /** A write that a client was told is done. */
    static final class Promise {
        private final LoggedRecord record;
        private final Set<String> keepers = new HashSet<>();
        private int level;

        Promise(LoggedRecord record) {
            this.record = record;
        }

        LoggedRecord record() {
            return record;
        }

        /** How many replicas a client was told have it. */
        int level() {
            return level;
        }

        /** The nodes that must not lose it: they had it when a client was told so. */
        Set<String> keepers() {
            return keepers;
        }

        void excuse(String node) {
            keepers.remove(node);
        }

        void raise(int replicas, Set<String> holders) {
            level = Math.max(level, replicas);
            if (replicas > 0) {
                keepers.addAll(holders);
            }
        }
    }

    /** The record at a place, or null. */
    LoggedRecord find(long index, long chain) {
        return records.get(new Place(index, chain));
    }

    /** The first record that a write, known by its mark, is in, or null: RENAME writes what was written before. */
    LoggedRecord write(String mark) {
        return byWrite.get(mark);
    }

    /** The first record that was written at an index of a history, or null. */
    LoggedRecord first(String history, long index) {
        return byHistory.get(new HistoryPlace(history, index));
    }

    /** A primary was killed before the other parts of this one were logged: it never was. */
    void withdraw(LoggedRecord part) {
        records.remove(new Place(part.index(), part.chain()));
        byHistory.remove(new HistoryPlace(part.history(), part.index()), part);
        byWrite.values().removeIf(record -> record == part);
    }

    /**
     * The end of this history may be gone on the node that wrote it: two records may stand at one index from now on. Who has
     * the wrong one is refused, or gets a snapshot where the right one is too old to be compared with.
     */
    void tear(LoggedRecord last) {
        if (last != null) {
            torn.add(last.history());
        }
    }

    boolean isTorn(LoggedRecord record) {
        return torn.contains(record.history());
    }

    /** Takes the record that opens a log; what stands before it is named in it. */
    LoggedRecord takeFirst(long index, RecordView view, String node, boolean mayBeNew) {
        SegmentRecord opening = SegmentRecord.parse(view);
        LoggedRecord before = null;
        if (opening.previousIndex() != QueueIndex.NONE) {
            before = find(opening.previousIndex(), opening.previousChain());
            Invariant.NO_INVENTED_RECORD.require(
                    before != null,
                    node + "'s log begins after " + QueueIndex.toString(opening.previousIndex()) + " with chain "
                            + HexText.of(opening.previousChain()) + ", which nobody wrote");
        }
        return take(before, index, view, node, mayBeNew);
    }

    /**
     * Takes a record that a node has.
     *
     * @param mayBeNew whether the node is one that writes records of its own
     */
    LoggedRecord take(LoggedRecord before, long index, RecordView view, String node, boolean mayBeNew) {
        long chain = Chain.next(before == null ? Chain.SEED : before.chain(), view.address(), view.length());
        Invariant.CHAIN.require(
                chain == view.chain(),
                node + " has " + QueueIndex.toString(index) + " with chain " + HexText.of(view.chain()) + " after "
                        + before + ", computed " + HexText.of(chain));
        LoggedRecord known = find(index, chain);
        if (known == null) {
            boolean isOpening = view.kind() == RecordLayout.KIND_SEGMENT;
            String history = isOpening ? SegmentRecord.parse(view).history() : before.history();
            LoggedRecord other = byHistory.get(new HistoryPlace(history, index));
            Invariant.SAME_RECORD.require(
                    other == null || torn.contains(history),
                    node + " has " + QueueIndex.toString(index) + " of " + history + " with chain " + HexText.of(chain)
                            + ", there is one with chain " + (other == null ? "" : HexText.of(other.chain())));
            Invariant.NO_INVENTED_RECORD.require(
                    mayBeNew, node + " has " + QueueIndex.toString(index) + " after " + before + ", and is a replica");
            String problem = part.wrap(view);
            Invariant.SAME_RECORD.require(problem == null, () -> node + " has a bad record: " + problem);
            known = new LoggedRecord(
                    before, history, index, chain, isOpening ? List.of() : effects(view), part.parts(), part.needs());
            records.put(new Place(index, chain), known);
            byHistory.putIfAbsent(new HistoryPlace(history, index), known);
            LoggedRecord written = known;
            known.marks().forEach(mark -> byWrite.putIfAbsent(mark, written));
        }
        Invariant.SAME_RECORD.require(
                known.before() == before, node + " has " + known + " after " + before + ", others " + known.before());
        known.holders().add(node);
        return known;
    }

    private List<byte[][]> effects(RecordView view) {
        List<byte[][]> effects = new ArrayList<>();
        cursor.wrap(view);
        while (cursor.next()) {
            Arguments arguments = cursor.arguments();
            byte[][] effect = new byte[arguments.count()][];
            for (int i = 0; i < effect.length; i++) {
                effect[i] = arguments.bytes(i);
            }
            effects.add(effect);
        }
        return effects;
    }

    /**
     * A client was told that the write in this record is done.
     *
     * @param isKept whether the node that said so is the one that is meant to
     */
    Promise promise(LoggedRecord record, boolean isKept) {
        Promise promise = new Promise(record);
        if (isKept) {
            promises.add(promise);
        }
        return promise;
    }

    List<Promise> promises() {
        return promises;
    }

    /** Promises that nobody has to keep any more. */
    void forgive(Predicate<LoggedRecord> which) {
        promises.removeIf(promise -> which.test(promise.record));
    }
}

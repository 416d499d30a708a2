package io.tailrace.node.simulation;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.store.Databases;
import io.tailrace.node.store.Entry;
import io.tailrace.node.store.Store;
import io.tailrace.node.store.ValueType;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Follows one node's log of one shard, over its restarts, and compares its store with it. */
final class LogWatch {
    /** Told of what the log goes through. */
    interface Listener {
        /** The node's store came to this state, by this record. */
        void reached(LoggedRecord last, Keyspace state);

        /**
         * The log is another one.
         *
         * @param isExcused whether it may hold less than before
         */
        void replaced(LoggedRecord before, LoggedRecord now, boolean isExcused);

        /** Whether the node that this one follows has a record. */
        boolean isOnPrimary(LoggedRecord record);

        /** Whether on the node that this one follows a history begins after a record. */
        boolean isPromotedAfter(LoggedRecord record);

        /** Whether the node has saved a write, known by its mark, in a file. */
        boolean isSaved(String mark);

        /** Whether data that was replaced since the last question was kept on the disk as it was. */
        boolean isKeptAside();

        /** The log, by a record of it, that an operator's order is bound to; null when there is none. */
        LoggedRecord forcedTo();

        /** Whether a log has all that the log had which the node follows, at any time since it does. */
        boolean isWholeCopy(LoggedRecord last);

        /** The node gave up what it had for a copy, as it was ordered to. */
        void copied(LoggedRecord before, LoggedRecord now);

        /** The node rolled back its records after {@code common}. */
        void rewound(LoggedRecord before, LoggedRecord common);

        /** The end of the log went with the power. */
        void lost(LoggedRecord before, LoggedRecord now);
    }

    private final LogBook book;
    private final String node;
    private final Listener listener;
    private Backlog backlog;
    private BacklogReader reader;
    private LoggedRecord last;
    private LoggedRecord durable;
    private Keyspace state = new Keyspace();
    private boolean wasPrimary;
    private boolean isToCompare;
    private boolean mayDiscard;
    private boolean isPowerLost;
    private int generation;

    LogWatch(LogBook book, String node, Listener listener) {
        this.book = book;
        this.node = node;
        this.listener = listener;
    }

    /** The newest record in the log, or null. */
    LoggedRecord last() {
        return last;
    }

    /** The newest record that was said to be on the disk, or null. */
    LoggedRecord durable() {
        return durable;
    }

    Keyspace state() {
        return state;
    }

    /** The node was told to throw away what it has. */
    void mayDiscard() {
        mayDiscard = true;
    }

    /** Which of its logs the node has: another number for another one. */
    int generation() {
        return generation;
    }

    /** The directory is another one, or empty: nothing is expected of it. */
    void directoryLost() {
        killed();
        if (last != null) {
            book.tear(last);
        }
        last = null;
        durable = null;
        state = new Keyspace();
        wasPrimary = false;
        mayDiscard = false;
        isPowerLost = false;
        generation++;
    }

    /** The power was lost: the log is expected to end anywhere from its newest durable record on. */
    void lostPower() {
        backlog = null;
        reader = null;
        isPowerLost = true;
        if (last != durable) {
            book.tear(last);
        }
    }

    /** The disk failed in the middle of something: what opened the newest segment may be rolled back. */
    void diskFailed() {
        book.tear(last);
    }

    /** The process was killed before the other parts of the newest record were logged: it is to be gone at the next start. */
    void torn() {
        if (last.holders().equals(Set.of(node))) {
            book.withdraw(last);
        }
        last = last.before();
    }

    /** The process was killed: the log is expected to be there as it was. */
    void killed() {
        backlog = null;
        reader = null;
    }

    /**
     * After a step of the node.
     *
     * @param isPrimary whether it writes records of its own
     * @param isPromotionPending whether it begins a history to take over
     */
    void check(Shard shard, boolean isPrimary, BooleanSupplier isPromotionPending) {
        boolean mayWrite = isPrimary || wasPrimary;
        wasPrimary = isPrimary;
        if (shard.backlog() != backlog) {
            follow(shard.backlog(), mayWrite || isPromotionPending.getAsBoolean());
            isToCompare = true;
        } else if (hasMore()) {
            readOn(mayWrite || isPromotionPending.getAsBoolean());
        }
        noteDurable(shard);
        if (isToCompare) {
            compare(shard.databases());
            isToCompare = false;
        }
    }

    private boolean hasMore() {
        return backlog.lastIndex() != (last == null ? QueueIndex.NONE : last.index());
    }

    /** Within a step of the node, where a record may not be in the store yet. */
    void look(Shard shard, boolean isPrimary, BooleanSupplier isPromotionPending) {
        if (backlog != null && shard.backlog() == backlog && hasMore()) {
            readOn(isPrimary || wasPrimary || isPromotionPending.getAsBoolean());
            noteDurable(shard);
        }
    }

    /** The log is another one: after a start, a full sync, or when its end was rolled back. */
    private void follow(Backlog next, boolean mayWrite) {
        LoggedRecord before = last;
        generation++;
        backlog = next;
        last = null;
        reader = next.reader();
        if (!next.isEmpty()) {
            RecordView view = reader.readAt(next.firstIndex());
            last = book.takeFirst(reader.index(), view, node, mayWrite);
            for (view = reader.next(); view != null; view = reader.next()) {
                last = book.take(last, reader.index(), view, node, mayWrite);
            }
        }
        requireNothingLost(before);
        state = last == null ? new Keyspace() : Keyspace.at(last);
        listener.reached(last, state);
    }

    private void requireNothingLost(LoggedRecord before) {
        LoggedRecord expected = isPowerLost ? durable : before;
        LoggedRecord write = expected == null ? null : expected.newestWrite();
        boolean isKept = write == null || last != null && last.contains(write);
        if (before != null) {
            listener.replaced(before, last, isPowerLost || mayDiscard || write == null || book.isTorn(write));
        }
        if (isPowerLost) {
            Invariant.DURABLE.require(isKept, node + " had forced " + write + ", and is at " + last + " now");
            if (before != null && (last == null || !last.contains(before))) {
                listener.lost(before, last);
            }
        } else if (!isKept) {
            requireReplaced(before, write);
        }
        isPowerLost = false;
        if (durable != null && (last == null || !last.contains(durable))) {
            durable = null;
        }
    }

    /** What was here is gone: for a copy that was ordered, or because it was rolled back, or it could not be compared. */
    private void requireReplaced(LoggedRecord before, LoggedRecord write) {
        LoggedRecord forcedTo = mayDiscard ? listener.forcedTo() : null;
        boolean isCut = last == null || before.contains(last);
        if (forcedTo != null) {
            Invariant.CONSENTED.require(
                    last != null && last.contains(forcedTo),
                    node + " had " + before + " and an order for the log up to " + forcedTo + ", and is at " + last
                            + " now");
            mayDiscard = false;
            listener.copied(before, last);
        } else if (!book.isTorn(write)) {
            requireRewound(before);
            requireWholeCopy(before);
        } else if (!isCut) {
            requireWholeCopy(before);
        }
    }

    private void requireWholeCopy(LoggedRecord before) {
        Invariant.CONSENTED.require(
                last != null && LoggedRecord.common(before, last) != null && listener.isWholeCopy(last),
                node + " had " + before + ", and is at " + last + " now, which is no complete copy of what it follows");
    }

    /**
     * What is gone here and the primary hasn't was rolled back: after a promotion, of this node or of another, and saved. What
     * the primary has comes again.
     */
    private void requireRewound(LoggedRecord before) {
        boolean isKeptAside = listener.isKeptAside();
        LoggedRecord common = LoggedRecord.common(before, last);
        LoggedRecord first = null;
        for (LoggedRecord lost = before; lost != common; lost = lost.before()) {
            if (!listener.isOnPrimary(lost)) {
                first = lost;
            }
        }
        if (first != null) {
            Invariant.NOTHING_LOST.require(
                    first.isPromotion() || listener.isPromotedAfter(first.before()),
                    node + " had " + before + ", and is at " + last + " now, and nobody was promoted after "
                            + first.before());
            for (LoggedRecord lost = before; lost != first.before(); lost = lost.before()) {
                Invariant.REWOUND.require(
                        isKeptAside
                                || listener.isOnPrimary(lost)
                                || lost.marks().stream().allMatch(listener::isSaved),
                        node + " rolled back " + lost + " with " + lost.marks() + ", and is at " + last + " now");
            }
            listener.rewound(before, first.before());
        }
    }

    private void readOn(boolean mayWrite) {
        if (backlog.isEmpty()) {
            return;
        }
        isToCompare = true;
        for (RecordView view = next(); view != null; view = reader.next()) {
            last = last == null
                    ? book.takeFirst(reader.index(), view, node, mayWrite)
                    : book.take(last, reader.index(), view, node, mayWrite);
            state.apply(last);
            listener.reached(last, state);
        }
    }

    private RecordView next() {
        return last == null ? reader.readAt(backlog.firstIndex()) : reader.next();
    }

    /** A start cuts off what is on the disk, but depends on what another shard's disk has not. */
    private void noteDurable(Shard shard) {
        long index = shard.sharing().closedDurableIndex();
        if (index == QueueIndex.NONE || durable != null && durable.index() >= index) {
            return;
        }
        for (LoggedRecord each = last; each != null && each.index() >= index; each = each.before()) {
            if (each.index() == index) {
                durable = each;
                return;
            }
        }
    }

    private void compare(Databases databases) {
        int[] count = {0};
        databases.stores().forEach(store -> compare(databases.databaseAt(store.place()), store, count));
        Invariant.FOLD.require(
                count[0] == state.size() && databases.keys() == state.size(),
                node + " at " + last + " has " + count[0] + " keys and counts " + databases.keys() + ", its log says "
                        + state.values().keySet());
    }

    private void compare(int database, Store store, int[] count) {
        for (int segment = 0; segment < store.segments(); segment++) {
            store.scan(segment, (address, length, entry) -> {
                count[0]++;
                String key = new String(Memory.toBytes(address, length), StandardCharsets.ISO_8859_1);
                Keyspace.Value expected = state.get(database, key);
                Invariant.FOLD.require(
                        expected != null && isEqual(expected, store, address, length, entry),
                        () -> node + " at " + last + " has " + database + ":" + key + " = "
                                + held(store, address, length, entry).text() + ", its log says "
                                + (expected == null ? "nothing" : expected.text()));
            });
        }
    }

    private static boolean isEqual(Keyspace.Value expected, Store store, long key, int length, Entry entry) {
        if (entry.type() == ValueType.STRING) {
            return expected.isString(entry.valueAddress(), entry.valueLength(), entry.expireAtEpochMs());
        }
        return expected.elements() != null
                && expected.deadline() == entry.expireAtEpochMs()
                && expected.elements().equals(HeldElements.of(store, key, length, entry));
    }

    private static Keyspace.Value held(Store store, long key, int length, Entry entry) {
        return entry.type() == ValueType.STRING
                ? Keyspace.Value.of(Memory.toBytes(entry.valueAddress(), entry.valueLength()), entry.expireAtEpochMs())
                : Keyspace.Value.of(HeldElements.of(store, key, length, entry), entry.expireAtEpochMs());
    }
}

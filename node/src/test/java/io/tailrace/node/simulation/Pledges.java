package io.tailrace.node.simulation;

import java.util.List;

/** What clients were told is done, and who may break it: the operator's decisions, and losses that are nobody's fault. */
final class Pledges {
    private final Simulation world;

    Pledges(Simulation world) {
        this.world = world;
    }

    private List<LogBook> books() {
        return world.books();
    }

    static boolean has(Machine machine, LoggedRecord record) {
        return machine.logs().stream()
                .anyMatch(log -> log.last() != null && log.last().contains(record));
    }

    /** The operator made a node the primary: promises that none of those he saw keeps are void. */
    void promoted(Machine chosen, List<Machine> candidates) {
        for (int shard = 0; shard < books().size(); shard++) {
            LogBook book = books().get(shard);
            LoggedRecord last = chosen.logs().get(shard).last();
            for (LogBook.Promise promise : book.promises()) {
                LoggedRecord record = promise.record();
                boolean isSeen = candidates.stream().anyMatch(other -> has(other, record));
                boolean isKept = last != null && last.contains(record);
                boolean isComparable = !book.isTorn(record) && LoggedRecord.common(record, last) != null;
                Invariant.PROMOTED.require(
                        isKept || !isSeen || promise.level() == 0 || books().size() > 1 || !isComparable,
                        chosen + " is at " + last + " and lacks " + record + ", which a replica acknowledged");
            }
            book.forgive(record -> last == null || !last.contains(record));
        }
    }

    /** A node has taken over as planned: it has what the one before it had, unless it was to do without. */
    void handedOver(Machine from, Machine next, boolean isForced) {
        for (int shard = 0; shard < books().size(); shard++) {
            LogBook book = books().get(shard);
            LoggedRecord last = next.logs().get(shard).last();
            for (LogBook.Promise promise : book.promises()) {
                Invariant.HANDED_OVER.require(
                        isForced || last.contains(promise.record()),
                        next + " has taken over from " + from + " at " + last + ", without " + promise.record()
                                + ", which was answered");
            }
            book.forgive(record -> !last.contains(record));
        }
    }

    /** The operator lets a node give its data up for the primary's. */
    void forced(Machine machine, String why) {
        world.trace().event(machine + " may give its data up: " + why);
        machine.logs().forEach(LogWatch::mayDiscard);
    }

    /** A node has given up what it had, for a copy, as it was ordered to. */
    void givenUp(Machine machine, LogBook book, LoggedRecord before, LoggedRecord now) {
        book.forgive(record -> before.contains(record) && !now.contains(record));
    }

    /** The operator continues with a primary whose directory was lost: nobody else need keep what it had. */
    void accepted() {
        books().forEach(book -> book.forgive(record -> true));
    }

    /** A machine's directory is gone, and all that only it had. */
    void directoryLost(Machine machine) {
        for (LogBook book : books()) {
            book.promises().forEach(promise -> promise.excuse(machine.host()));
            book.forgive(record -> has(machine, record)
                    && world.machines().stream().noneMatch(other -> other != machine && has(other, record)));
        }
    }

    /** The unforced end of a log went with the power. */
    void lost(Machine machine, LogBook book, LoggedRecord before, LoggedRecord now) {
        book.forgive(record -> before.contains(record)
                && (now == null || !now.contains(record))
                && (machine == world.operator().primary()
                        || world.machines().stream().noneMatch(other -> other != machine && has(other, record))));
    }

    /**
     * A node's log is another one now: what it once acknowledged is still there, or it is excused forever.
     *
     * @param isExcused whether the node was told to throw it away, or lost it with the power or the disk
     */
    void replaced(Machine machine, LogBook book, LoggedRecord now, boolean isExcused) {
        for (LogBook.Promise promise : book.promises()) {
            boolean isKept = now != null && now.contains(promise.record());
            if (!isKept && promise.keepers().contains(machine.host())) {
                Invariant.ACKNOWLEDGED.require(
                        isExcused,
                        machine + " is at " + now + " and lacks " + promise.record()
                                + ", which was acknowledged at level " + promise.level() + " and is to be kept by "
                                + promise.keepers());
                promise.excuse(machine.host());
            }
        }
    }

    /** Every write that a client was told is done, and that nobody gave up, is there. */
    void requireAll() {
        for (int shard = 0; shard < books().size(); shard++) {
            LoggedRecord last = world.operator().primary().logs().get(shard).last();
            for (LogBook.Promise promise : books().get(shard).promises()) {
                Invariant.NOTHING_LOST.require(
                        last.contains(promise.record()),
                        promise.record() + " was answered and acknowledged by " + promise.level()
                                + ", the nodes are at " + last);
            }
        }
    }
}

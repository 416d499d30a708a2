package io.tailrace.node.simulation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The records of a write that a client was answered, known by the marks of its values: one of one shard, or those of all shards that
 * the transaction wrote to, each with its part of it.
 */
final class AnsweredWrite {
    private record Part(int shard, LoggedRecord record) {}

    private final List<Part> parts = new ArrayList<>();
    private final List<LogBook.Promise> promises = new ArrayList<>();

    private AnsweredWrite() {}

    /** Finds it in the logs of the node that answered. */
    static AnsweredWrite of(Machine machine, List<LogBook> books, List<String> marks) {
        LoggedRecord found = null;
        for (int shard = 0; shard < books.size(); shard++) {
            LoggedRecord record = books.get(shard).write(marks.get(0));
            if (record != null) {
                found = record;
                AnsweredWrite whole = whole(machine, shard, record);
                if (marks.stream().allMatch(mark -> whole.has(books, mark))) {
                    return whole;
                }
            }
        }
        Invariant.ANSWERED.require(
                false,
                machine + " answered " + marks
                        + (found == null ? ", which nobody has logged" : ", which is not all in " + found));
        return null;
    }

    private static AnsweredWrite whole(Machine machine, int shard, LoggedRecord record) {
        AnsweredWrite whole = new AnsweredWrite();
        if (!record.isPart()) {
            whole.parts.add(new Part(shard, record));
            return whole;
        }
        for (int i = 0; i < record.parts().count(); i++) {
            int other = record.parts().shard(i);
            LoggedRecord end = machine.logs().get(other).last();
            LoggedRecord partner = end == null ? null : end.at(record.parts().index(i));
            if (partner != null && partner.isPartner(record)) {
                whole.parts.add(new Part(other, partner));
            }
        }
        return whole;
    }

    private boolean has(List<LogBook> books, String mark) {
        return parts.stream().anyMatch(part -> books.get(part.shard()).write(mark) == part.record());
    }

    /** The node that answered has all of it, on the disk where it must. */
    void require(Machine machine, boolean isForced) {
        for (Part part : parts) {
            LogWatch log = machine.logs().get(part.shard());
            Invariant.ANSWERED.require(
                    part.record().holders().contains(machine.host()),
                    machine + " answered " + part.record() + " without a record");
            Invariant.ANSWERED.require(
                    !isForced || log.durable() != null && log.durable().contains(part.record()),
                    machine + " answered " + part.record() + " before it was forced, up to " + log.durable());
        }
    }

    /**
     * A client was told that it is done.
     *
     * @param isKept whether the node that said so is the one that is meant to
     */
    void promise(List<LogBook> books, boolean isKept) {
        for (Part part : parts) {
            promises.add(books.get(part.shard()).promise(part.record(), isKept));
        }
    }

    /** A client was told that so many replicas have it: all of it. */
    void acknowledged(Machine machine, int replicas, Client.World world) {
        Set<String> others = new HashSet<>(parts.get(0).record().holders());
        parts.forEach(part -> others.retainAll(part.record().holders()));
        others.remove(machine.host());
        Invariant.ACKNOWLEDGED.require(
                others.size() >= replicas,
                machine + " says that " + replicas + " replicas have " + parts + ", they are " + others);
        promises.forEach(promise -> promise.raise(replicas, world.keepers(promise.record())));
    }

    boolean isOverShards() {
        return parts.size() > 1;
    }

    /** A node says that it has it. */
    void requireOn(Machine machine) {
        for (Part part : parts) {
            LoggedRecord last = machine.logs().get(part.shard()).last();
            Invariant.REACHED.require(
                    last != null && last.contains(part.record()),
                    machine + " has reached " + parts + " and is at " + last + " of shard " + part.shard());
        }
    }
}

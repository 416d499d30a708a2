package io.tailrace.node.simulation;

import io.tailrace.node.reactor.Reactor;
import io.tailrace.wire.record.QueueIndex;
import java.util.Arrays;
import java.util.List;

/**
 * That the logs of a node's shards in service are closed: each part of a transaction over several shards is there with all others, and
 * with the records that were looked at for it.
 * A shard that has new data and waits for the others is not in service; nor is one whose data is being loaded.
 */
final class ClosedLogs {
    private final Machine machine;
    /** Of each shard's log: up to here all parts have their partners, as long as no log is replaced. */
    private final LoggedRecord[] checked;

    private final int[] generations;
    private boolean isTrusting;

    ClosedLogs(Machine machine, int shards) {
        this.machine = machine;
        checked = new LoggedRecord[shards];
        generations = new int[shards];
    }

    /** Does not look any more, for a test of another test. */
    void trust() {
        isTrusting = true;
    }

    private LogWatch log(int shard) {
        return machine.logs().get(shard);
    }

    /** After a step of the node, when all that its logs have was read. */
    void check() {
        if (checked.length == 1 || isTrusting) {
            return;
        }
        List<Reactor> reactors = machine.reactors();
        boolean isAnyHidden = false;
        for (int shard = 0; shard < checked.length; shard++) {
            isAnyHidden |= !isInService(reactors.get(shard));
            if (generations[shard] != log(shard).generation()) {
                generations[shard] = log(shard).generation();
                Arrays.fill(checked, null);
            }
        }
        for (int shard = 0; shard < checked.length; shard++) {
            if (isInService(reactors.get(shard))) {
                check(shard, reactors);
                checked[shard] = isAnyHidden ? null : log(shard).last();
            }
        }
    }

    private static boolean isInService(Reactor reactor) {
        return !reactor.services().isLoading()
                && !reactor.shard().backlog().parts().isAhead();
    }

    private void check(int shard, List<Reactor> reactors) {
        LoggedRecord last = log(shard).last();
        LoggedRecord part = last == null ? null : last.lastPart();
        while (part != null && (checked[shard] == null || part.depth() > checked[shard].depth())) {
            for (int i = 0; i < part.parts().count(); i++) {
                int other = part.parts().shard(i);
                LoggedRecord end = log(other).last();
                LoggedRecord partner = end == null ? null : end.at(part.parts().index(i));
                Invariant.CLOSED.require(
                        !isInService(reactors.get(other)) || partner != null && partner.isPartner(part),
                        machine + " has " + part + " of shard " + shard + " with parts " + part.parts() + ", and shard "
                                + other + " is at " + end + " with " + partner + " there");
            }
            for (int i = 0; i < part.needs().count(); i++) {
                int other = part.needs().shard(i);
                LoggedRecord end = log(other).last();
                LoggedRecord needed = end == null ? null : end.at(part.needs().index(i));
                Invariant.CLOSED.require(
                        !isInService(reactors.get(other)) || needed != null,
                        machine + " has " + part + " of shard " + shard + " that needs " + part.needs() + ", and shard "
                                + other + " is at " + end + " with " + needed + " there");
            }
            part = part.before() == null ? null : part.before().lastPart();
        }
    }

    /** The process was killed: what it has logged of a transaction without the rest is cut off by the next start. */
    void killed() {
        for (int shard = 0; shard < checked.length && checked.length > 1; shard++) {
            LoggedRecord last = log(shard).last();
            if (last != null && last.isPart() && isTorn(last)) {
                log(shard).torn();
            }
        }
    }

    private boolean isTorn(LoggedRecord part) {
        for (int i = 0; i < part.parts().count(); i++) {
            LoggedRecord end = log(part.parts().shard(i)).last();
            boolean isThere = end != null && end.index() >= part.parts().index(i);
            if (!isThere && part.parts().index(i) != QueueIndex.NONE) {
                return true;
            }
        }
        return false;
    }
}

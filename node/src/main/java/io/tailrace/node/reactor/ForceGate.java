package io.tailrace.node.reactor;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.platform.CycleCause;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.platform.CycleStep;
import io.tailrace.node.shard.Shard;
import java.util.ArrayList;

/**
 * With {@code fsync always}: no client is answered before what the cycle has logged is on the disk, all of it by one force. Owned
 * by the reactor thread, which waits for the disk here, and for other shards' logs in {@link SpreadCommands}.
 *
 * <p>When the disk fails the cycle's answers are held, in the order of each connection, until it has taken the log after all; the
 * disk thread sees to that. Everybody else is served meanwhile, but writes are refused. The same while the disk of another shard has not
 * taken a part of a transaction over several shards, on which what this log has depends.
 */
final class ForceGate {
    private final Shard shard;
    private final ConnectionAgenda agenda;
    private final ArrayList<Runnable> afterForce = new ArrayList<>();
    private final ArrayList<Runnable> held = new ArrayList<>();
    private boolean isHolding;

    ForceGate(Shard shard, ConnectionAgenda agenda) {
        this.shard = shard;
        this.agenda = agenda;
    }

    /** Runs a task, an answer for another shard's connection, once what is logged so far is forced. */
    void afterForce(Runnable task) {
        afterForce.add(task);
    }

    /** Once in a cycle, before anything is sent. */
    void force(boolean isAlways) {
        Backlog backlog = shard.backlog();
        boolean isForced = !isAlways
                || (backlog.lastIndex() == backlog.durableIndex() || tryForce(backlog))
                        && backlog.lastIndex() == shard.sharing().closedDurableIndex();
        if (isForced && isHolding) {
            isHolding = false;
            agenda.releaseHeld();
            runAll(held);
        } else if (!isForced && !isHolding) {
            isHolding = true;
            agenda.holdDirty();
            held.addAll(afterForce);
            afterForce.clear();
        }
        runAll(afterForce);
    }

    private boolean tryForce(Backlog backlog) {
        CycleClock clock = shard.clock();
        boolean isForced = backlog.sync().tryNow();
        clock.meter().note(CycleCause.FSYNC);
        clock.meter().mark(CycleStep.FORCE, clock.refreshSteadyMicros());
        return isForced;
    }

    private static void runAll(ArrayList<Runnable> tasks) {
        if (!tasks.isEmpty()) {
            tasks.forEach(Runnable::run);
            tasks.clear();
        }
    }
}

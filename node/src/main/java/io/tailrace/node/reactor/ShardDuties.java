package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandRunner;
import io.tailrace.node.config.FsyncPolicy;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.platform.CycleCause;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.platform.CycleStep;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.services.ReplicationServices;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.Snapshots;

/**
 * What a turn of the duty cycle does for the shard, once its data is loaded; each step is bounded. Owned and closed by the reactor's thread.
 *
 * <pre>
 *  {@link #doWork}    every turn            force the log, waiting commands, replication, growth, freeing, agents
 *                     every millisecond     snapshots, new settings, expiry and eviction; these two also while there is more to do
 *  {@link #onSecond}  once a second         replication, agents, scripts, spare memory
 * </pre>
 */
final class ShardDuties implements AutoCloseable {
    /** Entries that move to a larger map of the store, besides as many as were put: about 60 µs. */
    private static final int MOVED_EACH_CYCLE = 64;

    private static final int REAPED_EACH_CYCLE = 16;

    private final Shard shard;
    private final NodeServices node;
    private final CycleClock clock;
    private final ForceGate forceGate;
    private final CommandRunner runner;
    private final Maintenance maintenance;
    private final ReactorAgents agents = new ReactorAgents();
    private ShardSide side;
    private Runnable takeSettings = () -> {};
    private ReactorAgent replication;
    private long lastEpochMs;

    ShardDuties(Shard shard, NodeServices node, ForceGate forceGate, CommandRunner runner) {
        this.shard = shard;
        this.node = node;
        clock = shard.clock();
        this.forceGate = forceGate;
        this.runner = runner;
        maintenance = new Maintenance(shard, runner.watch());
    }

    /**
     * Gives what else it works with, before the first turn.
     *
     * @param newSettings takes settings that have changed
     */
    void connect(ShardSide newSide, Runnable newSettings) {
        side = newSide;
        takeSettings = newSettings;
    }

    Maintenance maintenance() {
        return maintenance;
    }

    void replication(ReactorAgent agent) {
        replication = agent;
    }

    void add(ReactorAgent agent) {
        agents.add(agent);
    }

    /** @return how much work was done */
    int doWork() {
        forceGate.force(node.settings().current().fsync() == FsyncPolicy.ALWAYS);
        int work = side.waiting().poll(clock.steadyMs());
        work += replication.doWork();
        int done = marked(CycleStep.GROW, shard.databases().growStep(MOVED_EACH_CYCLE));
        if (done > 0) {
            clock.meter().note(CycleCause.GROWTH);
        }
        done += marked(CycleStep.FREE, shard.databases().reap(REAPED_EACH_CYCLE));
        done += marked(CycleStep.MAINTAIN, agents.doWork());
        boolean isNewMillisecond = clock.epochMs() != lastEpochMs;
        if (isNewMillisecond || shard.snapshots().isStarting()) {
            lastEpochMs = clock.epochMs();
            done += marked(CycleStep.SNAPSHOT, pollSnapshots());
        }
        if (isNewMillisecond || maintenance.hasMore()) {
            maintain();
        }
        return work + done;
    }

    private int marked(CycleStep step, int done) {
        if (done > 0) {
            clock.meter().mark(step, clock.refreshSteadyMicros());
        }
        return done;
    }

    /** Takes new settings, too: once a millisecond is soon enough. */
    private int pollSnapshots() {
        takeSettings.run();
        NodeConfig config = node.settings().current();
        shard.backlog().retention().set(config.backlogSize(), config.backlogDiskLimit());
        ReplicationServices role = side.replication();
        side.gate().limitMemory(config, role.acceptsClientWrites());
        Snapshots snapshots = shard.snapshots();
        long dueBytes = config.snapshotDueBytes(snapshots.newestBytes());
        return snapshots.poll(config.snapshotInterval(), dueBytes, role.ownsLog()) ? 1 : 0;
    }

    private void maintain() {
        boolean isPaused = node.clientPause().isPaused(clock.steadyMs());
        if (side.replication().expiresKeys() && !isPaused) {
            marked(CycleStep.EXPIRE, maintenance.step() ? 1 : 0);
        } else {
            maintenance.suspend();
        }
    }

    /** How long none of it wants the thread. */
    long maxBlockNanos() {
        long mostNanos = Math.min(replication.maxBlockNanos(), maintenance.maxBlockNanos());
        mostNanos = Math.min(mostNanos, side.waiting().maxBlockNanos(clock.steadyMs()));
        return Math.min(mostNanos, agents.maxBlockNanos());
    }

    /** Instead of {@link #onSecond}, while the data is being loaded. */
    void onLoadingSecond() {
        replication.onLoadingSecond();
    }

    void onSecond() {
        shard.onSecond();
        replication.onSecond();
        agents.onSecond();
        runner.onSecond();
        shard.databases().prepareSpares();
    }

    /** Ends the replication and what else it drives; clients are disconnected before. */
    @Override
    public void close() {
        if (replication != null) {
            replication.close();
        }
        agents.close();
        maintenance.close();
    }
}

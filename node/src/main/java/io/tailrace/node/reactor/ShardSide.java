package io.tailrace.node.reactor;

import io.tailrace.node.platform.CycleCause;
import io.tailrace.node.platform.CycleMeter;
import io.tailrace.node.services.ReplicationServices;
import io.tailrace.node.shard.Shard;

/**
 * One shard as commands of any connection meet it, on the shard's own thread.
 *
 * @param gate which commands may run, and whose replies are held
 * @param commands runs what comes from connections of other reactors
 * @param waiting commands that wait for keys
 * @param links the way back
 */
record ShardSide(
        Shard shard,
        ReactorServices services,
        WriteGate gate,
        RemoteCommands commands,
        WaitingCommands waiting,
        ShardLinks links)
        implements Forward.Target {
    @Override
    public void run(Forward<?> forward) {
        commands.run(forward);
        waiting.serve();
    }

    @Override
    public void forced(Forward<?> forward) {
        links.sendHome(forward);
    }

    ReplicationServices replication() {
        return services.replication();
    }

    /** What makes turns of the duty cycle long for as long as it lasts, as bits of {@link CycleCause}. */
    int lastingCauses() {
        ReplicationServices.LinkInfo link = replication().link();
        boolean isSyncing = link != null && link.isSyncing()
                || replication().replicas().stream().anyMatch(replica -> replica.sync() != null);
        return CycleMeter.bits(CycleCause.FULL_SYNC, isSyncing)
                | CycleMeter.bits(CycleCause.SNAPSHOT, shard.snapshots().job() != null);
    }
}

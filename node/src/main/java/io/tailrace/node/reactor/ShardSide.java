package io.tailrace.node.reactor;

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
        ShardLinks links) {
    ReplicationServices replication() {
        return services.replication();
    }
}

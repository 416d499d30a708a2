package io.tailrace.node.role;

import io.tailrace.node.reactor.Reactor;
import io.tailrace.node.replication.ShardReplication;

/** One running shard, as changes of the node's role reach it: both are used on the shard's own thread only. */
public interface ShardHandle {
    Reactor reactor();

    ShardReplication replication();
}

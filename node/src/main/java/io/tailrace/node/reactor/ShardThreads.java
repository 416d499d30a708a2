package io.tailrace.node.reactor;

/** The threads of a node's shards, as one of them sees the others that has something to do there. On its thread. */
interface ShardThreads {
    /** The shard of this thread. */
    int own();

    int count();

    /** Runs a task on the thread of a shard: now when that is this one, and has its shard. */
    void on(int shard, Runnable task);
}

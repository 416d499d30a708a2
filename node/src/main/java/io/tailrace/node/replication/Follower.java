package io.tailrace.node.replication;

/** What a replica has said of itself, as far as it counts for others' writes. On the shard's reactor thread. */
interface Follower {
    /** The identity it gave itself: one node has the same on all its connections. */
    String id();

    /** Whether it follows record by record, and is not the older one of two connections of the same node. */
    boolean isCounted();

    /** The index it has applied up to, or -1 when that is not known. */
    long appliedIndex();

    /** The index up to which it has forced its log to the disk, or -1 when that is not known. */
    long durableIndex();

    /** Asks it to force what it has to the disk, unless it was asked since it has that. */
    void requestSync();

    /** When it was last heard, by the steady clock. */
    long lastHeardSteadyMs();
}

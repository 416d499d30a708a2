package io.tailrace.node.replication;

import io.tailrace.node.reactor.Reactor;
import io.tailrace.node.security.Security;
import io.tailrace.node.shard.Shard;

/** What a replica's link wants of the shard that it brings the primary's records to. On the shard's reactor thread. */
interface LinkHost {
    Shard shard();

    Reactor reactor();

    PrimaryLocator locator();

    Security security();

    /** What this node calls itself. */
    String nodeId();

    /** Where this node's clients connect. */
    int clientPort();

    /** What others are to find this node by, or null for the address that it connects from. */
    default String announcedHost() {
        return null;
    }

    /** For how long nothing may be heard from the primary. */
    default long silenceMs() {
        return LinkDeadlines.SILENCE_MS;
    }

    ReplicaStaleness staleness();

    ReplicationCounters counters();

    /** Where parts of transactions over several shards meet; null where there is one shard. */
    default PartMeeting meeting() {
        return null;
    }

    /** Takes other shards for this one's thread. */
    default PartMeeting.Hold hold() {
        return null;
    }

    /** Closes the connections of this node's own replicas: what they read is about to go, or is not fed any more. */
    void disconnectReplicas(String reason);

    /** A resync has begun: the shard's data is not closed before it has ended, whatever becomes of the link. */
    void began(Resync resync);

    /** Runs a task on the reactor's thread, surely if not at once; any thread calls it. */
    void execute(Runnable task);

    /** Lets the reactor poll soon; any thread calls it. */
    default void wake() {
        reactor().execute(() -> {});
    }
}

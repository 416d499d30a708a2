package io.tailrace.node.replication;

import io.tailrace.node.reactor.EventLoop;
import io.tailrace.node.security.Users;
import io.tailrace.node.shard.Shard;
import io.tailrace.wire.handshake.HandshakeRequest;

/** What the session of one replica wants of the shard that feeds it. On the shard's reactor thread. */
interface SessionHost {
    Shard shard();

    EventLoop reactor();

    Users users();

    ReplicationCounters counters();

    FaultLogLimiter faults();

    RefusedReplicas refusals();

    /** What is done with a replica that asks. */
    Decision evaluate(HandshakeRequest request);

    /** Where clients find this node. */
    int clientPort();

    /** For how long nothing may be heard from an attached replica. */
    default long silenceMs() {
        return SessionDeadlines.SILENCE_MS;
    }

    /** Whether no more replicas may attach. */
    boolean isFull();

    /** Whether this node may open segments, and is not a replica that feeds others. */
    boolean ownsLog();

    /** How many bytes of a snapshot a second each replica may be sent that is being sent one; 0 for no limit. */
    long snapshotBytesPerSecond();

    /** How old this node's own data may be, for a replica that asks and will ask again. */
    long relayedAgeMicros();

    /** The replica is attached, by records or by a snapshot: it holds its place itself. */
    void onAttached(Downstream session);

    /** The replica begins to be sent a snapshot, or the rest of one. */
    void onSending(Downstream session, SnapshotSender snapshot);

    /** The replica has what a snapshot was to give it, and follows. */
    void onSynced(Downstream session);

    void onAck();

    void onClosed(Downstream session);
}

package io.tailrace.node.replication;

import io.tailrace.node.services.ReplicaPlace;
import io.tailrace.node.services.ReplicationServices.ReplicaInfo;
import java.io.IOException;

/**
 * A peer that takes this shard's log over a connection, as those see it who keep the log for it, pump it and count it; how it is
 * spoken to is its own. On the shard's reactor thread.
 */
interface Downstream extends Follower {
    /** Its IP address. */
    String address();

    /** Where its clients connect. */
    int clientPort();

    /** Whether it is a replica by now, and not just a connection. */
    boolean isAttached();

    /** Whether what there is to send comes by time, or from a file that another thread writes. */
    boolean isSendingSnapshot();

    /** The oldest index of the log that it still reads or whose receipt it waits for; Long.MAX_VALUE for none. */
    long neededFrom();

    /**
     * Puts out what there is for it; returns how many bytes went anywhere.
     *
     * @param budget bytes, exceeded by one record or chunk at most
     * @param outputLimit bytes waiting, half of which no more is put out above
     */
    int pump(int budget, int outputLimit) throws IOException;

    /** About once a second: a heartbeat, and an end for one that stalls or is silent. */
    void onSecond(int outputLimit);

    /** Another connection of the same replica is attached: what this one was told must not count twice. */
    void supersede();

    /** When that was, by the steady clock, or -1. */
    long supersededSteadyMs();

    ReplicaInfo info();

    /** @param secondsToFullSync for how long it may stay away */
    ReplicaPlace place(long secondsToFullSync);

    boolean isClosed();

    void close(String reason);

    /** A step of it has failed: this ends it and nothing else. */
    void onFailure(Throwable cause);
}

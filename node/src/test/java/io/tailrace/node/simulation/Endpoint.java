package io.tailrace.node.simulation;

import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;

/**
 * One end of a connection, as a kernel keeps it: it belongs to a process while that lives, and says good-bye for it, or not,
 * when the process or the machine ends.
 */
final class Endpoint {
    private static final int INBOUND_ROOM = 256 << 10;

    private final Network network;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private final ByteQueue inbound = new ByteQueue();
    private Flow out;
    private Flow in;
    private boolean isEstablished;
    private boolean isEnded;
    private boolean isGone;
    private String failure;

    Endpoint(Network network, InetSocketAddress local, InetSocketAddress remote) {
        this.network = network;
        this.local = local;
        this.remote = remote;
    }

    void flows(Flow outbound, Flow inboundFlow) {
        out = outbound;
        in = inboundFlow;
    }

    Flow outbound() {
        return out;
    }

    /** What is on its way to here. */
    Flow inboundFlow() {
        return in;
    }

    /** What has arrived and was not read. */
    ByteQueue inbound() {
        return inbound;
    }

    boolean hasRoom() {
        return isGone || inbound.size() < INBOUND_ROOM;
    }

    boolean isClient() {
        return host().startsWith(Simulation.CLIENTS);
    }

    /** Whether it is a node's own, where replicas come. */
    boolean isReplicationPort() {
        int shard = local.getPort() - Machine.REPLICATION_PORT;
        return shard >= 0 && shard < Machine.MAX_SHARDS;
    }

    String host() {
        return local.getHostString();
    }

    InetSocketAddress local() {
        return local;
    }

    InetSocketAddress remote() {
        return remote;
    }

    String failure() {
        return failure;
    }

    boolean isEstablished() {
        return isEstablished;
    }

    boolean isEnded() {
        return isEnded;
    }

    /** Whether nobody will read or write here again. */
    boolean isGone() {
        return isGone;
    }

    void established() {
        isEstablished = true;
    }

    void ended() {
        isEnded = true;
    }

    void failed(String why) {
        failure = why;
    }

    /** Bytes that may be sent now. */
    int sendRoom() {
        return network.window() - out.bytes().size();
    }

    /** The process closed, or ended and the kernel closes for it: with a reset when it did not read everything. */
    void close(boolean isAbrupt) {
        if (isGone) {
            return;
        }
        isGone = true;
        if (isAbrupt || !inbound.isEmpty()) {
            out.reset(network.random().nextInt(out.bytes().size() + 1));
        } else {
            out.finish();
        }
    }

    /** Nobody was ever here: what was sent is all that comes, and the end of it too, or not. */
    void abandon(boolean isEndSent) {
        isGone = true;
        if (isEndSent) {
            out.finish();
        }
    }

    /** The machine ended: nobody says anything any more, and part of what was sent never left. */
    void vanish() {
        if (!isGone) {
            isGone = true;
            out.vanish(network.random().nextInt(out.bytes().size() + 1));
        }
    }

    int readyOps() {
        int ready = isEstablished || failure != null ? SelectionKey.OP_CONNECT : 0;
        if (!inbound.isEmpty() || isEnded || failure != null) {
            ready |= SelectionKey.OP_READ;
        }
        if (sendRoom() > 0 || failure != null) {
            ready |= SelectionKey.OP_WRITE;
        }
        return ready;
    }

    @Override
    public String toString() {
        return host() + ":" + local.getPort();
    }
}

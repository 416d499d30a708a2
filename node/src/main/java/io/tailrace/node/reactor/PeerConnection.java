package io.tailrace.node.reactor;

import io.tailrace.node.platform.CycleStep;
import io.tailrace.node.services.ClientInfo;

/** A connection between nodes, which CLIENT LIST and CLIENT KILL know beside those of clients. On the reactor's thread. */
public interface PeerConnection extends ChannelHandler {
    /** What it is, or null while it is not established. */
    ClientInfo client();

    /** Which step of a cycle it is to read from it. */
    CycleStep step();

    /** Put out but not yet sent. */
    long pendingBytes();

    /** Closes it on a client's request; the side that connected connects again. */
    void kill();

    @Override
    default boolean isOfNode() {
        return true;
    }
}

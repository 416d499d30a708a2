package io.tailrace.node.reactor;

import io.tailrace.wire.memory.NativeBuffer;

/** What one connection needs of those that are kept together: a buffer for input, and its place among the clients. On the reactor's thread. */
interface ClientPlaces {
    int INPUT_CAPACITY = 64 << 10;

    /** An empty buffer of at least {@link #INPUT_CAPACITY} bytes, to be given back or closed. */
    NativeBuffer takeBuffer();

    void giveBuffer(NativeBuffer buffer);

    /** A client's connection has another owner now, and keeps its place among the clients until it is closed. */
    void detach(long id, PeerConnection owner);

    /** A connection has closed. */
    void closed(long id);
}

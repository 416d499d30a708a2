package io.tailrace.node.reactor;

import io.tailrace.node.pubsub.Subscriber;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.node.services.ClientTracking;

/** How much memory a connection holds, by the sizes of its buffers: a few additions, no look at what is in them. */
final class ClientBytes {
    /** A connection's objects with those of its socket: measured, 4.2 KB of heap for each of 3,000 idle connections. */
    static final int FIXED = 4 << 10;

    private ClientBytes() {}

    /** All of it; by the connection's thread. */
    static long of(RequestInput input, ReplyQueue replies, MultiState multi, ClientInfo info) {
        return FIXED + input.bufferBytes() + replies.bufferBytes() + multi.memoryBytes() + ofSession(info);
    }

    private static long ofSession(ClientInfo info) {
        Subscriber subscriber = info.subscriber();
        ClientTracking tracking = info.tracking();
        return (subscriber == null ? 0 : subscriber.memoryBytes()) + (tracking == null ? 0 : tracking.memoryBytes());
    }
}

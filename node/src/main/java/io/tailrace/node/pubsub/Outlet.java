package io.tailrace.node.pubsub;

/** Where a subscriber's messages go: its connection. Called on the connection's thread, while no reply is being written. */
@FunctionalInterface
public interface Outlet {
    /** @param pattern that the message's channel matches, or null for a subscriber of the channel itself */
    void send(Topic pattern, Message message);
}

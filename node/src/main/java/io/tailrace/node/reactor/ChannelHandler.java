package io.tailrace.node.reactor;

import io.tailrace.node.security.Transport;
import java.io.IOException;
import java.nio.channels.SelectionKey;

/** What a selection key is attached to: called on the reactor thread when the channel is ready. */
public interface ChannelHandler {
    /** Does what the channel is ready for. An exception closes this channel and nothing else. */
    void onReady(SelectionKey key) throws IOException;

    /** There is more to read, or room for more, than the channel's readiness tells: for handlers of a {@link Transport}. */
    default void onMore() throws IOException {}

    /** Whether its channel brings connections, and no bytes. */
    default boolean isListener() {
        return false;
    }

    /** The channel failed or the reactor ends: release everything. Called once. */
    void onFailure(Throwable cause);

    /** Whether another node is at the other end: what it wants may be for several shards, too. */
    default boolean isOfNode() {
        return false;
    }
}

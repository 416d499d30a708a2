package io.tailrace.node.reactor;

import java.io.IOException;
import java.nio.channels.SelectionKey;

/** What a selection key is attached to: called on the reactor thread when the channel is ready. */
public interface ChannelHandler {
    /** Does what the channel is ready for. An exception closes this channel and nothing else. */
    void onReady(SelectionKey key) throws IOException;

    /** The channel failed or the reactor ends: release everything. Called once. */
    void onFailure(Throwable cause);
}

package io.tailrace.node.reactor;

import io.tailrace.node.pubsub.Message;
import io.tailrace.node.pubsub.Outlet;
import io.tailrace.node.pubsub.Topic;

/**
 * Puts messages among a connection's replies: after those that are still owed, so that none comes before the answer to
 * the SUBSCRIBE that it is due to. A client that doesn't take them is closed at the output limit. Owned by its thread.
 */
final class MessageOutlet implements Outlet {
    private final Connection connection;

    MessageOutlet(Connection connection) {
        this.connection = connection;
    }

    @Override
    public void send(Topic pattern, Message message) {
        connection.message(reply -> message.write(pattern, reply));
    }
}

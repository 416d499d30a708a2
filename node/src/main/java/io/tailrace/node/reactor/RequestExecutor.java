package io.tailrace.node.reactor;

import io.tailrace.wire.resp.Arguments;

/** Executes one request of a connection. On the connection's reactor thread. */
@FunctionalInterface
interface RequestExecutor {
    /** Runs, queues or refuses it; its reply is written or reserved when this returns. */
    void execute(Connection connection, Arguments arguments);
}

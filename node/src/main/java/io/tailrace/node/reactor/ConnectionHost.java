package io.tailrace.node.reactor;

import io.tailrace.wire.resp.Arguments;

/** What connections ask of what they have been made for: requests and those who send them. On the reactor's thread. */
interface ConnectionHost {
    /** Executes one request: its reply is written or reserved when this returns. */
    void execute(Connection connection, Arguments arguments);

    /** Requests of one connection follow, which came together: nothing is sent before {@link #endBatch}. */
    void openBatch();

    void endBatch();

    /** Makes the session of a new connection. */
    ConnectionSession session(Connection connection);

    /** Whether a shard can't take what there is for it: no more is to be executed. */
    boolean isCongested();

    /** Touches what the next requests of a connection are about, which came together. */
    void lookAhead(RequestInput input, int database);

    /** Lets the thread of a shard begin another cycle. */
    void wake(int shard);

    /** A connection has closed whose command waits for keys of a shard. */
    void forgetWaiting(Connection connection, int shard);
}

package io.tailrace.node.reactor;

import io.tailrace.node.services.ClientSession;
import io.tailrace.node.watch.AclLog;
import io.tailrace.wire.resp.ReplyWriter;

/** What a connection's client has begun and not ended, as its connection and what executes its requests see it. On the reactor's thread. */
interface ConnectionSession extends ClientSession {
    /** Begins a command, whose reply comes later if {@link #isDeferred} after it. */
    void begin(ReplyWriter reply, boolean isPartOfExec);

    /** Whether the command was not run: it will be when nothing is owed to the connection. */
    boolean isPostponed();

    boolean isDeferred();

    /** Whether it is shown every command. */
    boolean isMonitor();

    /** CLIENT UNBLOCK; returns whether there is something to end. */
    boolean unblock(boolean isError);

    /** Ends the watch, wherever its shard is. */
    void endWatch();

    /** Notes that EXEC may not run a command. */
    void noteDenial(AclLog.Reason reason, String object, String user);

    /** The connection closes. */
    void end();
}

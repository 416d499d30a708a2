package io.tailrace.node.command;

import io.tailrace.node.services.ClientSession;
import io.tailrace.wire.resp.Arguments;

/** A command about the connection or the node; runs on the connection's own thread and writes one reply to the session. */
@FunctionalInterface
public interface SessionCommand {
    /** Runs it on the connection's reactor thread; it replies to the session, at once or later. */
    void run(ClientSession session, Arguments arguments);
}

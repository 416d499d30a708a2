package io.tailrace.node.command;

import io.tailrace.wire.resp.ReplyWriter;

/** A client's connection as session commands see it. Owned by the connection's reactor thread. */
public interface ClientSession {
    /** Where exactly one reply goes. */
    ReplyWriter reply();
}

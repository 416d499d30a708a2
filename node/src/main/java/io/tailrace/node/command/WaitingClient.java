package io.tailrace.node.command;

import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyWriter;

/**
 * A client whose command waits for a key of a shard, as that shard's thread sees it: it gets one reply, some time. The client's
 * connection may be of another thread.
 */
public interface WaitingClient {
    /** The connection's number, as CLIENT ID shows it. */
    long id();

    /** Its command has begun to wait, after running for so long. */
    default void began(long micros) {
        // not noted
    }

    /** Its command was served with what was written since {@link #begin}, and not ended by time or by others. */
    default void served(Arguments request) {
        // not noted
    }

    /** Where a reply goes, in the client's protocol. What is written there counts only after {@link #end}. */
    ReplyWriter begin();

    /**
     * Sends what was written since {@link #begin}, and lets the client's next command run.
     *
     * @param isLast whether the connection is closed after it
     */
    void end(boolean isLast);
}

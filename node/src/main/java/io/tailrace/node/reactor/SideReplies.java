package io.tailrace.node.reactor;

import io.tailrace.wire.resp.ReplyWriter;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A writer for one reply at a time that doesn't go straight to a connection, because it is part of another one, waits for one
 * before it, or goes to another shard. Owned and closed by the reactor's thread.
 *
 * <p>Like those in its output, the replies of a connection that are detached may have {@code client-output-limit} bytes; one that
 * would go above that is an error instead, and nothing of its command is done.
 */
final class SideReplies implements AutoCloseable {
    private static final int CAPACITY = 4 << 10;

    private final ClientLimits limits;
    private final ReplyWriter side = new ReplyWriter(CAPACITY);
    private final MessagePool<DetachedReply> pool = new MessagePool<>(this::newReply);

    SideReplies(ClientLimits limits) {
        this.limits = limits;
    }

    private DetachedReply newReply() {
        return DetachedReply.pooled(pool);
    }

    /** An empty one that any thread may fill in, and this one closes. */
    DetachedReply blank() {
        return pool.take().open();
    }

    /**
     * Begins one; take it by {@link #take}.
     *
     * @param detached the connection's account of such replies
     */
    ReplyWriter begin(int protocol, AtomicLong detached) {
        side.truncate(0);
        side.protocol(protocol);
        side.mayGrowBy(Math.max(DetachedReply.MAX_ON_HEAP, limits.reply() - detached.get()));
        return side;
    }

    /** For a client of this reactor. */
    DetachedReply takeOwn(AtomicLong detached) {
        DetachedReply reply = blank();
        takeInto(reply, detached);
        return reply;
    }

    void takeInto(DetachedReply reply, AtomicLong detached) {
        try {
            reply.fill(side.address(), side.pending(), detached);
        } finally {
            side.drained(side.pending());
        }
    }

    DetachedReply take(AtomicLong detached) {
        try {
            return DetachedReply.of(side.address(), side.pending(), detached);
        } finally {
            side.drained(side.pending());
        }
    }

    @Override
    public void close() {
        side.close();
    }
}

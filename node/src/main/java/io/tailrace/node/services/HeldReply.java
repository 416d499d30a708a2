package io.tailrace.node.services;

/** The reply to a write that is kept back until enough replicas have the write. Told once, on the shard's thread. */
public interface HeldReply {
    /** Enough replicas have applied the write. */
    void release();

    /** They will not be known to; the client is told so instead of what the command replied. */
    void fail(String error);
}

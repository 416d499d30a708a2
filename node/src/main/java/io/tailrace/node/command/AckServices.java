package io.tailrace.node.command;

import java.util.Set;
import java.util.function.BooleanSupplier;

/** What replicas of one shard have acknowledged, and who waits for it. On the shard's reactor thread. */
public interface AckServices {
    /** How many replicas have applied the record at {@code index}. */
    int appliedCount(long index);

    /** Which replicas have, by the identity they gave themselves. */
    Set<String> applied(long index);

    /** Replicas that stream and have acknowledged within {@code min-replicas-max-lag}. */
    int goodReplicas();

    /** Keeps the reply to the write at {@code index}, the shard's newest, until {@code ack-replicas} have applied it. */
    void hold(long index, HeldReply reply);

    /** How many replies are kept now. */
    int heldReplies();

    /** Counted since the start: replies that were kept in vain. */
    long failedReplies();

    /**
     * Answers, once: as soon as {@code isMet}, or after {@code timeoutMs} (0: no limit), or when the asker
     * {@code isGone}, which any thread may ask, or when this shard stops being a primary.
     *
     * @param isMet asked on the shard's thread, again and again
     */
    void await(BooleanSupplier isMet, long timeoutMs, BooleanSupplier isGone, Runnable answer);
}

package io.tailrace.node.services;

import java.util.Set;
import java.util.function.BooleanSupplier;

/** What replicas of one shard have acknowledged, and who waits for it. On the shard's reactor thread. */
public interface AckServices {
    /** How many replicas have applied the record at {@code index}, or, if {@code isDurable}, have it on the disk. */
    int count(long index, boolean isDurable);

    /** Which replicas have, by the identity they gave themselves. */
    Set<String> replicas(long index, boolean isDurable);

    /** Whether this node has it on the disk. */
    boolean isDurableHere(long index);

    /** Has all that is in the log forced to the disk soon, by another thread; asked again and again it does so once. */
    void forceHere();

    /** Asks the replicas that have applied the record to force it to the disk; asked again and again it does so once. */
    void forceAtReplicas(long index);

    /** Replicas that stream and have acknowledged within {@code min-replicas-max-lag}. */
    int goodReplicas();

    /** Keeps the reply to the write at {@code index}, the shard's newest, until {@code ack-replicas} have applied it. */
    void hold(long index, HeldReply reply);

    /** How many replies are kept now. */
    int heldReplies();

    /** Counted since the start: held replies that were not acknowledged in time. */
    long failedReplies();

    /**
     * Answers, once: as soon as {@code isMet}, or after {@code timeoutMs} (0: no limit), or when the asker
     * {@code isGone} or is told not to wait, which any thread may ask, or when this shard stops being a primary.
     *
     * @param isMet asked on the shard's thread, again and again
     */
    void await(BooleanSupplier isMet, long timeoutMs, BooleanSupplier isGone, Runnable answer);
}

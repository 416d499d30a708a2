package io.tailrace.node.services;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A planned change of primary as commands see it. On the first shard's thread, where answers are given too, if not said. */
public interface HandoverServices {
    /** As INFO's {@code master_failover_state} has it. Any thread. */
    String state();

    /** Whether REPLICAOF must wait for the end of one. Any thread. */
    boolean isUnderWay();

    /**
     * FAILOVER.
     *
     * @param host of the target, or null for the most advanced replica, with its {@code port}
     * @param timeoutMs 0 for no limit
     */
    record FailoverRequest(String host, int port, long timeoutMs, boolean isForced) {}

    /** Begins one; answers null then, or the error. */
    void begin(FailoverRequest request, Consumer<String> refusal);

    /** FAILOVER ABORT; null, or the error. */
    String abort();

    /**
     * The primary's offer to take over.
     *
     * @param from the primary's node id, {@code to} this node's
     * @param indexes where each shard must be, or -1 for anywhere
     * @param isGone whether the primary's connection is
     */
    record PromotionOffer(String history, String from, String to, long[] indexes, BooleanSupplier isGone) {}

    /** Answers one line as {@code Handover} expects it, as all that follow. */
    void take(PromotionOffer offer, Consumer<String> answer);

    /** The primary has stopped writing: takes over if it was offered this history. Answers one line. */
    String confirm(String history);

    /** The primary takes its offer back, if it is of this history. Answers one line. */
    String abandon(String history);

    /** What became of an offer; if nothing did, nothing will. */
    String outcome(String history, String from);
}

package io.tailrace.node.admin;

import io.tailrace.node.report.NodeFacts;
import io.tailrace.node.report.NodeMetrics;
import io.tailrace.node.report.Trend;
import io.tailrace.node.services.LoadStatus;
import io.tailrace.node.services.NodeServices;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * What was seen of the node, once a second, over the last minutes: the same as an operator sees by looking at INFO each second. One
 * thread looks, any thread asks; what it tells changes as a whole.
 */
final class AdminWatch {
    private static final long HANG_MICROS = 30_000_000;

    private final NodeServices node;
    private final NodeMetrics metrics;
    private final LongSupplier epochMicros;
    private final LongSupplier steadyMicros;
    private final Trend trend = new Trend();
    private long[] turns;
    private long[] turnedMicros;
    private NodeFacts facts;

    AdminWatch(NodeServices node, NodeMetrics metrics, LongSupplier epochMicros, LongSupplier steadyMicros) {
        this.node = node;
        this.metrics = metrics;
        this.epochMicros = epochMicros;
        this.steadyMicros = steadyMicros;
    }

    /**
     * At one moment.
     *
     * @param facts null while a shard has told nothing yet
     */
    record View(NodeFacts facts, long[] commands, long[] records, long[] lags) {}

    /** Looks once more. */
    void look() {
        long now = steadyMicros.getAsLong();
        take(now, metrics.turns(), metrics.facts(node, epochMicros.getAsLong(), now * 1_000));
    }

    private synchronized void take(long now, long[] seen, NodeFacts seenFacts) {
        if (turns == null) {
            turnedMicros = new long[seen.length];
            Arrays.fill(turnedMicros, now);
        }
        for (int i = 0; i < seen.length; i++) {
            turnedMicros[i] = turns == null || seen[i] != turns[i] ? now : turnedMicros[i];
        }
        turns = seen;
        facts = seenFacts;
        if (facts != null) {
            trend.add(facts);
        }
    }

    synchronized View view() {
        return new View(facts, trend.commands(), trend.rates(), trend.lags());
    }

    /** Why the process should be started again, or null. */
    synchronized String sickness() {
        long now = steadyMicros.getAsLong();
        for (int i = 0; turnedMicros != null && i < turnedMicros.length; i++) {
            if (now - turnedMicros[i] > HANG_MICROS) {
                return "the thread of shard " + i + " has not completed a cycle for "
                        + (now - turnedMicros[i]) / 1_000_000 + " s";
            }
        }
        return null;
    }

    /** Why clients should be sent elsewhere for now, or null. */
    synchronized String unreadiness() {
        LoadStatus loading = node.loading();
        if (loading != null) {
            return "loading its data, " + loading.percent() + " percent";
        }
        if (facts == null) {
            return "starting";
        }
        if (facts.isReplica() && !facts.isLinkUp()) {
            return facts.syncPercent() >= 0
                    ? "takes a full sync, " + facts.syncPercent() + " percent"
                    : "follows no primary";
        }
        return sickness();
    }
}

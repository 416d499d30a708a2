package io.tailrace.node.report;

import io.tailrace.node.services.NodeServices;
import io.tailrace.node.services.ShardServices;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/**
 * The last report of each shard, for requests for metrics on another thread. A shard's thread puts one once a second
 * and does not wait; any thread reads. Without a reader nothing is put, but for the one that {@link #warmUp} waits for.
 */
public final class NodeMetrics {
    private final AtomicReferenceArray<ShardReport> reports;
    private final AtomicLongArray seconds;
    private final long[] secondsSeen;
    private volatile boolean isRead;
    private volatile boolean isWarmingUp;

    public NodeMetrics(int shardCount) {
        reports = new AtomicReferenceArray<>(shardCount);
        seconds = new AtomicLongArray(shardCount);
        secondsSeen = new long[shardCount];
    }

    /** From now on it is read. */
    public void open() {
        isRead = true;
    }

    /** On the shard's thread. */
    public void publish(ShardServices services) {
        seconds.incrementAndGet(services.shard().id());
        if (isRead || isWarmingUp) {
            reports.setRelease(services.shard().id(), ShardReport.of(services));
        }
    }

    /** Whether the thread of each shard has turned since this was asked before, some seconds ago; of one thread, any. */
    public boolean haveTurned() {
        boolean have = true;
        for (int i = 0; i < secondsSeen.length; i++) {
            long now = seconds.get(i);
            have &= now != secondsSeen[i];
            secondsSeen[i] = now;
        }
        return have;
    }

    /** What each shard has told last, or null when one has told nothing yet. Any thread. */
    private List<ShardReport> published() {
        List<ShardReport> all = IntStream.range(0, reports.length())
                .mapToObj(reports::getAcquire)
                .toList();
        return all.contains(null) ? null : all;
    }

    /** What a client of the metrics port gets, or null when a shard has told nothing yet. Any thread. */
    public byte[] text(NodeServices node, long nowMicros) {
        List<ShardReport> all = published();
        return all == null ? null : MetricsText.of(node, all, nowMicros);
    }

    /**
     * Writes what INFO tells, for nobody, once each shard has told something. Any thread.
     *
     * @return whether they have
     */
    public boolean warmUp(NodeServices node, long nowMicros) {
        List<ShardReport> all = published();
        isWarmingUp = all == null;
        if (all != null) {
            InfoCommand.published(node, all, nowMicros);
        }
        return all != null;
    }

    /** What INFO tells, or null when a shard has told nothing yet. Any thread. */
    public NodeFacts facts(NodeServices node, long nowMicros, long nowNanos) {
        List<ShardReport> all = published();
        return all == null ? null : NodeFacts.of(node.address(), InfoCommand.published(node, all, nowMicros), nowNanos);
    }

    /** How many reports the threads of all shards have made since the start, each for itself: one that hangs makes no more. Any thread. */
    public long[] turns() {
        return IntStream.range(0, seconds.length()).mapToLong(seconds::get).toArray();
    }

    /** Of {@link #text}, as HTTP names it. */
    public static String contentType() {
        return MetricsText.CONTENT_TYPE;
    }
}

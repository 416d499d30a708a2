package io.tailrace.node.report;

import io.tailrace.node.services.NodeServices;
import io.tailrace.node.services.ShardServices;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/**
 * The last report of each shard, for requests for metrics on another thread. A shard's thread puts one once a second
 * and does not wait; any thread reads. Without a reader nothing is put.
 */
public final class NodeMetrics {
    private final AtomicReferenceArray<ShardReport> reports;
    private volatile boolean isRead;

    public NodeMetrics(int shardCount) {
        reports = new AtomicReferenceArray<>(shardCount);
    }

    /** From now on it is read. */
    public void open() {
        isRead = true;
    }

    /** On the shard's thread. */
    public void publish(ShardServices services) {
        if (isRead) {
            reports.setRelease(services.shard().id(), ShardReport.of(services));
        }
    }

    /** What a client of the metrics port gets, or null when a shard has told nothing yet. Any thread. */
    public byte[] text(NodeServices node, long nowMicros) {
        List<ShardReport> all = IntStream.range(0, reports.length())
                .mapToObj(reports::getAcquire)
                .toList();
        return all.contains(null) ? null : MetricsText.of(node, all, nowMicros);
    }

    /** Of {@link #text}, as HTTP names it. */
    public static String contentType() {
        return MetricsText.CONTENT_TYPE;
    }
}

package io.tailrace.node;

import io.tailrace.node.services.LoadStatus;
import io.tailrace.node.shard.LoadProgress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Whether the shards' data is loaded, and how far. Any thread. */
final class NodeLoading {
    private final long startEpochMs;
    private final Supplier<List<LoadProgress>> shards;
    private final AtomicInteger missing;
    private volatile boolean isUnderWay = true;

    /** @param startEpochMs epoch milliseconds */
    NodeLoading(long startEpochMs, int shardCount, Supplier<List<LoadProgress>> shards) {
        this.startEpochMs = startEpochMs;
        this.shards = shards;
        missing = new AtomicInteger(shardCount);
    }

    /** One more shard serves its data. */
    void served() {
        if (missing.decrementAndGet() == 0) {
            isUnderWay = false;
        }
    }

    /** Null when all shards serve theirs. */
    LoadStatus status() {
        if (!isUnderWay) {
            return null;
        }
        long total = 0;
        long loaded = 0;
        for (LoadProgress shard : shards.get()) {
            total += shard.totalBytes();
            loaded += shard.loadedBytes();
        }
        return new LoadStatus(startEpochMs, total, loaded);
    }
}

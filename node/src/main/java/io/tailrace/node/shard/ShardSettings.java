package io.tailrace.node.shard;

import io.tailrace.node.backlog.BacklogSettings;
import io.tailrace.node.store.StoreSizing;

/**
 * What a shard is told once.
 *
 * @param id 0 to shardCount - 1
 * @param shardCount of the node; part of every segment record, as both sides of a replication must agree
 * @param sizing of the store
 * @param backlog of the log
 * @param maxValueLength bytes
 */
public record ShardSettings(int id, int shardCount, StoreSizing sizing, BacklogSettings backlog, int maxValueLength) {
    int maxRecordLength() {
        return backlog.maxRecordBytes();
    }
}

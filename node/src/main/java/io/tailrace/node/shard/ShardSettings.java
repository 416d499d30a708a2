package io.tailrace.node.shard;

import io.tailrace.node.backlog.BacklogSettings;
import io.tailrace.node.platform.Background;
import io.tailrace.node.store.Databases;
import io.tailrace.node.store.StoreSizing;
import io.tailrace.node.value.CollectionLimits;
import io.tailrace.node.value.CollectionTypes;

/**
 * A shard's settings.
 *
 * @param id 0 to shardCount - 1
 * @param shardCount of the node; part of every segment record, as both sides of a replication must agree
 * @param sizing of the store
 * @param backlog of the log
 * @param maxValueLength bytes
 * @param background does what the reactor must not wait for
 * @param collections up to where they are packed
 */
public record ShardSettings(
        int id,
        int shardCount,
        StoreSizing sizing,
        BacklogSettings backlog,
        int maxValueLength,
        Background background,
        CollectionLimits collections) {
    /** With the usual limits of collections. */
    public ShardSettings(
            int id,
            int shardCount,
            StoreSizing sizing,
            BacklogSettings backlog,
            int maxValueLength,
            Background background) {
        this(id, shardCount, sizing, backlog, maxValueLength, background, CollectionLimits.standard());
    }

    /** The same, with threads of their own for what the reactor must not wait for. */
    public ShardSettings(int id, int shardCount, StoreSizing sizing, BacklogSettings backlog, int maxValueLength) {
        this(id, shardCount, sizing, backlog, maxValueLength, Background.THREADS);
    }

    /** Empty databases, with room in the first for at least this many entries of this many bytes in all where that is known. */
    public Databases newDatabases(long entries, long bytes) {
        return new Databases(sizing, sizing.forAtLeast(entries, bytes), background);
    }

    /** What knows the types of collections, for one thread. */
    public CollectionTypes newTypes() {
        return new CollectionTypes(collections);
    }

    int maxRecordLength() {
        return backlog.maxRecordBytes();
    }
}

package io.tailrace.node.replication;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.record.PartView;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.ShardIndexes;

/**
 * A part of a transaction over several shards that has come over its shard's link, and waits for the others. Written by the thread of
 * its shard before the meeting gets it, read by the thread that holds the shard.
 */
final class StagedPart implements AutoCloseable {
    private static final int KEPT = 64 << 10;

    private final NativeBuffer bytes = new NativeBuffer(1 << 10);
    private final RecordView record = new RecordView();
    private long index;
    private ShardIndexes parts;
    private ShardIndexes needs;

    /** Takes the bytes of a record that has been read as a part. */
    void set(long newIndex, RecordView received, PartView part) {
        bytes.shrinkTo(KEPT);
        bytes.ensureCapacity(received.length(), 0);
        Memory.copy(received.address(), bytes.address(), received.length());
        record.wrap(bytes.address(), received.length());
        index = newIndex;
        // read by other threads while this one is reused, so not changed
        parts = new ShardIndexes(part.parts());
        needs = new ShardIndexes(part.needs());
    }

    long index() {
        return index;
    }

    ShardIndexes parts() {
        return parts;
    }

    ShardIndexes needs() {
        return needs;
    }

    RecordView record() {
        return record;
    }

    @Override
    public void close() {
        bytes.close();
    }
}

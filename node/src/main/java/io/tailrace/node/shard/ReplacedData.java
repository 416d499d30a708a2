package io.tailrace.node.shard;

/** What a shard served before. Closed by one thread, whichever, as that waits for the disk. */
record ReplacedData(ShardData data, Snapshots snapshots) {
    void close() {
        snapshots.cancel();
        data.close();
    }
}

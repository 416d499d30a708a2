package io.tailrace.node.repair;

import io.tailrace.node.backlog.LogCopy;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.snapshot.SnapshotReader;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Copies what a restore needs of one shard, as it is at one moment: of a node that runs, of a backup that can only be read, of another
 * user's files. Nothing there is changed. Used by one thread.
 */
public final class ShardCopy {
    private ShardCopy() {}

    /**
     * Copies a snapshot, and the log from its start on.
     *
     * @param snapshot or null for the whole log
     * @return the copy's directory
     */
    public static ShardDirectory of(ShardDirectory from, Path snapshot, Path dataDirectory, int shard)
            throws IOException {
        ShardDirectory copy = ShardDirectory.open(ShardDirectory.root(dataDirectory, shard));
        int first = 0;
        if (snapshot != null) {
            SnapshotHeader header = SnapshotReader.readHeader(snapshot);
            long end = Math.max(0, SnapshotReader.readTrailer(snapshot).endIndex());
            first = QueueIndex.segment(Math.min(header.beginIndex(), end));
            Files.copy(snapshot, copy.snapshots().resolve(snapshot.getFileName()));
        }
        if (Files.exists(from.history())) {
            Files.copy(from.history(), copy.history());
        }
        LogCopy.of(from.queue(), first, copy.queue());
        return copy;
    }
}

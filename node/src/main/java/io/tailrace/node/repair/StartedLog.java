package io.tailrace.node.repair;

import io.tailrace.node.backlog.LogCheck;
import io.tailrace.node.backlog.ShardNeeds;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.snapshot.SnapshotFile;
import io.tailrace.snapshot.SnapshotFiles;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.util.List;

/** How far a shard's log is good by itself, before a start looks at all of them together. */
final class StartedLog {
    private final int shard;
    private ShardDirectory directory;
    private LogCheck check;
    private final List<SnapshotFile> snapshots;
    private int snapshot;

    StartedLog(int shard, ShardDirectory directory, LogCheck check) throws IOException {
        this.shard = shard;
        this.directory = directory;
        this.check = check;
        snapshots = new SnapshotFiles(directory.snapshots())
                .newestFirst().stream().filter(SnapshotFile::isValid).toList();
    }

    int shard() {
        return shard;
    }

    ShardDirectory directory() {
        return directory;
    }

    /** Of the good part, from the start of a snapshot on. */
    LogCheck check() {
        return check;
    }

    long last() {
        return check.lastIndex();
    }

    /** What it needs of every shard, or null when there is no record. */
    ShardNeeds needs() {
        return check.needs();
    }

    boolean isGone() {
        return check.segments().isEmpty() && !check.hasDurableMark();
    }

    /** The parts after the start of the snapshot that a start would use. */
    ShardParts parts() {
        return ShardParts.read(shard, directory.queue(), Math.max(0, begin()), last());
    }

    private long begin() {
        return snapshot < snapshots.size() ? snapshots.get(snapshot).beginIndex() : 0;
    }

    /** Whether a start can use the log up to a record with the snapshot that its parts are read after. */
    boolean isEnough(long end) {
        return snapshot < snapshots.size()
                ? snapshots.get(snapshot).trailer().endIndex() <= end
                : check.firstPreviousIndex() == QueueIndex.NONE;
    }

    /**
     * Continues to the next older snapshot, or to the whole log after the oldest.
     *
     * @return whether there is one that the log still reaches back to
     */
    boolean goBack() throws IOException {
        if (snapshot >= snapshots.size()) {
            return false;
        }
        snapshot++;
        LogCheck further = LogCheck.of(directory.queue(), Math.max(0, begin()));
        boolean reachesBack = snapshot < snapshots.size()
                ? further.firstPreviousIndex() < begin()
                : further.firstPreviousIndex() == QueueIndex.NONE;
        if (reachesBack) {
            check = further;
        }
        return reachesBack;
    }

    /** Cuts it, the rest is put aside: the directory is another one then. */
    void cut(long end) throws IOException {
        LogCheck kept = LogCheck.of(directory.queue(), Math.max(0, begin()), (index, micros) -> index > end);
        directory = new LogTruncation(directory, kept).run();
        check = kept;
    }
}

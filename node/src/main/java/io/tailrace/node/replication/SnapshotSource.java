package io.tailrace.node.replication;

import io.tailrace.node.shard.SnapshotJob;
import io.tailrace.node.shard.Snapshots;
import io.tailrace.snapshot.SnapshotFile;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/**
 * A snapshot file as it is sent to one replica: a finished one, or one that is still growing. Several replicas read the
 * same file. Owned and closed by the session's reactor thread.
 */
final class SnapshotSource implements AutoCloseable {
    private final SnapshotJob job;
    private final String id;
    private final long beginIndex;
    private final long finishedLength;
    /** Null as long as nothing was read of one that is under way. */
    private FileChannel file;

    private SnapshotSource(FileChannel file, SnapshotJob job, String id, long beginIndex, long finishedLength) {
        this.file = file;
        this.job = job;
        this.id = id;
        this.beginIndex = beginIndex;
        this.finishedLength = finishedLength;
    }

    /**
     * The finished snapshot of an id, if it is still there; else the newest one; null for none, or when that of the id is under way.
     *
     * @param wantedId what the replica has a part of, or null
     */
    static SnapshotFile finished(Snapshots snapshots, String wantedId) throws IOException {
        boolean isUnderWay = isUnderWay(snapshots, wantedId);
        SnapshotFile finished = wantedId == null || isUnderWay ? null : snapshots.shippable(wantedId);
        return finished == null && !isUnderWay ? snapshots.newestShippable() : finished;
    }

    private static boolean isUnderWay(Snapshots snapshots, String id) {
        return snapshots.job() != null && snapshots.job().header().id().equals(id);
    }

    /**
     * A finished snapshot, or the one under way, or one that begins now; null when that fails, or when the one under way is a replica's
     * own, which a log can't start after.
     *
     * @param finished as {@link #finished} has found it
     * @param ownsLog whether this node may open a segment for one, and is not a replica that feeds others
     */
    static SnapshotSource open(Snapshots snapshots, SnapshotFile finished, String wantedId, boolean ownsLog)
            throws IOException {
        if (finished != null) {
            return of(finished);
        }
        return of(isUnderWay(snapshots, wantedId) ? snapshots.job() : snapshots.beginShippable(ownsLog));
    }

    private static SnapshotSource of(SnapshotFile finished) throws IOException {
        FileChannel channel = FileChannel.open(finished.path(), StandardOpenOption.READ);
        return new SnapshotSource(
                channel,
                null,
                finished.header().id(),
                finished.beginIndex(),
                finished.trailer().fileLength());
    }

    private static SnapshotSource of(SnapshotJob job) {
        if (job == null || QueueIndex.sequence(job.header().beginIndex()) != 0) {
            return null;
        }
        return new SnapshotSource(null, job, job.header().id(), job.header().beginIndex(), -1);
    }

    String id() {
        return id;
    }

    long beginIndex() {
        return beginIndex;
    }

    /** The file's whole length, or -1 while it is not known. */
    long length() {
        if (job == null) {
            return finishedLength;
        }
        return job.isDone() ? job.length() : -1;
    }

    /** The file's whole length, an estimate while it is not known. */
    long expectedLength() {
        long known = length();
        return known >= 0 ? known : Math.max(job.expectedBytes(), available());
    }

    /** Why there will be no whole file, or null. */
    String failure() {
        return job == null || job.isDone() ? null : job.failure();
    }

    /** How many bytes can be read so far. */
    long available() {
        return job == null ? finishedLength : job.publishedBytes();
    }

    /** Fills the buffer from an offset of the file, where there must be enough. */
    void read(long offset, ByteBuffer into) throws IOException {
        long at = offset;
        try {
            if (file == null) {
                file = job.openFile();
            }
            while (into.hasRemaining()) {
                int count = file.read(into, at);
                if (count < 0) {
                    throw new IOException("it ends");
                }
                at += count;
            }
        } catch (IOException e) {
            throw new IOException("snapshot " + id + " can't be read at byte " + at + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            // only read from
        }
    }
}

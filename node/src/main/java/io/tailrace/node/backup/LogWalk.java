package io.tailrace.node.backup;

import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.node.backlog.ChainCheck;
import io.tailrace.node.repair.RestorePoint;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.snapshot.SnapshotTrailer;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A shard's log from a snapshot's start to a point, each record checked each time. What comes since the first walk is left out of the next.
 * One thread.
 */
public final class LogWalk {
    private final ShardDirectory shard;
    private final RestorePoint point;
    private final Path file;
    private final SnapshotHeader header;
    private final SnapshotTrailer trailer;
    /** The last record of the first walk. */
    private long end = Long.MAX_VALUE;

    private long last = QueueIndex.NONE;

    /** Takes records. */
    public interface Visitor {
        void record(long index, RecordView record) throws IOException;
    }

    /** @param file the snapshot, or null, as are both of its ends then: all of the log */
    public LogWalk(
            ShardDirectory shard, RestorePoint point, Path file, SnapshotHeader header, SnapshotTrailer trailer) {
        this.shard = shard;
        this.point = point;
        this.file = file;
        this.header = header;
        this.trailer = trailer;
    }

    private long begin() {
        return header == null ? 0 : header.beginIndex();
    }

    /** The last record that the snapshot contains, or {@link QueueIndex#NONE}. */
    public long contained() {
        return trailer == null ? QueueIndex.NONE : trailer.endIndex();
    }

    /** The last record of the last walk. */
    public long last() {
        return last;
    }

    /**
     * Visits each record with effects, the first time.
     *
     * @throws IOException when a record is bad, the log doesn't reach from the snapshot's start to its end, or is another snapshot's
     */
    public void walk(Visitor visitor) throws IOException {
        walk(end, visitor);
        if (last < contained()) {
            throw new IOException("that is before the end of " + file + ", " + QueueIndex.toString(contained())
                    + ": its entries are of different moments up to there; name an older one with --snapshot");
        }
        end = last;
    }

    /** Visits those up to the last one that the snapshot contains. */
    public void walkContained(Visitor visitor) throws IOException {
        walk(Math.min(contained(), end), visitor);
    }

    private void walk(long to, Visitor visitor) throws IOException {
        ChainCheck check = new ChainCheck();
        last = QueueIndex.NONE;
        try (BacklogInspector log = new BacklogInspector(shard.queue())) {
            log.seek(QueueIndex.of(QueueIndex.segment(Math.min(begin(), Math.max(0, contained()))), 0));
            boolean isFirst = true;
            for (RecordView record = log.next(); record != null; record = log.next()) {
                String fault = check.fault(log, record);
                if (isFirst) {
                    requireBegin(log);
                    isFirst = false;
                }
                if (log.index() > to || point.limit().isBeyond(log.index(), record.commitMicros())) {
                    return;
                }
                if (fault != null || log.gap() != null) {
                    throw new IOException(
                            log.place() + ": " + (fault == null ? log.gap().text() : fault));
                }
                requireSame(log.index(), record);
                if (log.index() >= begin() && !log.isOpening()) {
                    visitor.record(log.index(), record);
                }
                last = log.index();
            }
        }
    }

    private void requireBegin(BacklogInspector log) throws IOException {
        long before = log.opening() == null ? QueueIndex.NONE : log.opening().previousIndex();
        if (before >= begin() || header == null && before != QueueIndex.NONE) {
            throw new IOException((file == null ? "the data" : file) + " needs the log from "
                    + QueueIndex.toString(begin()) + " on, and that in " + shard.queue() + " begins at "
                    + QueueIndex.toString(log.index()));
        }
    }

    private void requireSame(long index, RecordView record) throws IOException {
        if (index == contained() && record.chain() != trailer.endChain()) {
            throw new IOException(file + " is not a snapshot of the log in " + shard.queue() + ": it ends at "
                    + QueueIndex.toString(index) + " with chain " + HexText.of(trailer.endChain())
                    + ", the log has chain " + HexText.of(record.chain()) + " there");
        }
    }
}

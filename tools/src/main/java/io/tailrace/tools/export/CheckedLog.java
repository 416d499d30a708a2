package io.tailrace.tools.export;

import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.node.repair.RestorePoint;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.snapshot.SnapshotTrailer;
import io.tailrace.tools.dump.ChainCheck;
import io.tailrace.tools.dump.DumpException;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;
import java.nio.file.Path;

/** A shard's log from a snapshot's begin to a point, each record checked each time. One thread. */
final class CheckedLog {
    private final ShardDirectory shard;
    private final RestorePoint point;
    private final Path file;
    private final SnapshotHeader header;
    private final SnapshotTrailer trailer;
    private long stopAfter = Long.MAX_VALUE;
    private long last = QueueIndex.NONE;

    /** Takes records. */
    interface Visitor {
        void record(long index, RecordView record) throws IOException;
    }

    /** @param file the snapshot, or null, as are both of its ends then */
    CheckedLog(ShardDirectory shard, RestorePoint point, Path file, SnapshotHeader header, SnapshotTrailer trailer) {
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
    long contained() {
        return trailer == null ? QueueIndex.NONE : trailer.endIndex();
    }

    /** The last one that was visited. */
    long last() {
        return last;
    }

    /** What comes since is left out from now on. */
    void stopAfter(long index) {
        stopAfter = index;
    }

    /** Visits each record up to this one. */
    void walk(long to, Visitor visitor) throws IOException, DumpException {
        ChainCheck check = new ChainCheck();
        try (BacklogInspector log = new BacklogInspector(shard.queue())) {
            log.seek(QueueIndex.of(QueueIndex.segment(Math.min(begin(), Math.max(0, contained()))), 0));
            boolean isFirst = true;
            for (RecordView record = log.next(); record != null; record = log.next()) {
                String fault = check.fault(log, record);
                if (isFirst) {
                    requireBegin(log);
                    isFirst = false;
                }
                if (log.index() > Math.min(to, stopAfter)
                        || point.limit().isBeyond(log.index(), record.commitMicros())) {
                    return;
                }
                if (fault != null || log.gap() != null) {
                    throw new DumpException(
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

    private void requireBegin(BacklogInspector log) throws DumpException {
        long before = log.opening() == null ? QueueIndex.NONE : log.opening().previousIndex();
        if (before >= begin() || header == null && before != QueueIndex.NONE) {
            throw new DumpException((file == null ? "the data" : file) + " needs the log from "
                    + QueueIndex.toString(begin()) + " on, and that in " + shard.queue() + " begins at "
                    + QueueIndex.toString(log.index()));
        }
    }

    private void requireSame(long index, RecordView record) throws DumpException {
        if (index == contained() && record.chain() != trailer.endChain()) {
            throw new DumpException(file + " is no snapshot of the log in " + shard.queue() + ": it ends at "
                    + QueueIndex.toString(index) + " with chain " + HexText.of(trailer.endChain())
                    + ", the log has chain " + HexText.of(record.chain()) + " there");
        }
    }
}

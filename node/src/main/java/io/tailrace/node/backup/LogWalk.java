package io.tailrace.node.backup;

import io.tailrace.node.backlog.BacklogInspector;
import io.tailrace.node.repair.RestorePoint;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.snapshot.SnapshotHeader;
import io.tailrace.snapshot.SnapshotTrailer;
import io.tailrace.wire.record.Chain;
import io.tailrace.wire.record.ChainVerifier;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;
import java.io.IOException;

/**
 * A shard's log from a snapshot's begin to a point, each record checked against the chain each time. What comes since the first walk is
 * left out of the next. One thread.
 */
final class LogWalk {
    private final ShardDirectory shard;
    private final RestorePoint point;
    private final SnapshotHeader header;
    private final SnapshotTrailer trailer;
    private long last = QueueIndex.NONE;
    private boolean isWalked;

    /** Takes records. */
    interface Visitor {
        void record(long index, RecordView record) throws IOException;
    }

    /** @param header of the snapshot, or null, as is its trailer then: all of the log */
    LogWalk(ShardDirectory shard, RestorePoint point, SnapshotHeader header, SnapshotTrailer trailer) {
        this.shard = shard;
        this.point = point;
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

    /** Visits each record with effects. */
    void walk(Visitor visitor) throws IOException {
        ChainVerifier chain = new ChainVerifier().startAfter(header == null ? Chain.SEED : header.chainBefore());
        long reached = QueueIndex.NONE;
        try (BacklogInspector log = new BacklogInspector(shard.queue())) {
            log.seek(QueueIndex.of(QueueIndex.segment(Math.min(begin(), Math.max(0, contained()))), 0));
            boolean isFirst = true;
            for (RecordView record = log.next(); record != null; record = log.next()) {
                if (isFirst) {
                    requireBegin(log);
                    isFirst = false;
                }
                boolean isLater = isWalked && log.index() > last;
                if (isLater || point.limit().isBeyond(log.index(), record.commitMicros())) {
                    break;
                }
                if (log.index() >= begin()) {
                    require(log, chain, record);
                    if (record.hasEffects()) {
                        visitor.record(log.index(), record);
                    }
                }
                reached = log.index();
            }
        }
        if (header != null && reached < contained()) {
            throw new IOException("the log in " + shard.queue() + " ends at " + QueueIndex.toString(reached)
                    + ", and the snapshot at " + QueueIndex.toString(contained()));
        }
        isWalked = true;
        last = reached;
    }

    private void requireBegin(BacklogInspector log) throws IOException {
        long before = log.opening() == null ? QueueIndex.NONE : log.opening().previousIndex();
        if (before >= begin() || header == null && before != QueueIndex.NONE) {
            throw new IOException("the log is needed from " + QueueIndex.toString(begin()) + " on, and that in "
                    + shard.queue() + " begins at " + QueueIndex.toString(log.index()));
        }
    }

    private void require(BacklogInspector log, ChainVerifier chain, RecordView record) throws IOException {
        String problem = log.gap() == null || log.isOpening() && log.gap().isRetention()
                ? chain.next(log.index(), record)
                : log.gap().text();
        if (problem == null && log.index() == contained() && record.chain() != trailer.endChain()) {
            problem = "its chain is not that of the snapshot, which is of another log";
        }
        if (problem != null) {
            throw new IOException(log.file() + ": record " + QueueIndex.toString(log.index()) + " at byte "
                    + log.position() + ": " + problem);
        }
    }
}

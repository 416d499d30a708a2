package io.tailrace.node.backlog;

import io.tailrace.wire.record.PartView;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordLayout;
import io.tailrace.wire.record.RecordView;
import io.tailrace.wire.record.SegmentRecord;
import io.tailrace.wire.record.ShardIndexes;

/**
 * What a log's parts of transactions over several shards mean for it: on how much of the other shards' logs it depends, and up to where
 * it is closed on the disk. Kept with every append; of a log that was opened it is read from its newest segment. Used by the owner of
 * the shard.
 */
public final class LogParts {
    private static final long FIRST_BEHIND_AN_OPENING = 1;

    private final PartView part = new PartView();
    private final RecordView record = new RecordView();
    private ShardNeeds needs = new ShardNeeds(1);
    private ClosedDurable closed = new ClosedDurable(1);
    private volatile boolean isAhead;
    private long lastPart = QueueIndex.NONE;

    LogParts() {}

    /** A record was appended. */
    void appended(long index, long address, int length) {
        if (RecordLayout.kind(address) == RecordLayout.KIND_PART) {
            take(index, record.wrap(address, length));
        }
    }

    private void take(long index, RecordView appended) {
        String problem = part.wrap(appended);
        assert problem == null && part.isPart() : problem;
        needs.raise(part.parts());
        needs.raise(part.needs());
        closed.part(index, needs);
        lastPart = index;
    }

    /** A segment was opened: it says what the records before it need. */
    void opened(SegmentRecord opening) {
        if (needs.shards() != opening.shardCount()) {
            needs = new ShardNeeds(opening.shardCount());
            closed = new ClosedDurable(opening.shardCount());
        }
        needs.raise(ShardIndexes.parse(opening.needs()));
    }

    /** Reads what a log says that was written before. Nothing of it is closed until all that it needs is known to be on the disk. */
    void read(Backlog log) {
        if (log.isEmpty() || log.newestOpening().shardCount() == 1) {
            return;
        }
        opened(log.newestOpening());
        try (BacklogReader reader = log.reader()) {
            RecordView read = reader.readAt(QueueIndex.of(QueueIndex.segment(log.lastIndex()), 0));
            for (read = reader.next(); read != null; read = reader.next()) {
                if (read.isPart()) {
                    take(reader.index(), read);
                }
            }
            reader.requireRead();
        }
        closed.clear();
        closed.part(FIRST_BEHIND_AN_OPENING, needs);
    }

    /**
     * Nothing of a log that was opened is closed on the disk before all that the logs of the node held then is there: what it needs of
     * one shard may itself need another, and which one this log does not say.
     *
     * @param ends the last record of each shard's log at the start
     */
    public void startedAmong(long[] ends) {
        ShardNeeds all = new ShardNeeds(ends.length);
        for (int shard = 0; shard < ends.length; shard++) {
            all.raise(shard, ends[shard]);
        }
        if (ends.length == needs.shards()) {
            closed.clear();
            closed.part(FIRST_BEHIND_AN_OPENING, all);
        }
    }

    /** The same log was opened again, without a part less: what of it is not closed on the disk is known from before. */
    public void openedAgain(LogParts before) {
        if (before.needs.shards() == needs.shards()) {
            needs = before.needs;
            closed = before.closed;
            lastPart = before.lastPart;
        }
    }

    /**
     * Whether the log may hold more of transactions over several shards than the node's other shards have, as after a full sync of its
     * shard: that is not served until they have caught up. Any thread.
     */
    public boolean isAhead() {
        return isAhead;
    }

    public void ahead(boolean isNow) {
        isAhead = isNow;
    }

    /** What the log's records need of every shard's log. */
    public ShardNeeds needs() {
        return needs;
    }

    /** The needs were joined with those of the other shards of the newest part, {@link ShardNeeds#join}. */
    public void joined() {
        closed.amendLast(lastPart, needs);
    }

    /**
     * The newest record that is closed on the disk.
     *
     * @param durableIndex what is forced of this log
     * @param forced what is forced of each shard's
     */
    public long closedUpTo(long durableIndex, ShardNeeds.Logs forced) {
        return closed.isEmpty() ? durableIndex : closed.upTo(durableIndex, forced);
    }
}

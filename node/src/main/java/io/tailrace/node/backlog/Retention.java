package io.tailrace.node.backlog;

import io.tailrace.wire.record.QueueIndex;

/**
 * How long a backlog may become: which of its oldest segments are deleted, and when its disk has no room for another. Whole segments
 * are, never the newest, and none from the oldest index on that is needed. Owned by the shard's reactor thread.
 *
 * <pre>
 *  0                      budget                                                        limit
 *  |-- kept in any case --|-- kept while a snapshot, a reader or a replica needs it --|..3..|
 *                                                                the next segment, the one reserved
 *                                                                after it, and one of a snapshot
 * </pre>
 */
public final class Retention {
    private static final int LIMIT_RESERVE = 3;

    private final SegmentTable segments;
    private final BacklogReaders readers;
    private final BacklogDiskWorker worker;
    private long budgetBytes;
    private long limitBytes = Long.MAX_VALUE;

    Retention(SegmentTable segments, BacklogReaders readers, BacklogDiskWorker worker, long budgetBytes) {
        this.segments = segments;
        this.readers = readers;
        this.worker = worker;
        this.budgetBytes = budgetBytes;
    }

    /** Changes how many bytes are kept and how many the files may take; takes effect with the next call. */
    public void set(long newBudgetBytes, long newLimitBytes) {
        budgetBytes = newBudgetBytes;
        limitBytes = newLimitBytes;
    }

    public long budgetBytes() {
        return budgetBytes;
    }

    /**
     * Deletes the oldest segments while the backlog is larger than its budget.
     *
     * @param neededFrom the oldest index that a snapshot or a held replica still needs; readers are counted by themselves
     */
    public void trim(long neededFrom) {
        long needed = readers.oldest(neededFrom);
        while (segments.bytes() > budgetBytes && isOldestFree(needed)) {
            deleteOldest();
        }
    }

    /**
     * Deletes the oldest segments, within the budget too: half of what can go, so that there is room for snapshots as well, and
     * not less than the next two segments take. The disk is tried again then; until it was, nothing more is deleted.
     *
     * @param neededFrom as in {@link #trim}
     * @return whether the disk is tried again
     */
    public boolean shorten(long neededFrom) {
        if (worker.isRetrying()) {
            return true;
        }
        long needed = readers.oldest(neededFrom);
        long wanted = Math.max(freeBytes(needed) / 2, 2 * worker.reservedBytes());
        long freed = 0;
        while (freed < wanted && isOldestFree(needed)) {
            freed += segments.first().bytes();
            deleteOldest();
        }
        if (freed > 0) {
            worker.retry();
        }
        return freed > 0;
    }

    /**
     * From where on a replica needs the log that has confirmed records up to an index, should it come again: it rolls back the
     * segments at its end of which it has nothing but the opening record, as it can't tell them from its own.
     */
    public long neededAgain(long confirmed) {
        long needed = confirmed;
        SegmentInfo info = segments.find(QueueIndex.segment(confirmed));
        while (info != null && QueueIndex.sequence(needed) == 0) {
            long previous = info.opening().previousIndex();
            info = previous == QueueIndex.NONE ? null : segments.find(QueueIndex.segment(previous));
            needed = info == null ? needed : previous;
        }
        return needed;
    }

    private long freeBytes(long needed) {
        return segments.bytes() - segments.bytesFrom(needed);
    }

    private boolean isOldestFree(long needed) {
        return segments.size() > 1
                && QueueIndex.segment(needed) > segments.first().segment();
    }

    private void deleteOldest() {
        worker.delete(segments.removeFirst().segment());
    }

    /**
     * Why no segment should be opened now, or null: the disk has refused to take the next one, or the files would come too
     * near to their limit. What the disk gave to the newest segment may still be filled.
     */
    public String pressure() {
        String failure = worker.failure();
        if (failure == null && roomToLimit() < 0) {
            return "it holds " + segments.bytes() + " bytes and backlog-disk-limit is " + limitBytes;
        }
        return failure;
    }

    /** Whether it is the disk that refuses, and not the limit. */
    public boolean isDiskFull() {
        return worker.failure() != null;
    }

    /** Bytes that the log may still grow by. */
    public long roomToLimit() {
        return limitBytes == Long.MAX_VALUE
                ? Long.MAX_VALUE
                : limitBytes - segments.bytes() - LIMIT_RESERVE * worker.reservedBytes();
    }
}

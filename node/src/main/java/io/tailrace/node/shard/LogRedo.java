package io.tailrace.node.shard;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.RecordView;

/**
 * The log of data that are being filled: its records come while the snapshot is still being loaded, wait there, and are
 * applied to the store a slice at a time. Owned and closed by the shard's reactor thread.
 */
public final class LogRedo implements AutoCloseable {
    private final ShardData data;
    private final EffectApplier applier;
    private BacklogReader reader;
    private String problem;

    public LogRedo(ShardData data) {
        this.data = data;
        applier = data.newApplier();
    }

    /** Takes a record from the primary into the log, to be applied later; returns null or why not, then nothing of it was. */
    public String take(long index, RecordView received) {
        return data.take(applier, index, received);
    }

    /** Applies the next records, at most this many, on top of what the store may have of them; returns how many. */
    public int apply(int limit) {
        int count = 0;
        while (count < limit && problem == null) {
            RecordView record = next();
            if (record == null) {
                break;
            }
            problem = data.redo(applier, reader.index(), record);
            count++;
        }
        return count;
    }

    private RecordView next() {
        Backlog backlog = data.backlog();
        if (reader != null) {
            return reader.next();
        }
        if (backlog.isEmpty()) {
            return null;
        }
        reader = backlog.reader();
        return reader.readAt(backlog.firstIndex());
    }

    /** The last record that was applied, or {@link QueueIndex#NONE}. */
    public long appliedIndex() {
        return reader == null ? QueueIndex.NONE : reader.index();
    }

    /** Whether all that came was applied. */
    public boolean isAtEnd() {
        return appliedIndex() == data.backlog().lastIndex();
    }

    /** Why it can't continue, or null. */
    public String problem() {
        return problem;
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
        }
    }
}

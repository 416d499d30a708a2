package io.tailrace.node.replication;

import io.tailrace.node.backlog.BacklogException;
import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.shard.Shard;
import io.tailrace.wire.record.RecordView;

/**
 * The log on its way out to one replica: where in it the replica is, and what is put out next. Owned and closed by the
 * session's reactor thread.
 *
 * <p>The log is read where it is mapped, and a page that the disk can't give is noticed only some steps later: see
 * {@link BacklogReader}. So nothing is left in the output of a turn in which that happened.
 */
final class RecordSender implements AutoCloseable {
    private final BacklogReader reader;
    private final CycleClock clock;
    private boolean isFirstPending;

    /**
     * @param index of a record that is held
     * @param isFirst whether it is the first to be sent; otherwise the replica has it
     * @throws BacklogException when it can't be read
     */
    RecordSender(Shard shard, long index, boolean isFirst) {
        clock = shard.clock();
        isFirstPending = isFirst;
        reader = shard.backlog().reader();
        try {
            reader.readAt(index);
        } catch (BacklogException e) {
            reader.close();
            throw e;
        }
    }

    /** Of the last record that was put out, or of the first that is to be. */
    long index() {
        return reader.index();
    }

    /** How often it went to a record of the log. */
    long reads() {
        return reader.reads();
    }

    /**
     * Puts out the records that there are; returns how many bytes.
     *
     * @param budget bytes, exceeded by one record at most
     * @param highWater bytes waiting at which no more is put out
     * @throws BacklogException when one can't be read; then none was put out
     */
    int fill(PeerChannel peer, AckLag lag, int budget, int highWater) {
        int before = peer.output().position();
        try {
            int filled = putOut(peer, lag, budget, highWater);
            if (filled > 0) {
                reader.requireRead();
            }
            return filled;
        } catch (BacklogException e) {
            peer.output().truncate(before);
            throw e;
        } catch (InternalError e) {
            peer.output().truncate(before);
            throw reader.unreadable(e);
        }
    }

    private int putOut(PeerChannel peer, AckLag lag, int budget, int highWater) {
        int filled = 0;
        while (filled < budget && peer.pending() < highWater) {
            RecordView record = next();
            if (record == null) {
                break;
            }
            peer.frames().record(reader.index(), record.address(), record.length());
            lag.sent(reader.index(), clock.steadyMicros() - age(record));
            filled += record.length();
        }
        return filled;
    }

    /** The reader stands at the last record sent, or, at the beginning, at the first to be sent. */
    private RecordView next() {
        if (isFirstPending) {
            isFirstPending = false;
            return reader.current();
        }
        return reader.next();
    }

    /** How long ago a record was committed, by the machine's clock; 0 when that was set back meanwhile. */
    private long age(RecordView record) {
        return Math.max(0, clock.micros() - record.commitMicros());
    }

    @Override
    public void close() {
        reader.close();
    }
}

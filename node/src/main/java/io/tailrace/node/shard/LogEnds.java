package io.tailrace.node.shard;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.BacklogException;
import java.util.function.IntFunction;

/**
 * How far the logs of all shards of a node went at one moment. A start may cut a log at what another has lost, so what is made of one
 * shard's log up to that moment outlives a power loss only when all of them are on the disk up to there.
 *
 * <pre>
 *  a  ... T1 ========= B        a snapshot of a up to B has T1. Without T1 in b's log a start cuts a before it, and the
 *  b  ... T1 x |                snapshot is of no use: so b's log has to be on the disk too, before the one of a is deleted
 * </pre>
 *
 * <p>Taken by the thread that holds a shard whose log is meant; {@link #force} is for any thread that may wait for disks.
 */
public final class LogEnds {
    /** Of a shard that depends on no other. */
    static final LogEnds NONE = new LogEnds(0, shard -> null);

    private final IntFunction<Backlog> current;
    private final Backlog[] logs;
    private final long[] ends;

    /** @param logs of each shard, null of one that has none; any thread */
    public LogEnds(int shards, IntFunction<Backlog> logs) {
        current = logs;
        this.logs = new Backlog[shards];
        ends = new long[shards];
        for (int shard = 0; shard < shards; shard++) {
            this.logs[shard] = logs.apply(shard);
            ends[shard] = this.logs[shard] == null ? 0 : this.logs[shard].lastIndex();
        }
    }

    /**
     * Brings all of it to the disk.
     *
     * @throws BacklogException when a disk does not take it. A log that was replaced meanwhile, on a replica, is none that anything
     *     could be lost from: its new data were on the disk before
     */
    void force() {
        for (int shard = 0; shard < logs.length; shard++) {
            try {
                if (logs[shard] != null && !logs[shard].isEmpty()) {
                    logs[shard].sync().upTo(ends[shard]);
                }
            } catch (BacklogException e) {
                if (current.apply(shard) == logs[shard]) {
                    throw e;
                }
            }
        }
    }
}

package io.tailrace.node.repair;

import io.tailrace.node.shard.RebuildException;
import io.tailrace.snapshot.fault.FaultPoint;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the logs of a node's shards closed before any of them is opened: a transaction over several shards is in all of them or in
 * none. What ended the last run may have come between two of its appends; a power loss takes the ends of logs, of each another
 * length. Used by one thread, when every shard's own log is known to be good.
 *
 * <pre>
 *  what is found                                        what is done
 *  every part's other parts                             nothing
 *  a part without another                               its log is cut before it, then what depended on that, until nothing does
 *  a cut before which no snapshot and no first record   a primary does not start. A replica keeps the log, and serves the shard when
 *  is left: of a full sync that the others had not      the others have what it needs
 *  caught up with
 *  a shard that was not served yet, by its file         the same, and nothing is cut for it
 * </pre>
 *
 * <p>The cut is the greatest one that is closed, so to end in the middle of it and begin again leads to the same.
 */
public final class ClosedStart {
    private static final Logger LOG = LoggerFactory.getLogger(ClosedStart.class);

    private final List<ShardStart> starts;
    private final boolean isReplica;
    private final List<ShardParts> parts = new ArrayList<>();

    private ClosedStart(List<ShardStart> starts, boolean isReplica) {
        this.starts = starts;
        this.isReplica = isReplica;
    }

    /**
     * Cuts what has to be cut.
     *
     * @param starts of all shards, in their order
     * @param isReplica whether what is missing may come from a primary
     */
    public static void of(List<ShardStart> starts, boolean isReplica) throws IOException, RebuildException {
        ClosedStart closed = new ClosedStart(starts, isReplica);
        if (starts.size() > 1) {
            closed.requireServed();
            if (!closed.isClosed()) {
                closed.cut();
            }
            closed.tellEnds();
        }
    }

    /** As a primary a node has no source for what a shard needs. */
    private void requireServed() throws RebuildException {
        for (int shard = 0; shard < starts.size() && !isReplica; shard++) {
            if (starts.get(shard).isAhead()) {
                throw new RebuildException("shard " + shard
                        + " can't be opened: by a full sync, or by following another primary, it had new data that the other shards had"
                        + " not caught up with when the node ended, so its data may contain halves of transactions; start the "
                        + "node"
                        + " as a replica of one that has it (replica-of), or, when there is none any more, delete "
                        + starts.get(shard).aheadFile() + " to serve the data as it is");
            }
        }
    }

    private void tellEnds() {
        long[] ends = new long[starts.size()];
        for (int shard = 0; shard < ends.length; shard++) {
            StartedLog log = starts.get(shard).log();
            ends[shard] = log == null ? QueueIndex.NONE : log.last();
        }
        starts.forEach(start -> start.among(ends));
    }

    /** Whether the newest records named are there, and all logs are of one history: then nothing else has to be looked at. */
    private boolean isClosed() {
        Set<String> histories = new HashSet<>();
        for (ShardStart start : starts) {
            StartedLog log = start.isAhead() ? null : start.log();
            if (log != null && log.check().history() != null) {
                histories.add(log.check().history());
            }
            if (log != null && log.needs() != null && !log.needs().areMetBy(this::end)) {
                return false;
            }
        }
        return histories.size() <= 1;
    }

    private long end(int shard) {
        ShardStart start = starts.get(shard);
        return start.log() == null || start.isAhead()
                ? ClosedCut.UNKNOWN
                : start.log().last();
    }

    private void cut() throws IOException, RebuildException {
        for (int shard = 0; shard < starts.size(); shard++) {
            ShardStart start = starts.get(shard);
            parts.add(
                    start.log() == null || start.isAhead() ? null : start.log().parts());
        }
        ClosedCut cut = closedCut();
        for (int shard = firstBehindItsSnapshot(cut); shard >= 0; shard = firstBehindItsSnapshot(cut)) {
            StartedLog log = starts.get(shard).log();
            if (log.goBack()) {
                parts.set(shard, log.parts());
            } else {
                keep(shard, cut);
            }
            cut = closedCut();
        }
        for (int shard = 0; shard < starts.size(); shard++) {
            if (parts.get(shard) != null && cut.upTo(shard) != end(shard)) {
                cut(starts.get(shard).log(), cut.upTo(shard), cut.reason(shard));
            }
        }
    }

    private ClosedCut closedCut() throws RebuildException {
        long[] ends = new long[starts.size()];
        for (int shard = 0; shard < ends.length; shard++) {
            ends[shard] = end(shard);
        }
        return new ClosedCut(parts, ends);
    }

    private int firstBehindItsSnapshot(ClosedCut cut) {
        for (int shard = 0; shard < starts.size(); shard++) {
            boolean isCut = parts.get(shard) != null && cut.upTo(shard) != end(shard);
            if (isCut && !starts.get(shard).log().isEnough(cut.upTo(shard))) {
                return shard;
            }
        }
        return -1;
    }

    private void keep(int shard, ClosedCut cut) throws IOException, RebuildException {
        if (!isReplica) {
            throw new RebuildException("shard " + shard + " can't be opened: " + cut.reason(shard)
                    + ", and there is no snapshot before that to go back to; start the node as a replica of one that has it"
                    + " (replica-of), or bring the other shard's log back from a copy");
        }
        LOG.warn("shard={}: {}: not served until that arrives", shard, cut.reason(shard));
        starts.get(shard).ahead();
        parts.set(shard, null);
    }

    private void cut(StartedLog log, long end, String reason) throws IOException, RebuildException {
        for (ShardStart other : starts) {
            if (other.log() != null && other.log().isGone()) {
                throw new RebuildException("the log of shard " + other.log().shard() + " in "
                        + other.log().directory().queue() + " is gone, and others depend on it: " + reason
                        + "; bring it back from a copy, or move the data directory away and sync from another node");
            }
        }
        long last = log.last();
        log.cut(end);
        FaultPoint.LOG_CUT.hit();
        LOG.warn(
                "shard={}: the log ended at {} and is cut after {}, as after a kill in the middle of a transaction or a power "
                        + "loss: {}; the cut records are in {}",
                log.shard(),
                QueueIndex.toString(last),
                QueueIndex.toString(end),
                reason,
                log.directory().root());
    }
}

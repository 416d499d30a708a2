package io.tailrace.node.replication;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.shard.History;
import io.tailrace.node.shard.Shard;
import io.tailrace.wire.handshake.EndedHistory;
import io.tailrace.wire.handshake.HandshakeRequest;
import io.tailrace.wire.handshake.RefusalCode;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;

/**
 * Decides what a primary does with a replica that says where it is: (history, index, chain) is a prefix of this shard's
 * log, or it is not. Stateless.
 *
 * <pre>
 *  the replica's last record                               answer
 *  none; the log still has its first record                stream from there
 *  none; it has not                                        snapshot
 *  of a history that is not ours, nor is one before it     FOREIGN
 *  after the end of its history here, or of one before it  rewind to there
 *  after our last one                                      FUTURE
 *  older than our log                                      snapshot
 *  not in our log, or with another chain there             FOREIGN
 *  in our log with the same chain                          stream from the next one
 * </pre>
 *
 * <p>Our log begins, for this, behind the last segment that turned out not to be readable. A history ends at a promotion. So a
 * replica is made to give up records only where somebody was promoted without them, never because a log became shorter.
 */
final class HandshakeJudge {
    /** What to do. */
    enum Answer {
        STREAM,
        SNAPSHOT,
        REWIND,
        REFUSE
    }

    /**
     * The decision.
     *
     * @param after REWIND: the last record both have; STREAM: the index of the record before the first to be sent, or {@link QueueIndex#NONE} for all
     * @param history REWIND: the history of that record
     * @param chain REWIND: its chain
     * @param code REFUSE: why
     * @param reason REFUSE: why, in words that name both sides' values
     */
    record Verdict(Answer answer, long after, String history, long chain, RefusalCode code, String reason) {
        private static Verdict stream(long after) {
            return new Verdict(Answer.STREAM, after, null, 0, null, null);
        }

        private static Verdict snapshot() {
            return new Verdict(Answer.SNAPSHOT, QueueIndex.NONE, null, 0, null, null);
        }

        private static Verdict rewind(long after, String history, long chain) {
            return new Verdict(Answer.REWIND, after, history, chain, null, null);
        }

        static Verdict refuse(RefusalCode code, String reason) {
            return new Verdict(Answer.REFUSE, QueueIndex.NONE, null, 0, code, reason);
        }
    }

    private static final String DISCARD = "; to discard them: REPLICAOF host port FORCE there";

    private HandshakeJudge() {}

    static Verdict judge(Shard shard, HandshakeRequest request) {
        int id = shard.id();
        int count = shard.settings().shardCount();
        if (request.shardCount() != count || request.shard() != id) {
            return Verdict.refuse(
                    RefusalCode.SHARDS,
                    "this is shard " + id + " of " + count + ", the replica asks as shard " + request.shard() + " of "
                            + request.shardCount() + ": give both nodes the same shards");
        }
        if (request.history() == null) {
            return isServedWhole(shard) ? Verdict.stream(QueueIndex.NONE) : Verdict.snapshot();
        }
        return judgePosition(shard, request);
    }

    private static boolean isServedWhole(Shard shard) {
        return shard.isWhole()
                && shard.backlog().servedFrom() == shard.backlog().firstIndex();
    }

    private static Verdict judgePosition(Shard shard, HandshakeRequest request) {
        Backlog backlog = shard.backlog();
        History history = shard.history();
        long end = history.endOf(request.history());
        String theirs =
                "the replica is at " + QueueIndex.toString(request.index()) + " of history " + request.history();
        if (end == QueueIndex.NONE) {
            return judgeLineage(shard, request, theirs);
        }
        if (end != Long.MAX_VALUE && request.index() > end) {
            return rewindTo(shard, request.history(), end, theirs);
        }
        if (request.index() > backlog.lastIndex()) {
            return Verdict.refuse(
                    RefusalCode.FUTURE,
                    theirs + ", this log ends at " + QueueIndex.toString(backlog.lastIndex())
                            + ": the replica has records that are lost here" + DISCARD);
        }
        if (request.index() < backlog.servedFrom()) {
            return Verdict.snapshot();
        }
        return judgeRecord(backlog, request, theirs);
    }

    /** The replica was promoted itself: what counts is the newest history that both went through. */
    private static Verdict judgeLineage(Shard shard, HandshakeRequest request, String theirs) {
        History history = shard.history();
        for (EndedHistory ended : request.lineage()) {
            long end = history.endOf(ended.id());
            if (end != QueueIndex.NONE) {
                return rewindTo(shard, ended.id(), Math.min(end, ended.lastIndex()), theirs);
            }
        }
        return Verdict.refuse(
                RefusalCode.FOREIGN,
                theirs + ", this log is of history " + history.current().id() + " and never was of that one");
    }

    private static Verdict rewindTo(Shard shard, String history, long common, String theirs) {
        Backlog backlog = shard.backlog();
        if (common > backlog.lastIndex()) {
            return Verdict.refuse(
                    RefusalCode.FUTURE,
                    theirs + ", which it left at " + QueueIndex.toString(common) + ", and this log ends at "
                            + QueueIndex.toString(backlog.lastIndex()) + ": the replica has records that are lost here"
                            + DISCARD);
        }
        if (backlog.serves(common)) {
            try (BacklogReader reader = backlog.reader()) {
                return Verdict.rewind(common, history, reader.readAt(common).chain());
            }
        }
        for (History.Term term : shard.history().terms()) {
            if (term.previousIndex() == common) {
                return Verdict.rewind(common, history, term.previousChain());
            }
        }
        return Verdict.refuse(
                RefusalCode.FUTURE,
                theirs + " and shares history " + history + " up to " + QueueIndex.toString(common)
                        + ", where this log does not reach back to: the replica has records that nobody else has"
                        + DISCARD);
    }

    private static Verdict judgeRecord(Backlog backlog, HandshakeRequest request, String theirs) {
        if (!backlog.contains(request.index())) {
            return Verdict.refuse(RefusalCode.FOREIGN, theirs + ", an index that this log does not have");
        }
        try (BacklogReader reader = backlog.reader()) {
            long chain = reader.readAt(request.index()).chain();
            if (chain != request.chain()) {
                return Verdict.refuse(
                        RefusalCode.FOREIGN,
                        theirs + " with chain " + HexText.of(request.chain()) + ", here it is " + HexText.of(chain));
            }
        }
        return Verdict.stream(request.index());
    }
}

package io.tailrace.node.replication;

import io.tailrace.node.backlog.Backlog;
import io.tailrace.node.backlog.BacklogReader;
import io.tailrace.node.shard.History;
import io.tailrace.node.shard.Shard;
import io.tailrace.wire.handshake.CopyConsent;
import io.tailrace.wire.handshake.EndedHistory;
import io.tailrace.wire.handshake.HandshakeRequest;
import io.tailrace.wire.handshake.HandshakeRequest.ReplicaLog;
import io.tailrace.wire.handshake.HistoryPosition;
import io.tailrace.wire.handshake.RefusalCode;
import io.tailrace.wire.record.HexText;
import io.tailrace.wire.record.QueueIndex;

/**
 * Decides what a primary does with a replica that says what it holds: (history, index, chain) is a prefix of this shard's
 * log, or it is not. Stateless.
 *
 * <pre>
 *  the replica's last record                               answer
 *  none; the log still has its first record                LOG
 *  none; it has not                                        SNAPSHOT
 *  in our log with the same chain                          STREAM from the next one
 *  older than our log, of a history that is ours           SNAPSHOT
 *  after the end of its history here, or of one before it
 *    and our log has the last shared record                REWIND to there
 *    and our log begins after it                           COPY
 *  of a history that is not ours, nor is one before it     FOREIGN
 *  not in our log, or with another chain there             FOREIGN
 *  after our last one                                      FUTURE
 * </pre>
 *
 * <p>What the replica consents to counts only where the answer would be none of the first four:
 *
 * <pre>
 *  it consents to                   answer
 *  a log that this one contains     LOG while our log has its first record, else SNAPSHOT
 *  another log, or a longer one     as without: it is refused, or told to rewind, as ever
 *  ANY                              COPY instead of a refusal, so that it is bound to this log
 * </pre>
 *
 * <p>Our log begins, for this, after the last segment that turned out not to be readable. A history ends at a promotion. So a
 * replica is made to give up records only where another node was promoted without them, never because a log became shorter.
 */
final class HandshakeEvaluator {
    private HandshakeEvaluator() {}

    static Decision evaluate(Shard shard, HandshakeRequest request) {
        int id = shard.id();
        int count = shard.settings().shardCount();
        if (request.shardCount() != count || request.shard() != id) {
            return Decision.refuse(
                    RefusalCode.SHARDS,
                    "this is shard " + id + " of " + count + ", the replica asks as shard " + request.shard() + " of "
                            + request.shardCount() + ": use the same number of shards on both nodes");
        }
        if (request.log().isEmpty()) {
            return copy(shard);
        }
        Decision decision = evaluateLog(shard, request.log());
        return request.consent() == null || decision.isContinuation()
                ? decision
                : evaluateConsent(shard, request.consent(), decision);
    }

    /** Where this shard's log ends. */
    static HistoryPosition end(Shard shard) {
        return HistoryPosition.of(
                shard.history().current().id(),
                shard.backlog().lastIndex(),
                shard.backlog().lastChain());
    }

    private static Decision copy(Shard shard) {
        boolean isServedWhole = shard.isWhole()
                && shard.backlog().servedFrom() == shard.backlog().firstIndex();
        return isServedWhole ? Decision.log() : Decision.snapshot();
    }

    private static Decision evaluateConsent(Shard shard, CopyConsent consent, Decision decision) {
        boolean isRefused = decision.answer() == Decision.Answer.REFUSE;
        if (!consent.isBound()) {
            return isRefused ? Decision.copy(decision.shared()) : decision;
        }
        if (contains(shard, consent.to())) {
            return copy(shard);
        }
        return isRefused
                ? Decision.refuse(
                        decision.code(),
                        decision.reason() + "; it consents to a copy of history "
                                + consent.to().history() + " up to "
                                + QueueIndex.toString(consent.to().index()) + ", which this log does not have",
                        decision.shared())
                : decision;
    }

    /** Whether this log has what the place names, as far as can be told: the record itself may not be kept any more. */
    private static boolean contains(Shard shard, HistoryPosition place) {
        Backlog backlog = shard.backlog();
        long end = shard.history().endOf(place.history());
        if (end == QueueIndex.NONE || place.index() > Math.min(end, backlog.lastIndex())) {
            return false;
        }
        HistoryPosition here = position(shard, place.history(), place.index());
        return !here.isProven() || here.chain() == place.chain();
    }

    /** A place in this log, with the chain there if it is known. */
    private static HistoryPosition position(Shard shard, String history, long index) {
        if (shard.backlog().serves(index)) {
            try (BacklogReader reader = shard.backlog().reader()) {
                return HistoryPosition.of(history, index, reader.readAt(index).chain());
            }
        }
        for (History.Term term : shard.history().terms()) {
            if (term.previousIndex() == index) {
                return HistoryPosition.of(history, index, term.previousChain());
            }
        }
        return HistoryPosition.unproven(history, index);
    }

    private static Decision evaluateLog(Shard shard, ReplicaLog log) {
        Backlog backlog = shard.backlog();
        long end = shard.history().endOf(log.history());
        String replicaAt = "the replica is at " + QueueIndex.toString(log.index()) + " of history " + log.history();
        if (end == QueueIndex.NONE) {
            HistoryPosition shared = newestShared(shard, log);
            return shared == null
                    ? Decision.refuse(
                            RefusalCode.FOREIGN,
                            replicaAt + ", this log is of history "
                                    + shard.history().current().id() + " and never was of that one")
                    : rewindTo(shard, shared, replicaAt);
        }
        if (end != Long.MAX_VALUE && log.index() > end) {
            return rewindTo(shard, position(shard, log.history(), end), replicaAt);
        }
        if (log.index() > backlog.lastIndex()) {
            return Decision.refuse(
                    RefusalCode.FUTURE,
                    replicaAt + ", this log ends at " + QueueIndex.toString(backlog.lastIndex())
                            + ": the replica has records that are lost here",
                    end(shard));
        }
        return log.index() < backlog.servedFrom() ? Decision.snapshot() : evaluateRecord(shard, log, replicaAt);
    }

    /** The end of the newest history that both went through, or null: the replica was promoted itself. */
    private static HistoryPosition newestShared(Shard shard, ReplicaLog log) {
        for (EndedHistory ended : log.lineage()) {
            long end = shard.history().endOf(ended.id());
            if (end != QueueIndex.NONE) {
                return position(shard, ended.id(), Math.min(end, ended.lastIndex()));
            }
        }
        return null;
    }

    private static Decision rewindTo(Shard shard, HistoryPosition shared, String replicaAt) {
        Backlog backlog = shard.backlog();
        if (shared.index() > backlog.lastIndex()) {
            return Decision.refuse(
                    RefusalCode.FUTURE,
                    replicaAt + ", which it left at " + QueueIndex.toString(shared.index()) + ", and this log ends at "
                            + QueueIndex.toString(backlog.lastIndex()) + ": the replica has records that are lost here",
                    end(shard));
        }
        return backlog.serves(shared.index()) ? Decision.rewind(shared) : Decision.copy(shared);
    }

    private static Decision evaluateRecord(Shard shard, ReplicaLog log, String replicaAt) {
        if (!shard.backlog().contains(log.index())) {
            return Decision.refuse(
                    RefusalCode.FOREIGN,
                    replicaAt + ", an index that this log does not have",
                    newestShared(shard, log));
        }
        HistoryPosition here = position(shard, log.history(), log.index());
        return here.chain() == log.chain()
                ? Decision.stream(log.index())
                : Decision.refuse(
                        RefusalCode.FOREIGN,
                        replicaAt + " with chain " + HexText.of(log.chain()) + ", here it is "
                                + HexText.of(here.chain()),
                        newestShared(shard, log));
    }
}

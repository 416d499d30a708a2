package io.tailrace.node.replication;

import io.tailrace.wire.handshake.HistoryPosition;
import io.tailrace.wire.handshake.RefusalCode;
import io.tailrace.wire.record.QueueIndex;

/**
 * What is done with a replica that asks.
 *
 * @param after STREAM: the index of the record before the first to be sent; otherwise {@link QueueIndex#NONE}
 * @param shared REWIND, COPY, REFUSE: the last record both have, null when none is known
 * @param code REFUSE: why
 * @param reason REFUSE: why, in words that name both sides' values
 */
record Decision(Answer answer, long after, HistoryPosition shared, RefusalCode code, String reason) {
    /** What to do; the answers on the wire have the same names. */
    enum Answer {
        STREAM,
        LOG,
        SNAPSHOT,
        REWIND,
        COPY,
        REFUSE
    }

    static Decision stream(long after) {
        return new Decision(Answer.STREAM, after, null, null, null);
    }

    static Decision log() {
        return new Decision(Answer.LOG, QueueIndex.NONE, null, null, null);
    }

    static Decision snapshot() {
        return new Decision(Answer.SNAPSHOT, QueueIndex.NONE, null, null, null);
    }

    static Decision rewind(HistoryPosition shared) {
        return new Decision(Answer.REWIND, QueueIndex.NONE, shared, null, null);
    }

    static Decision copy(HistoryPosition shared) {
        return new Decision(Answer.COPY, QueueIndex.NONE, shared, null, null);
    }

    static Decision refuse(RefusalCode code, String reason) {
        return refuse(code, reason, null);
    }

    static Decision refuse(RefusalCode code, String reason, HistoryPosition shared) {
        return new Decision(Answer.REFUSE, QueueIndex.NONE, shared, code, reason);
    }

    /** Whether the replica's log is a part of ours, so that nothing that it holds is given up. */
    boolean isContinuation() {
        return answer == Answer.STREAM || answer == Answer.SNAPSHOT;
    }
}

package io.tailrace.node.reactor;

import io.tailrace.node.security.Transport;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.node.services.ReplyMode;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.RequestDecoder;
import java.io.IOException;

/**
 * One connection's requests: executes what came in, in order, as far as it may now. Owned by the connection's thread.
 *
 * <pre>
 *  what ends a turn                                it continues
 *  a part of a request                             when more comes from the socket
 *  blocked: WAIT, a pause, {@link #afterOwed}          after {@link #unblock}
 *  its share of output in one turn                 in the next cycle
 *  other shards owe too much, or are congested     when that is over: each cycle tries again
 *  an EXEC on another shard                        the same
 *  a command on several shards, while others owe   when they do no more: it is executed then
 * </pre>
 */
final class RequestPipeline {
    /** Of a large request, whose buffer doubles with each: 2 MB at most. */
    static final int READS_PER_TURN = 6;

    /** Replies that others owe. */
    private static final int MAX_OWED = 1 << 7;

    /** Of requests that others have copies of, and of replies that wait for theirs. */
    private static final int MAX_WAITING_BYTES = 4 << 20;

    private final Connection connection;
    private final ConnectionParts parts;
    private final ClientInfo info;
    private final ReplyQueue replies;
    private final RequestInput input;
    private int blockers;
    private Runnable afterOwed;
    private Runnable again;
    private boolean hasExecElsewhere;
    private ReplyMode replyMode = ReplyMode.ON;

    RequestPipeline(
            Connection connection, ConnectionParts parts, ClientInfo info, ReplyQueue replies, RequestDecoder decoder) {
        this.connection = connection;
        this.parts = parts;
        this.info = info;
        this.replies = replies;
        input = new RequestInput(parts.connections(), decoder);
    }

    /** Takes a mode over; returns whether the reply of the request that is executed now is dropped. */
    boolean replyMode(ReplyMode mode) {
        replyMode = mode;
        return mode.isMuted();
    }

    /** RESET: all replies again. That of RESET itself is still skipped where CLIENT REPLY SKIP was before it, as in Redis. */
    void resetReplyMode() {
        if (replyMode == ReplyMode.OFF) {
            connection.replyMode(ReplyMode.ON);
        }
    }

    boolean isFull() {
        return input.isFull();
    }

    /** Whether the rest of a large request may be read at once. */
    boolean isCut() {
        return input.isCut() && !parts.connections().memory().isOver(connection.share());
    }

    /** What has come in. */
    RequestInput input() {
        return input;
    }

    /** Takes what has come, into room that there must be; returns how much, 0 for nothing and negative for the end. */
    int readFrom(Transport transport) throws IOException {
        int count = input.readFrom(transport);
        if (count > 0) {
            info.addInput(count);
            parts.counters().inputBytes += count;
            parts.counters().reads++;
        }
        return count;
    }

    /** Executes what has come in, as far as it may; returns whether that is all of it. */
    boolean execute() {
        parts.host().openBatch();
        try {
            return executeBatch();
        } finally {
            parts.host().endBatch();
        }
    }

    private boolean executeBatch() {
        RequestDecoder decoder = input.decoder();
        long before = replies.bytes();
        parts.loop().clock().refreshSteadyMicros();
        while (mayExecute() && replies.bytes() - before < parts.limits().outputPerTurn(info)) {
            if (info.user() == null || decoder.isUnauthenticated()) {
                decoder.setUnauthenticated(parts.limits().isUnauthenticated(info));
            }
            replies.limit(parts.limits().output(info));
            parts.host().lookAhead(input, info.database());
            RequestDecoder.Outcome outcome = input.next();
            if (outcome == RequestDecoder.Outcome.NEED_MORE) {
                return true;
            }
            if (outcome == RequestDecoder.Outcome.REQUEST) {
                execute(decoder.arguments());
            } else {
                connection.error(decoder.error());
                if (outcome == RequestDecoder.Outcome.PROTOCOL_ERROR) {
                    connection.closeAfterReply();
                }
            }
        }
        return false;
    }

    private void execute(Arguments arguments) {
        if (arguments.count() > 0) {
            if (replyMode != ReplyMode.ON) {
                connection.replyMode(replyMode.next());
            }
            parts.host().execute(connection, arguments);
        }
    }

    /** Requests wait while others owe too much; past the output's limit the next flush closes. */
    private boolean mayExecute() {
        return blockers == 0
                && !hasExecElsewhere
                && connection.state().executes()
                && replies.owedCount() < MAX_OWED
                && replies.waitingBytes() < MAX_WAITING_BYTES
                && replies.bytes() <= parts.limits().output(info)
                && !parts.host().isCongested();
    }

    /**
     * After a turn: drops what was executed, and makes room for the rest of a request where the turn came to one. Where it did not, what
     * is left is executed in the next cycle; or never, on a connection that executes nothing more: the next owner gets it, if there is to
     * be one.
     */
    void endTurn(boolean wantsMore) {
        boolean executes = connection.state().executes();
        if (!executes && connection.state() != ConnectionState.DETACHING) {
            clear();
            return;
        }
        retainRest(wantsMore);
        if (executes && !wantsMore && !isBlocked()) {
            connection.resume();
        }
    }

    private void retainRest(boolean wantsMore) {
        input.compact();
        if (wantsMore && parts.limits().isUnauthenticated(info)) {
            input.growTightly();
        } else if (wantsMore) {
            input.grow();
        }
    }

    /** For the next owner: with what was not executed, which is not here any more. */
    DetachedConnection detach(BufferedChannel channel) {
        retainRest(false);
        int received = input.received();
        return new DetachedConnection(
                parts.loop(), parts.connections(), parts.counters(), info, channel, input.takeRest(), received);
    }

    /** Drops everything. */
    void clear() {
        input.clear();
    }

    /** Runs a task when all commands so far have been executed, wherever; none is executed until then. */
    void afterOwed(Runnable task) {
        if (replies.owedCount() == 0) {
            task.run();
        } else {
            block();
            afterOwed = task;
        }
    }

    /** A reply that was owed has come. */
    void runAfterOwed() {
        if (again != null && replies.owedCount() == 0 && !connection.isClosed()) {
            Runnable request = again;
            again = null;
            hasExecElsewhere = false;
            request.run();
            connection.resume();
        }
        if (afterOwed != null && replies.owedCount() == 0 && !connection.isClosed()) {
            Runnable task = afterOwed;
            afterOwed = null;
            task.run();
            unblock();
        }
    }

    /**
     * Runs a request again when all commands before it have been executed, wherever; none is executed until then. Unlike one who is
     * blocked, its client is not given up.
     */
    void again(Runnable request) {
        assert again == null && replies.owedCount() > 0 : replies.owedCount();
        hasExecElsewhere = true;
        again = request;
    }

    /** Whether a command before is still to be executed elsewhere. */
    boolean owes() {
        return replies.owedCount() > 0;
    }

    /** No request is executed during an EXEC elsewhere; unlike one who is blocked, its client is not given up. */
    void execElsewhere(boolean isUnderWay) {
        hasExecElsewhere = isUnderWay;
    }

    /** No request is executed until {@link #unblock}. */
    void block() {
        blockers++;
    }

    void unblock() {
        blockers--;
        assert blockers >= 0 : "unblocked more often than blocked";
        if (blockers == 0) {
            connection.resume();
        }
    }

    boolean isBlocked() {
        return blockers > 0;
    }
}

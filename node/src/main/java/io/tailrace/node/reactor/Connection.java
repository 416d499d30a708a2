package io.tailrace.node.reactor;

import io.tailrace.node.pubsub.Subscriptions;
import io.tailrace.node.security.Transport;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.node.services.LastWrites;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.Arguments;
import io.tailrace.wire.resp.ReplyTooLargeException;
import io.tailrace.wire.resp.ReplyWriter;
import io.tailrace.wire.resp.RequestDecoder;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client: its socket, what came in and is not executed yet, what goes out and is not sent yet. Owned by one reactor
 * thread from the hand-over to its close.
 *
 * <p>Replies leave in the order of the requests. As long as no reply is owed by another shard they are written straight to
 * the output; after one that is, each waits in a slot of its own. {@link State} says how a connection ends.
 */
final class Connection implements ChannelHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    /** Replies that others owe. */
    private static final int MAX_OWED = 1 << 7;

    /** Of requests that others have copies of, and of replies that wait for theirs. */
    private static final int MAX_WAITING_BYTES = 4 << 20;

    /** From the accept to the end. */
    enum State {
        /** Requests are read and executed. */
        OPEN,
        /** The client sends no more; what it has sent is executed and answered. */
        INPUT_ENDED,
        /** Nothing more is executed; what was replied is sent. */
        CLOSING,
        /** The TLS handshake has failed and the client was told; its socket is read until the client has ended it. */
        REFUSED,
        /** All is released. */
        CLOSED;

        boolean mayBecome(State next) {
            return next.ordinal() > ordinal() && this != REFUSED || next == CLOSED && this != CLOSED;
        }
    }

    /** What the connections of a reactor have in common. */
    record Parts(
            EventLoop loop,
            Connections connections,
            ConnectionAgenda agenda,
            Dispatcher dispatcher,
            Session.Parts sessions,
            ClientLimits limits,
            ReactorCounters counters) {
        ShardLinks links() {
            return sessions.links();
        }

        SideReplies side() {
            return sessions.side();
        }

        Subscriptions subscriptions() {
            return sessions.subscriptions();
        }
    }

    private final Parts parts;
    private final ClientInfo info;
    private final RequestInput input;
    private final ReplyQueue replies;
    private final BufferedChannel channel;
    private final Transport transport;
    private final ConnectionAgenda.Entry agenda;
    private final MultiState multi = new MultiState();
    private final Session session;
    private final LastWrites lastWrites;
    private int blockers;
    private Runnable afterOwed;
    private boolean hasExecElsewhere;
    private volatile State state = State.OPEN;

    /** @param tls null for none */
    Connection(
            Parts parts,
            SocketChannel socket,
            ClientInfo info,
            RequestDecoder decoder,
            io.tailrace.node.security.Tls tls) {
        this.parts = parts;
        this.info = info;
        input = new RequestInput(parts.connections(), decoder);
        replies = new ReplyQueue(parts.side(), this);
        transport = parts.loop().transport(socket, tls, true, this);
        channel = new BufferedChannel(transport, replies.output());
        agenda = parts.agenda().enter(this);
        session = new Session(parts.sessions(), this);
        lastWrites = new LastWrites(parts.links().count());
    }

    void attach(SelectionKey key) {
        channel.attach(key);
    }

    private void to(State next) {
        assert state.mayBecome(next) : state + " to " + next;
        state = next;
    }

    long id() {
        return info.id();
    }

    ClientInfo info() {
        return info;
    }

    MultiState multi() {
        return multi;
    }

    Session session() {
        return session;
    }

    /** Any thread. */
    boolean isClosed() {
        return state == State.CLOSED;
    }

    /** Whether nothing more is executed. */
    boolean isClosing() {
        return state.ordinal() >= State.CLOSING.ordinal();
    }

    @Override
    public void onReady(SelectionKey key) throws IOException {
        if (key.isWritable()) {
            flush();
        }
        if (!isClosed() && key.isReadable()) {
            if (state == State.REFUSED) {
                discard();
            } else {
                read();
            }
        }
    }

    @Override
    public void onMore() throws IOException {
        if (state.ordinal() < State.REFUSED.ordinal()) {
            read();
            flush();
        }
    }

    /** Whether its TLS, if it has one, is established. */
    boolean isOpen() {
        return transport.isOpen();
    }

    private void read() throws IOException {
        if (input.isFull()) {
            return;
        }
        int count = input.readFrom(transport);
        if (count > 0) {
            info.addInput(count);
            parts.counters().inputBytes += count;
            execute();
        } else if (count < 0) {
            end();
        } else {
            updateInterest();
        }
    }

    private void discard() throws IOException {
        try (NativeBuffer nothing = new NativeBuffer(Connections.INPUT_CAPACITY)) {
            if (transport.discard(nothing.buffer()) < 0) {
                close();
            }
        }
    }

    /**
     * The client sends no more. What it sent is executed and answered all the same, though not here and now: other shards
     * owe replies, or are congested. Only who waits for something without an end is given up.
     */
    private void end() {
        if (isBlocked()) {
            close();
            return;
        }
        if (state == State.OPEN) {
            to(State.INPUT_ENDED);
        }
        execute();
    }

    /** Executes what has come in, as far as it may. */
    void execute() {
        RequestDecoder decoder = input.decoder();
        boolean wantsMore = false;
        long before = replies.bytes();
        while (!wantsMore
                && mayExecute()
                && replies.bytes() - before < parts.limits().outputPerTurn(info)) {
            if (info.user() == null || decoder.isUnauthenticated()) {
                decoder.setUnauthenticated(parts.limits().isUnauthenticated(info));
            }
            replies.limit(outputLimit());
            RequestDecoder.Outcome outcome = input.next();
            if (outcome == RequestDecoder.Outcome.REQUEST) {
                execute(decoder.arguments());
            } else if (outcome == RequestDecoder.Outcome.NEED_MORE) {
                wantsMore = true;
            } else {
                error(decoder.error());
                if (outcome == RequestDecoder.Outcome.PROTOCOL_ERROR) {
                    closeAfterReply();
                }
            }
        }
        if (state == State.INPUT_ENDED && wantsMore) {
            to(State.CLOSING);
        }
        if (!isClosed()) {
            retainRest();
            awaitMore(wantsMore);
        }
    }

    private void execute(Arguments arguments) {
        if (arguments.count() > 0) {
            parts.dispatcher().execute(this, arguments);
            parts.subscriptions().deliver();
        }
    }

    private long outputLimit() {
        return parts.limits().output(info);
    }

    /** Requests wait while others owe too much; past the output's limit the next flush closes. */
    private boolean mayExecute() {
        return blockers == 0
                && !hasExecElsewhere
                && !isClosing()
                && replies.owedCount() < MAX_OWED
                && replies.waitingBytes() < MAX_WAITING_BYTES
                && replies.bytes() <= outputLimit()
                && !parts.links().isCongested();
    }

    private void retainRest() {
        if (isClosing()) {
            input.clear();
        } else {
            input.compact();
        }
    }

    /** Gives memory back that a connection without anything to do does not need; it is idle for a while. */
    void shrink() {
        replies.shrink();
        multi.shrink();
    }

    private void awaitMore(boolean wantsMore) {
        if (wantsMore && parts.limits().isUnauthenticated(info)) {
            input.growTightly();
        } else if (wantsMore) {
            input.grow();
        } else if (blockers == 0 && !isClosing()) {
            parts.agenda().resume(agenda);
        }
        updateInterest();
        markDirty();
    }

    /** Replies with an error to the request that is executed now. */
    void error(String text) {
        beginReply().error(text);
        endReply();
    }

    /** Where the reply of the request that is executed now goes. */
    ReplyWriter beginReply() {
        return beginReply(false);
    }

    /** @param mayBeHeld whether it may be ended by {@link #endHeldReply} */
    ReplyWriter beginReply(boolean mayBeHeld) {
        return replies.begin(mayBeHeld, info.protocol());
    }

    /** Ends a reply that was written to {@link #beginReply}. */
    void endReply() {
        replies.end();
        markDirty();
    }

    /** Ends a reply that is held: the slot is told when it may go. */
    ReplySlot endHeldReply() {
        markDirty();
        return replies.endHeld();
    }

    /** Keeps a place for a reply that comes later, and notes what copies of the request hold until then. */
    ReplySlot reserveReply(int requestBytes) {
        return replies.reserve(requestBytes);
    }

    /** Bytes of native memory that replies hold that are not among this connection's own; any thread. */
    AtomicLong detachedBytes() {
        return replies.detachedBytes();
    }

    /** Gives a reply that was waited for. */
    void complete(ReplySlot slot, DetachedReply reply) {
        if (isClosed()) {
            reply.close();
            return;
        }
        try {
            replies.give(slot, reply);
        } catch (IllegalArgumentException | OutOfMemoryError e) {
            fail(e);
        }
        markDirty();
        runAfterOwed();
    }

    /** Something held a reply and holds it no more. */
    void settle(ReplySlot slot) {
        if (isClosed() || !slot.isSettled()) {
            return;
        }
        try {
            if (replies.drain()) {
                markDirty();
            }
        } catch (IllegalArgumentException | OutOfMemoryError e) {
            fail(e);
        }
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

    private void runAfterOwed() {
        if (afterOwed != null && replies.owedCount() == 0 && !isClosed()) {
            Runnable task = afterOwed;
            afterOwed = null;
            task.run();
            unblock();
        }
    }

    /** Closes because a reply can't be given: no room for it must not affect other connections. */
    void fail(Throwable cause) {
        if (cause instanceof ReplyTooLargeException) {
            parts.counters().outputLimitClosed++;
        } else {
            LOG.error("closing client {} at {}: {}", info.id(), info.address(), cause.toString());
        }
        close();
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
        if (blockers == 0 && !isClosed()) {
            parts.agenda().resume(agenda);
        }
    }

    boolean isBlocked() {
        return blockers > 0;
    }

    private void markDirty() {
        if (!isClosed()) {
            parts.agenda().flushLater(agenda);
        }
    }

    /** Sends what it can. */
    void flush() throws IOException {
        if (agenda.isHeld()) {
            channel.await(channel.key().interestOps() & SelectionKey.OP_READ);
            return;
        }
        if (isClosed()) {
            return;
        }
        int sent = channel.flush();
        if (sent > 0) {
            info.addOutput(sent);
            parts.counters().outputBytes += sent;
        }
        if (state == State.CLOSING && channel.isDrained() && replies.isEmpty()) {
            close();
        } else if (!closeAboveLimit()) {
            updateInterest();
        }
    }

    /** Closes the connection of a client that doesn't take what it is sent; returns whether it did. */
    boolean closeAboveLimit() {
        boolean isAbove = replies.bytes() > outputLimit();
        if (isAbove) {
            parts.counters().outputLimitClosed++;
            close();
        }
        return isAbove;
    }

    /** A connection that waits for a reply reads on as far as it has room: else it would never see its client leave. */
    private void updateInterest() {
        if (!channel.isOpen()) {
            return;
        }
        boolean reads = state == State.OPEN && !input.isFull();
        if (!agenda.isDirty() || !reads || transport.isSecure()) {
            channel.await(channel.wanted(reads));
        }
        if (reads) {
            transport.readRest();
        }
    }

    /** Whether replies wait for something other than the client. */
    boolean hasWaitingReplies() {
        return !replies.isEmpty();
    }

    /** Bytes that are to be sent, now or later. */
    long pendingOutput() {
        return replies.bytes();
    }

    int receivedBytes() {
        return input.received();
    }

    LastWrites lastWrites() {
        return lastWrites;
    }

    void wrote(int shard, long index, String history) {
        lastWrites.wrote(shard, index, history);
    }

    void closeAfterReply() {
        if (!isClosing()) {
            to(State.CLOSING);
        }
        markDirty();
    }

    /** Closes at once. Replies that other shards still owe are dropped when they come. */
    void close() {
        if (isClosed()) {
            return;
        }
        to(State.CLOSED);
        session.end();
        try {
            transport.close();
        } catch (IOException e) {
            // it is gone either way
        }
        input.clear();
        replies.close();
        multi.close();
        parts.connections().closed(this);
    }

    /** One whose TLS handshake fails has been told why, which it reads only when its socket is not reset: it is to end first. */
    @Override
    public void onFailure(Throwable cause) {
        boolean isFirst = state == State.OPEN || state == State.INPUT_ENDED;
        if (transport.isRefused() && isFirst && channel.isOpen()) {
            to(State.REFUSED);
            channel.await(SelectionKey.OP_READ);
        } else {
            close();
        }
    }
}

package io.tailrace.node.reactor;

import io.tailrace.node.security.Tls;
import io.tailrace.node.security.Transport;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.node.services.LastWrites;
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
 * the output; behind one that is, each waits in a slot of its own.
 */
final class Connection implements ChannelHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    /** Replies that one client gets written before it is others' turn, and the output limit's; a last one may be larger. */
    private static final int MOST_OUTPUT_PER_TURN = 1 << 20;

    /** No shard. */
    static final int NOWHERE = -1;

    /** Replies that others owe. */
    private static final int MOST_OWED = 1 << 7;

    /** Of requests that others have copies of, and of replies that wait for theirs. */
    private static final int MOST_WAITING_BYTES = 4 << 20;

    private final Reactor reactor;
    private final Transport transport;
    private final ClientInfo info;
    private final RequestInput input;
    private final ReplyQueue replies = new ReplyQueue();
    private final ReplyWriter output = replies.output();
    private final MultiState multi = new MultiState();
    private final Session session;
    private final LastWrites lastWrites;
    private SelectionKey key;
    private int blockers;
    private int waitsOn = NOWHERE;
    private Runnable afterOwed;
    private boolean hasExecElsewhere;
    private boolean isDirty;
    private boolean isHeld;
    private boolean isReady;
    private boolean isEnded;
    private boolean isClosing;
    private volatile boolean isClosed;

    /** @param tls null for none */
    Connection(
            Reactor reactor, SocketChannel channel, ClientInfo info, RequestDecoder decoder, int shardCount, Tls tls) {
        this.reactor = reactor;
        transport = reactor.transport(channel, tls, true, this);
        this.info = info;
        input = new RequestInput(reactor.connections(), decoder);
        session = new Session(reactor, this);
        lastWrites = new LastWrites(shardCount);
    }

    void attach(SelectionKey selectionKey) {
        key = selectionKey;
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

    boolean isClosed() {
        return isClosed;
    }

    @Override
    public void onReady(SelectionKey selectionKey) throws IOException {
        if (selectionKey.isWritable()) {
            flush();
        }
        if (!isClosed && selectionKey.isReadable()) {
            read();
        }
    }

    @Override
    public void onMore() throws IOException {
        if (!isClosed) {
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
            reactor.countInput(count);
            execute();
        } else if (count < 0) {
            end();
        } else {
            updateInterest();
        }
    }

    /**
     * The client sends no more. What it sent is executed and answered all the same, though not here and now: other shards
     * owe replies, or are congested. Only who waits for something without an end is given up.
     */
    private void end() {
        isEnded = true;
        if (isBlocked()) {
            close();
        } else {
            execute();
        }
    }

    /** Executes what has come in, as far as it may. */
    void execute() {
        replies.limit(reactor.outputLimit(info));
        RequestDecoder decoder = input.decoder();
        boolean wantsMore = false;
        long mostPending = replies.bytes() + MOST_OUTPUT_PER_TURN;
        while (!wantsMore && mayExecute() && replies.bytes() < mostPending) {
            if (info.user() == null || decoder.isOfUnknown()) {
                decoder.ofUnknown(info.user() == null && reactor.isLoginNeeded());
            }
            RequestDecoder.Outcome outcome = input.next();
            if (outcome == RequestDecoder.Outcome.REQUEST) {
                Arguments arguments = decoder.arguments();
                if (arguments.count() > 0) {
                    reactor.dispatcher().execute(this, arguments);
                    reactor.subscriptions().deliver();
                }
            } else if (outcome == RequestDecoder.Outcome.NEED_MORE) {
                wantsMore = true;
            } else {
                error(decoder.error());
                isClosing = outcome == RequestDecoder.Outcome.PROTOCOL_ERROR;
            }
        }
        isClosing |= isEnded && wantsMore;
        if (!isClosed) {
            keepRest();
            awaitMore(wantsMore);
        }
    }

    /** Requests wait while others owe too much; past the output's limit the next flush closes. */
    private boolean mayExecute() {
        return blockers == 0
                && !hasExecElsewhere
                && !isClosing
                && !isClosed
                && replies.owedCount() < MOST_OWED
                && replies.waitingBytes() < MOST_WAITING_BYTES
                && replies.bytes() <= reactor.outputLimit(info)
                && !reactor.isCongested();
    }

    private void keepRest() {
        if (isClosing) {
            input.clear();
        } else {
            input.compact();
        }
    }

    /** Gives memory back that a connection without anything to do does not need; it is idle for a while. */
    void rest() {
        replies.rest();
    }

    private void awaitMore(boolean wantsMore) {
        if (wantsMore) {
            input.grow();
        } else if (blockers == 0 && !isClosing) {
            reactor.agenda().resume(this);
        }
        updateInterest();
        markDirty();
    }

    private void error(String text) {
        ReplyWriter reply = beginReply();
        reply.error(text);
        endReply();
    }

    /** Where the reply of the request that is executed now goes. */
    ReplyWriter beginReply() {
        return beginReply(false);
    }

    /** @param mayBeHeld whether it may be ended by {@link #endHeldReply} */
    ReplyWriter beginReply(boolean mayBeHeld) {
        return replies.begin(mayBeHeld, info.protocol(), reactor.remote());
    }

    /** Ends a reply that was written to {@link #beginReply}. */
    void endReply() {
        replies.end(reactor.remote(), this);
        markDirty();
    }

    /** Ends a reply that is held: the slot is told when it may go. */
    ReplySlot endHeldReply() {
        markDirty();
        return replies.endHeld(reactor.remote(), this);
    }

    /** Keeps a place for a reply that comes later, and notes what copies of the request hold until then. */
    ReplySlot reserveReply(int requestBytes) {
        return replies.reserve(this, requestBytes);
    }

    /** Bytes of native memory that replies hold that are not among this connection's own; any thread. */
    AtomicLong detachedBytes() {
        return replies.detachedBytes();
    }

    /** Gives a reply that was waited for. */
    void complete(ReplySlot slot, DetachedReply reply) {
        if (isClosed) {
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
        if (isClosed || !slot.isSettled()) {
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
        if (afterOwed != null && replies.owedCount() == 0 && !isClosed) {
            Runnable task = afterOwed;
            afterOwed = null;
            task.run();
            unblock();
        }
    }

    /** Closes because a reply can't be given: no room for it is this connection's trouble and nobody else's. */
    void fail(Throwable cause) {
        if (cause instanceof ReplyTooLargeException) {
            reactor.countOutputLimitClosed();
            close();
            return;
        }
        LOG.error("client {} at {} is closed: {}", info.id(), info.address(), cause.toString());
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
        if (blockers == 0 && !isClosed) {
            reactor.agenda().resume(this);
        }
    }

    /** Notes on which shard its command waits for keys, or {@link #NOWHERE}. */
    void waitsOn(int shard) {
        waitsOn = shard;
    }

    boolean isBlocked() {
        return blockers > 0;
    }

    boolean markReady() {
        boolean wasReady = isReady;
        isReady = true;
        return !wasReady;
    }

    void clearReady() {
        isReady = false;
    }

    private void markDirty() {
        if (!isDirty && !isClosed) {
            isDirty = true;
            reactor.agenda().flushLater(this);
        }
    }

    /** Sends nothing until {@link #release}; it stays dirty. */
    void hold() {
        isHeld = true;
    }

    void release() {
        isHeld = false;
    }

    /** Sends what it can. */
    void flush() throws IOException {
        if (isHeld) {
            key.interestOpsAnd(SelectionKey.OP_READ);
            return;
        }
        isDirty = false;
        if (isClosed) {
            return;
        }
        if (transport.hasUnsent()) {
            transport.push();
        }
        while (output.pending() > 0) {
            int sent = transport.write(output.pendingBytes());
            if (sent == 0) {
                break;
            }
            output.drained(sent);
            info.addOutput(sent);
            reactor.countOutput(sent);
        }
        if (output.pending() == 0 && !transport.hasUnsent() && isClosing && replies.isEmpty()) {
            close();
        } else if (!closeAboveLimit()) {
            updateInterest();
        }
    }

    /** Closes the connection of a client that doesn't take what it is sent; returns whether it did. */
    boolean closeAboveLimit() {
        boolean isAbove = replies.bytes() > reactor.outputLimit(info);
        if (isAbove) {
            reactor.countOutputLimitClosed();
            close();
        }
        return isAbove;
    }

    /** A connection that waits for a reply reads on as far as it has room: else it would never see its client leave. */
    private void updateInterest() {
        if (key == null || !key.isValid()) {
            return;
        }
        boolean reads = !isClosing && !isEnded && !input.isFull();
        int plain = (reads ? SelectionKey.OP_READ : 0) | (output.pending() > 0 ? SelectionKey.OP_WRITE : 0);
        int wanted = transport.interest(plain);
        if (key.interestOps() != wanted && (!isDirty || !reads || transport.isSecure())) {
            key.interestOps(wanted);
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
        isClosing = true;
        markDirty();
    }

    boolean isClosing() {
        return isClosing;
    }

    /** Closes at once. Replies that other shards still owe are dropped when they come. */
    void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        if (waitsOn != NOWHERE) {
            reactor.waiting().forget(this, waitsOn);
        }
        session.end();
        try {
            transport.close();
        } catch (IOException e) {
            // it is gone either way
        }
        input.clear();
        replies.close();
        reactor.forget(this);
    }

    @Override
    public void onFailure(Throwable cause) {
        close();
    }
}

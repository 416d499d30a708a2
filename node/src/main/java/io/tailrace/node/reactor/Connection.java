package io.tailrace.node.reactor;

import io.tailrace.node.platform.Closing;
import io.tailrace.node.security.Tls;
import io.tailrace.node.security.Transport;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.node.services.LastWrites;
import io.tailrace.node.services.ReplyMode;
import io.tailrace.wire.resp.ReplyTooLargeException;
import io.tailrace.wire.resp.ReplyWriter;
import io.tailrace.wire.resp.RequestDecoder;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client: its socket, what came in and is not executed yet, what goes out and is not sent yet. Owned by one reactor
 * thread from the hand-over to its close.
 *
 * <p>Replies leave in the order of the requests. As long as no reply is owed by another shard they are written straight to
 * the output; after one that is, each waits in a slot of its own. {@link ConnectionState} says how a connection ends.
 */
final class Connection implements ChannelHandler, ConnectionAgenda.Member {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    /** No shard. */
    static final int NOWHERE = -1;

    /** It waits on several shards. */
    static final int SEVERAL = -2;

    private final ConnectionParts parts;
    private final ClientInfo info;
    private final ReplyQueue replies;
    private final RequestPipeline requests;
    private final BufferedChannel channel;
    private final Transport transport;
    private final ConnectionAgenda.Entry agenda;
    private final MultiState multi = new MultiState();
    private final Session session;
    private final LastWrites lastWrites;
    private final SoftLimitTimer softLimit = new SoftLimitTimer();
    private int waitsOn = NOWHERE;
    private volatile ConnectionState state = ConnectionState.OPEN;

    /** @param tls null for none */
    Connection(ConnectionParts parts, SocketChannel socket, ClientInfo info, RequestDecoder decoder, Tls tls) {
        this.parts = parts;
        this.info = info;
        replies = new ReplyQueue(parts.side(), this::settle);
        requests = new RequestPipeline(this, parts, info, replies, decoder);
        transport = parts.loop().transport(socket, tls, true, this);
        channel = new BufferedChannel(transport, replies.output());
        agenda = parts.agenda().enter(this);
        session = new Session(parts.sessions(), this);
        lastWrites = new LastWrites(parts.links().count());
    }

    void attach(SelectionKey key) {
        channel.attach(key);
    }

    private void to(ConnectionState next) {
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

    /** What it is to be answered and is not sent. */
    ReplyQueue replies() {
        return replies;
    }

    /** What it has asked and is not executed. */
    RequestPipeline requests() {
        return requests;
    }

    ConnectionState state() {
        return state;
    }

    /** Any thread. */
    @Override
    public boolean isClosed() {
        return state == ConnectionState.CLOSED;
    }

    @Override
    public void onReady(SelectionKey key) throws IOException {
        if (key.isWritable()) {
            flush();
        }
        boolean isReadable = !isClosed() && key.isReadable();
        if (isReadable && state != ConnectionState.REFUSED) {
            read();
        } else if (isReadable && channel.discard(Connections.INPUT_CAPACITY) < 0) {
            close();
        }
    }

    @Override
    public void onMore() throws IOException {
        if (state != ConnectionState.REFUSED && !isClosed()) {
            read();
            flush();
        }
    }

    /** Whether its TLS, if it has one, is established. */
    boolean isOpen() {
        return transport.isOpen();
    }

    private void read() throws IOException {
        if (requests.isFull()) {
            return;
        }
        int count = requests.readFrom(transport);
        if (count > 0) {
            execute();
        } else if (count < 0) {
            end();
        } else {
            updateInterest();
        }
    }

    /**
     * The client sends no more. What it sent is executed and answered all the same, though not here and now: other shards
     * owe replies, or are congested. Only a client that waits for something without an end is given up.
     */
    private void end() {
        if (requests.isBlocked()) {
            close();
            return;
        }
        if (state == ConnectionState.OPEN) {
            to(ConnectionState.INPUT_ENDED);
        }
        execute();
    }

    /** Executes what has come in, as far as it may now; the rest later. */
    @Override
    public void execute() {
        boolean wantsMore = requests.execute();
        if (state == ConnectionState.INPUT_ENDED && wantsMore) {
            to(ConnectionState.CLOSING);
        }
        if (isClosed()) {
            return;
        }
        if (!state.executes()) {
            requests.clear();
        } else {
            requests.retainRest(wantsMore);
            if (!wantsMore && !requests.isBlocked()) {
                resume();
            }
        }
        updateInterest();
        markDirty();
    }

    /** Executes what it holds in the next step of the agenda. */
    void resume() {
        if (!isClosed()) {
            parts.agenda().resume(agenda);
        }
    }

    /** Gives memory back that a connection without anything to do does not need; it is idle for a while. */
    void shrink() {
        replies.shrink();
        multi.shrink();
    }

    /** Replies with an error to the request that is executed now. */
    void error(String text) {
        parts.counters().commands().error(text);
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

    /** The same for a message, which is sent even if no replies are wanted. */
    ReplyWriter beginMessage() {
        ReplyWriter message = beginReply();
        replies.keep();
        return message;
    }

    /** Sends a message; closes a client that doesn't take them. */
    void message(Consumer<ReplyWriter> text) {
        if (!state.executes()) {
            return;
        }
        try {
            text.accept(beginMessage());
            endReply();
            closeAboveLimit();
        } catch (IllegalArgumentException | OutOfMemoryError e) {
            fail(e);
        }
    }

    /** CLIENT REPLY. */
    void replyMode(ReplyMode mode) {
        replies.mute(requests.replyMode(mode));
    }

    /** Ends a reply that is held: the slot is told when it may go. */
    ReplySlot endHeldReply() {
        markDirty();
        return replies.endHeld();
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
        requests.runAfterOwed();
    }

    /** Something held a reply and holds it no more. */
    private void settle(ReplySlot slot) {
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

    /** Closes because a reply can't be given: no room for it must not affect other connections. */
    void fail(Throwable cause) {
        if (cause instanceof ReplyTooLargeException) {
            parts.counters().outputLimitClosed++;
        } else {
            LOG.error("client={} address={}: closing it: {}", info.id(), info.address(), cause.toString());
        }
        close();
    }

    /** Looks from any thread whether there is more to send. */
    void flushSoon() {
        parts.loop().execute(this::markDirty);
    }

    private void markDirty() {
        if (!isClosed()) {
            parts.agenda().flushLater(agenda);
        }
    }

    /** Sends what it can. */
    @Override
    public void flush() throws IOException {
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
            parts.counters().sent(sent);
        }
        boolean isSent = state == ConnectionState.CLOSING && channel.isDrained() && replies.isEmpty();
        if (isSent && session.isSent(replies.output())) {
            close();
        } else if (!closeAboveLimit()) {
            updateInterest();
        }
    }

    /** Closes the connection of a client that doesn't take what it is sent; returns whether it did. */
    boolean closeAboveLimit() {
        boolean isAbove = replies.bytes() > parts.limits().output(info);
        if (isAbove) {
            parts.counters().outputLimitClosed++;
            close();
        }
        return isAbove;
    }

    /** About once a second: closes the connection of a client that has had too much unsent for too long. */
    void closeAboveSoftLimit(long nowSteadyMs) {
        if (softLimit.isExceeded(parts.limits().softOutput(info), replies.bytes(), nowSteadyMs)) {
            parts.counters().outputLimitClosed++;
            close();
        }
    }

    /** A connection that waits for a reply reads on as far as it has room: else it would never see its client leave. */
    private void updateInterest() {
        if (!channel.isOpen()) {
            return;
        }
        boolean reads = state == ConnectionState.OPEN && !requests.isFull();
        if (!agenda.isDirty() || !reads || transport.isSecure()) {
            channel.await(channel.wanted(reads));
        }
        if (reads) {
            transport.readRest();
        }
    }

    /** Notes on which shard its command waits for keys, or {@link #NOWHERE}. */
    void waitsOn(int shard) {
        waitsOn = shard;
    }

    LastWrites lastWrites() {
        return lastWrites;
    }

    void closeAfterReply() {
        if (state.executes()) {
            to(ConnectionState.CLOSING);
        }
        markDirty();
    }

    /** Closes at once. Replies that other shards still owe are dropped when they come. */
    void close() {
        if (isClosed()) {
            return;
        }
        to(ConnectionState.CLOSED);
        if (waitsOn != NOWHERE) {
            parts.links().side().waiting().forget(this, waitsOn);
        }
        session.end();
        Closing.quietly(transport);
        requests.clear();
        replies.close();
        multi.close();
        parts.connections().closed(this);
    }

    /** One whose TLS handshake fails has been told why, which it reads only when its socket is not reset: it is to end first. */
    @Override
    public void onFailure(Throwable cause) {
        if (transport.isRefused() && state.executes() && channel.isOpen()) {
            to(ConnectionState.REFUSED);
            channel.await(SelectionKey.OP_READ);
        } else {
            close();
        }
    }
}

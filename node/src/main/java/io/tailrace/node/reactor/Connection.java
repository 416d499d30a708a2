package io.tailrace.node.reactor;

import io.tailrace.node.platform.Closing;
import io.tailrace.node.security.Tls;
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
    private final ConnectionAgenda.Entry agenda;
    private final MultiState multi = new MultiState();
    private final ConnectionSession session;
    private final LastWrites lastWrites;
    private final ClientMemory.Share share;
    private DetachedConnection.Taker detaching;
    private int waitsOn = NOWHERE;
    private volatile ConnectionState state = ConnectionState.OPEN;

    /** @param tls null for none */
    Connection(ConnectionParts parts, SocketChannel socket, ClientInfo info, RequestDecoder decoder, Tls tls) {
        this.parts = parts;
        this.info = info;
        replies = new ReplyQueue(parts.side(), this::settle, parts.counters().replyBuffers);
        requests = new RequestPipeline(this, parts, info, replies, decoder);
        channel = new BufferedChannel(parts.loop().transport(socket, tls, true, this), replies.output());
        agenda = parts.agenda().enter(this, replies::isForwarded);
        session = parts.host().session(this);
        lastWrites = new LastWrites(parts.shardCount());
        share = new ClientMemory.Share(info, () -> ClientBytes.of(requests.input(), replies, multi, info), this::close);
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

    ConnectionSession session() {
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
        return state.isOver();
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
        return channel.transport().isOpen();
    }

    private void read() throws IOException {
        boolean isCut = !requests.isFull();
        for (int i = 0; isCut && i < RequestPipeline.READS_PER_TURN; i++) {
            int count = requests.readFrom(channel.transport());
            if (count > 0) {
                execute();
            } else if (count < 0) {
                end();
            } else {
                updateInterest();
            }
            isCut = requests.isCut();
        }
    }

    /**
     * The client sends no more. What it sent is executed and answered all the same, though not here and now: other shards
     * owe replies, or are congested. Only a client that waits for something without an end is given up.
     */
    private void end() {
        if (requests.isBlocked()) {
            close();
        } else {
            if (state == ConnectionState.OPEN) {
                to(ConnectionState.INPUT_ENDED);
            }
            execute();
        }
    }

    /** Executes what has come in, as far as it may now; the rest later. */
    @Override
    public void execute() {
        boolean wantsMore = requests.execute();
        if (state == ConnectionState.INPUT_ENDED && wantsMore) {
            to(ConnectionState.CLOSING);
        }
        if (!isClosed()) {
            requests.endTurn(wantsMore);
            updateInterest();
            markDirty();
        }
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

    /** Sends a message, even if no replies are wanted; closes a client that doesn't take them. */
    void message(Consumer<ReplyWriter> text) {
        if (!state.executes()) {
            return;
        }
        try {
            ReplyWriter message = beginReply();
            replies.keep();
            text.accept(message);
            endReply();
            closeAboveLimit();
        } catch (IllegalArgumentException | OutOfMemoryError e) {
            fail(e);
        }
    }

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

    private void markDirty() {
        if (!isClosed()) {
            parts.agenda().flushLater(agenda);
        }
    }

    /** Sends what it can. */
    @Override
    public void flush() throws IOException {
        if (isClosed()) {
            return;
        }
        if (agenda.isHeld()) {
            channel.await(channel.key().interestOps() & SelectionKey.OP_READ);
            return;
        }
        int sent = channel.flush();
        if (sent > 0) {
            info.addOutput(sent);
            parts.counters().sent(sent);
        }
        boolean isSent = channel.isDrained() && replies.isEmpty();
        if (isSent && state == ConnectionState.CLOSING) {
            close();
        } else if (isSent && state == ConnectionState.DETACHING) {
            DetachedConnection detached = requests.detach(channel);
            release(ConnectionState.DETACHED);
            detached.handTo(detaching);
        } else if (!closeAboveLimit()) {
            updateInterest();
            parts.connections().memory().update(share);
        }
    }

    /** Closes the connection of a client that doesn't take what it is sent; returns whether it did. */
    boolean closeAboveLimit() {
        if (replies.bytes() <= parts.limits().output(info)) {
            return false;
        }
        closeForOutput();
        return true;
    }

    void closeForOutput() {
        parts.counters().outputLimitClosed++;
        close();
    }

    ClientMemory.Share share() {
        return share;
    }

    /** One that waits for a reply reads on as far as it has room: else it would never see its client leave. */
    private void updateInterest() {
        if (!channel.isOpen()) {
            return;
        }
        boolean reads = state == ConnectionState.OPEN && !requests.isFull();
        if (!agenda.isDirty() || !reads || channel.transport().isSecure()) {
            channel.await(channel.wanted(reads));
        }
        if (reads) {
            channel.transport().readRest();
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
        executeNoMore(ConnectionState.CLOSING);
    }

    private void executeNoMore(ConnectionState next) {
        if (state.executes()) {
            to(next);
        }
        markDirty();
    }

    /** Executes nothing more, and lets another have the connection when everything that was replied is sent. */
    void detach(DetachedConnection.Taker taker) {
        detaching = taker;
        executeNoMore(ConnectionState.DETACHING);
    }

    /** Closes at once. Replies that other shards still owe are dropped when they come. */
    void close() {
        if (isClosed()) {
            return;
        }
        release(ConnectionState.CLOSED);
        Closing.quietly(channel.transport());
        parts.connections().closed(info.id());
    }

    private void release(ConnectionState next) {
        to(next);
        parts.connections().memory().remove(share);
        if (waitsOn != NOWHERE) {
            parts.host().forgetWaiting(this, waitsOn);
        }
        session.end();
        requests.clear();
        replies.close();
        multi.close();
    }

    /** One whose TLS handshake fails has been told why, which it reads only when its socket is not reset: it is to end first. */
    @Override
    public void onFailure(Throwable cause) {
        if (channel.transport().isRefused() && state.executes() && channel.isOpen()) {
            to(ConnectionState.REFUSED);
            channel.await(SelectionKey.OP_READ);
        } else {
            close();
        }
    }
}

package io.tailrace.node.reactor;

import io.tailrace.node.platform.Closing;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.ReplyWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection that executes requests no more, for its next owner: one that speaks something else over it, such as a
 * session that sends a file or a log. Everything that was replied to the client has been sent. Owned by the reactor's thread; its owner
 * closes it, by which the node may take another client.
 *
 * <pre>
 *  goes along                                          stays behind, ended
 *  the socket, its TLS and its place in the selector   queued and watched by MULTI and WATCH
 *  what came in and is not executed ({@link #input})     subscriptions, MONITOR, tracking
 *  who it is, with its counters ({@link #info})          the buffer of its replies
 *  its place among as many clients as there may be
 * </pre>
 */
public final class DetachedConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DetachedConnection.class);

    private final EventLoop loop;
    private final ClientPlaces places;
    private final ReactorCounters counters;
    private final ClientInfo info;
    private final BufferedChannel channel;
    private final NativeBuffer input;
    private final int received;
    private boolean isClosed;

    /** Makes the next owner of a connection. */
    @FunctionalInterface
    public interface Taker {
        /** @return its owner from now on, which closes it also when it can't use it; told of its socket from the next poll on */
        PeerConnection take(DetachedConnection connection) throws IOException;
    }

    /**
     * @param places which it gives its own back to
     * @param counters that what is read and sent counts in
     * @param input what came in and is not executed, which this closes; null for nothing
     * @param received how many bytes that is
     */
    DetachedConnection(
            EventLoop loop,
            ClientPlaces places,
            ReactorCounters counters,
            ClientInfo info,
            BufferedChannel channel,
            NativeBuffer input,
            int received) {
        this.loop = loop;
        this.places = places;
        this.counters = counters;
        this.info = info;
        this.channel = channel;
        this.input = input;
        this.received = received;
    }

    /** Gives it to its next owner; closed when there can be none. */
    void handTo(Taker taker) {
        try {
            PeerConnection owner = taker.take(this);
            if (!isClosed) {
                places.detach(info.id(), owner);
                loop.reattach(channel.key(), channel.transport(), owner);
            }
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            LOG.error("client={} address={}: closing it: {}", info.id(), info.address(), e.toString());
            close();
        }
    }

    public ClientInfo info() {
        return info;
    }

    /** The reactor that polls it. */
    public EventLoop loop() {
        return loop;
    }

    /** How many bytes came in that were not executed. */
    public int received() {
        return received;
    }

    /** Where these bytes are, until this is closed; 0 for none. */
    public long input() {
        return input == null ? 0 : input.address();
    }

    /** Sends from a buffer of the owner's from now on, which the owner closes. */
    public void output(ReplyWriter output) {
        channel.output(output);
    }

    /** Sends what the socket takes; returns how many bytes that were. */
    public int flush() throws IOException {
        int sent = channel.flush();
        if (sent > 0) {
            info.addOutput(sent);
            info.activeUntil(loop.clock().steadyMs());
            counters.sent(sent);
        }
        return sent;
    }

    /** Whether all that was put out has been sent. */
    public boolean isDrained() {
        return channel.isDrained();
    }

    /** Reads once; returns how many bytes came, 0 for none yet, negative at the end. */
    public int read(ByteBuffer target) throws IOException {
        int count = channel.transport().read(target);
        if (count > 0) {
            info.addInput(count);
            info.activeUntil(loop.clock().steadyMs());
            counters.inputBytes += count;
            counters.reads++;
        }
        return count;
    }

    /** Reads once and forgets it; returns as {@link #read}. */
    public int discard() throws IOException {
        NativeBuffer nothing = places.takeBuffer();
        try {
            return read(nothing.buffer().clear());
        } finally {
            places.giveBuffer(nothing);
        }
    }

    /** Waits for room for what is unsent, if something is, and for more to read or not. */
    public void await(boolean reads) {
        channel.await(channel.wanted(reads));
    }

    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        Closing.quietly(channel.transport());
        if (input != null) {
            input.close();
        }
        places.closed(info.id());
    }
}

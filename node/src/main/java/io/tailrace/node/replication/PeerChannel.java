package io.tailrace.node.replication;

import io.tailrace.node.platform.Closing;
import io.tailrace.node.reactor.BufferedChannel;
import io.tailrace.node.reactor.ChannelHandler;
import io.tailrace.node.reactor.EventLoop;
import io.tailrace.node.security.Tls;
import io.tailrace.node.security.Transport;
import io.tailrace.wire.handshake.FrameWriter;
import io.tailrace.wire.handshake.HandshakeReply;
import io.tailrace.wire.handshake.HandshakeRequest;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.ReplyWriter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * The socket between two shards of two nodes, with what came in and is not decoded, and what goes out and is not sent.
 * Owned and closed by one reactor thread; nothing here blocks. Takes little memory until {@link #attach}.
 */
final class PeerChannel implements AutoCloseable {
    private static final int ATTACHED_CAPACITY = 256 << 10;

    /** As long as the peer is not known: a handshake, and a byte more to see that one is too long. */
    private static final int HANDSHAKE_CAPACITY = 2 * HandshakeRequest.MAX_LENGTH;

    private final SocketChannel channel;
    private final NativeBuffer input = new NativeBuffer(HANDSHAKE_CAPACITY);
    private ReplyWriter output = new ReplyWriter(HandshakeReply.MAX_LENGTH);
    private FrameWriter frames = new FrameWriter(output);
    private int capacity = HANDSHAKE_CAPACITY;
    private final Tls tls;
    private final boolean isAccepted;
    private BufferedChannel socket;
    private int wantedOperations;
    private int received;
    private long sentBytes;
    private long takenBytes;

    /**
     * @param tls what both speak, null for none
     * @param isAccepted whether the other side connected
     */
    PeerChannel(SocketChannel channel, Tls tls, boolean isAccepted) {
        this.channel = channel;
        this.tls = tls;
        this.isAccepted = isAccepted;
        socket = new BufferedChannel(Transport.plain(channel), output);
    }

    void register(EventLoop loop, int operations, ChannelHandler handler) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        socket = new BufferedChannel(loop.transport(channel, tls, isAccepted, handler), output);
        wantedOperations = operations;
        socket.attach(loop.register(channel, operations, handler));
    }

    SocketChannel channel() {
        return channel;
    }

    /** The IP address of the other side. */
    String remoteAddress() throws IOException {
        return ((InetSocketAddress) channel.getRemoteAddress()).getAddress().getHostAddress();
    }

    /** The peer is who it should be: gives it the buffers that records want. */
    void attach() {
        if (capacity == ATTACHED_CAPACITY) {
            return;
        }
        capacity = ATTACHED_CAPACITY;
        input.ensureCapacity(capacity, received);
        ReplyWriter small = output;
        output = new ReplyWriter(ATTACHED_CAPACITY);
        output.raw(small.address(), small.pending());
        small.close();
        socket.output(output);
        frames = new FrameWriter(output);
    }

    FrameWriter frames() {
        return frames;
    }

    ReplyWriter output() {
        return output;
    }

    /** Whether more can be read without more memory. */
    boolean hasRoom() {
        return received < input.capacity();
    }

    /** Reads once; returns how many bytes came, negative at the end of the stream. TLS may have to say something then. */
    int read() throws IOException {
        if (received == input.capacity()) {
            input.ensureCapacity(2 * received, received);
        }
        ByteBuffer target = input.buffer();
        target.limit(input.capacity()).position(received);
        int count = socket.transport().read(target);
        received += Math.max(count, 0);
        if (count >= 0 && socket.transport().isSecure()) {
            flush();
        }
        return count;
    }

    long address() {
        return input.address();
    }

    int received() {
        return received;
    }

    /** Drops bytes from the front of what came in. */
    void consume(int bytes) {
        assert bytes >= 0 && bytes <= received : bytes + " of " + received;
        int rest = received - bytes;
        if (bytes > 0 && rest > 0) {
            Memory.copy(input.address() + bytes, input.address(), rest);
        }
        received = rest;
        if (rest == 0) {
            input.shrinkTo(capacity);
        }
    }

    /** Sends what the socket takes and asks to be told when it takes more; returns how many bytes went. */
    int flush() throws IOException {
        int sent = socket.flush();
        sentBytes += sent;
        interest(SelectionKey.OP_WRITE, output.pending() > 0);
        return sent;
    }

    /** Whether the socket did not take all of it. */
    boolean isBlocked() {
        return output.pending() > 0;
    }

    int pending() {
        return output.pending();
    }

    /** Bytes sent in all. */
    long sentBytes() {
        return sentBytes;
    }

    /** Of {@link #sentBytes}, those that this has not given yet. */
    long takeSentBytes() {
        long taken = sentBytes - takenBytes;
        takenBytes = sentBytes;
        return taken;
    }

    void interest(int operation, boolean isWanted) {
        if (socket.isOpen()) {
            wantedOperations = isWanted ? wantedOperations | operation : wantedOperations & ~operation;
            boolean isConnecting = (wantedOperations & SelectionKey.OP_CONNECT) != 0;
            socket.await(isConnecting ? wantedOperations : socket.transport().interest(wantedOperations));
        }
    }

    @Override
    public void close() {
        Closing.quietly(socket.transport());
        input.close();
        output.close();
    }
}

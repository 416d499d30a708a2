package io.tailrace.node.replication;

import io.tailrace.node.reactor.ChannelHandler;
import io.tailrace.node.reactor.Reactor;
import io.tailrace.wire.handshake.FrameWriter;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import io.tailrace.wire.resp.ReplyWriter;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * The socket between two shards of two nodes, with what came in and is not decoded, and what goes out and is not sent.
 * Owned and closed by one reactor thread; nothing here blocks.
 */
final class PeerChannel implements AutoCloseable {
    private static final int INPUT_CAPACITY = 256 << 10;
    private static final int OUTPUT_CAPACITY = 256 << 10;

    private final SocketChannel channel;
    private final NativeBuffer input = new NativeBuffer(INPUT_CAPACITY);
    private final ReplyWriter output = new ReplyWriter(OUTPUT_CAPACITY);
    private final FrameWriter frames = new FrameWriter(output);
    private SelectionKey key;
    private int received;
    private long sentBytes;

    PeerChannel(SocketChannel channel) {
        this.channel = channel;
    }

    void register(Reactor reactor, int operations, ChannelHandler handler) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        key = reactor.register(channel, operations, handler);
    }

    SocketChannel channel() {
        return channel;
    }

    FrameWriter frames() {
        return frames;
    }

    ReplyWriter output() {
        return output;
    }

    /** Reads once; returns how many bytes came, negative at the end of the stream. */
    int read() throws IOException {
        if (received == input.capacity()) {
            input.ensureCapacity(2 * received, received);
        }
        ByteBuffer target = input.buffer();
        target.limit(input.capacity()).position(received);
        int count = channel.read(target);
        received += Math.max(count, 0);
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
        int rest = received - bytes;
        if (bytes > 0 && rest > 0) {
            Memory.copy(input.address() + bytes, input.address(), rest);
        }
        received = rest;
        if (rest == 0) {
            input.shrinkTo(INPUT_CAPACITY);
        }
    }

    /** Sends what the socket takes and asks to be told when it takes more; returns how many bytes went. */
    int flush() throws IOException {
        int total = 0;
        while (output.pending() > 0) {
            int sent = channel.write(output.pendingBytes());
            if (sent == 0) {
                break;
            }
            output.drained(sent);
            total += sent;
        }
        sentBytes += total;
        interest(SelectionKey.OP_WRITE, output.pending() > 0);
        return total;
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

    void interest(int operation, boolean isWanted) {
        if (key != null && key.isValid()) {
            int now = key.interestOps();
            int wanted = isWanted ? now | operation : now & ~operation;
            if (wanted != now) {
                key.interestOps(wanted);
            }
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // it is gone either way
        }
        input.close();
        output.close();
    }
}

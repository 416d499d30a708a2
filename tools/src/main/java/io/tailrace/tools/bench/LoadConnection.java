package io.tailrace.tools.bench;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * One connection that asks: requests on their way out, replies on their way in, and since when each reply is waited for. Owned by the
 * thread of its {@link LoadLoop}.
 */
final class LoadConnection {
    private static final int IN_BYTES = 64 << 10;
    private static final int OUT_BYTES = 256 << 10;

    private final SocketChannel channel;
    private final Workload workload;
    private final ReplyScanner replies = new ReplyScanner();
    private final ByteBuffer in = ByteBuffer.allocateDirect(IN_BYTES);
    private final ByteBuffer out;
    private long[] since = new long[64];
    private int head;
    private int count;
    private SelectionKey key;

    /** @param channel connected, and not blocking */
    LoadConnection(SocketChannel channel, Workload workload, int pipeline) {
        this.channel = channel;
        this.workload = workload;
        out = ByteBuffer.allocateDirect(Math.max(OUT_BYTES, pipeline * workload.longest()));
        out.limit(0);
    }

    /** Lets a selector tell of replies. */
    void register(Selector selector) throws IOException {
        key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    /** Replies that are waited for. */
    int waiting() {
        return count;
    }

    long errors() {
        return replies.errors();
    }

    String firstError() {
        return replies.firstError();
    }

    /** Whether there is room for one more request. */
    boolean hasRoom() {
        if (out.position() == out.limit()) {
            out.clear().limit(0);
        } else if (out.capacity() - out.limit() < workload.longest()) {
            out.compact().flip();
        }
        return out.capacity() - out.limit() >= workload.longest();
    }

    /** Puts one request out, which {@link #flush} sends. */
    void ask(long sinceNanos) {
        int start = out.position();
        int end = out.limit();
        out.limit(out.capacity()).position(end);
        workload.putNext(out);
        out.limit(out.position()).position(start);
        if (count == since.length) {
            grow();
        }
        since[head + count & since.length - 1] = sinceNanos;
        count++;
    }

    private void grow() {
        long[] larger = new long[2 * since.length];
        for (int i = 0; i < count; i++) {
            larger[i] = since[head + i & since.length - 1];
        }
        since = larger;
        head = 0;
    }

    /** Sends what the socket takes, and the rest when it takes more. */
    void flush() throws IOException {
        channel.write(out);
        int wanted = out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (key.interestOps() != wanted) {
            key.interestOps(wanted);
        }
    }

    boolean hasUnsent() {
        return out.hasRemaining();
    }

    /** Reads once; returns how many replies ended. */
    int read() throws IOException {
        in.clear();
        if (channel.read(in) < 0) {
            throw new EOFException("the server has closed a connection with " + count + " replies to come");
        }
        int ended = replies.scan(in.flip());
        if (ended > count) {
            throw new IOException("more replies than requests");
        }
        return ended;
    }

    /** Since when the oldest reply was waited for, which has come. */
    long taken() {
        long oldest = since[head];
        head = head + 1 & since.length - 1;
        count--;
        return oldest;
    }

    /** Whether the oldest reply that is to come was waited for since then. */
    boolean isNextSince(long sinceNanos) {
        return count > 0 && since[head] == sinceNanos;
    }

    void close() throws IOException {
        channel.close();
    }
}

package io.tailrace.node.security;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * The socket of a connection, and TLS above it where there is some; without it each call is the socket's own. Owned by a
 * reactor's thread.
 */
public final class Transport implements AutoCloseable {
    private final SocketChannel channel;
    private final TlsState tls;

    private Transport(SocketChannel channel, TlsState tls) {
        this.channel = channel;
        this.tls = tls;
    }

    public static Transport plain(SocketChannel channel) {
        return new Transport(channel, null);
    }

    static Transport secure(SocketChannel channel, TlsState tls) {
        return new Transport(channel, tls);
    }

    public boolean isSecure() {
        return tls != null;
    }

    /** Whether bytes can pass: there is no TLS, or its handshake is done. */
    public boolean isOpen() {
        return tls == null || tls.isEstablished();
    }

    /** As a socket's that doesn't block: bytes read, 0 for none yet, negative at the end. */
    public int read(ByteBuffer target) throws IOException {
        return tls == null ? channel.read(target) : tls.read(target);
    }

    /** As a socket's that doesn't block: bytes taken. */
    public int write(ByteBuffer source) throws IOException {
        return tls == null ? channel.write(source) : tls.write(source);
    }

    /** Whether bytes that were taken have not all gone to the socket. */
    public boolean hasUnsent() {
        return tls != null && tls.hasUnsent();
    }

    /** Sends such bytes, or begins a handshake. */
    public void push() throws IOException {
        if (tls != null) {
            tls.push();
        }
    }

    /** @param again called from now on when there is something to read that no selector knows of, in place of what was given before */
    public void onMore(Runnable again) {
        if (tls != null) {
            tls.again(again);
        }
    }

    /** There is room again: comes back for what is left to read and no selector knows of. */
    public void readRest() {
        if (tls != null) {
            tls.readRest();
        }
    }

    /** What a selector is to wait for when the connection waits for {@code wanted}. */
    public int interest(int wanted) {
        return tls == null ? wanted : tls.interest(wanted);
    }

    /** Whether a handshake has failed and the peer was told why; it may still be sending. */
    public boolean isRefused() {
        return tls != null && tls.isRefused();
    }

    /**
     * After the handshake has failed: reads what the peer still sends, for nothing.
     *
     * @return negative when it has ended
     */
    public int discard(ByteBuffer target) throws IOException {
        return channel.read(target);
    }

    @Override
    public void close() throws IOException {
        if (tls == null) {
            channel.close();
        } else {
            tls.close();
        }
    }
}

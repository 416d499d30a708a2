package io.tailrace.node.simulation;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Set;

/** A process's hold on an {@link Endpoint}: reads are short and writes are partial at times, as with a real socket. */
final class SimulatedChannel extends SocketChannel implements Pollable {
    private static final int SHORT_READ_IN = 4;
    private static final int PARTIAL_WRITE_IN = 8;

    private final HostSockets sockets;
    private Endpoint endpoint;
    private boolean isConnected;

    /** @param endpoint of an accepted connection, or null to connect later */
    SimulatedChannel(HostSockets sockets, Endpoint endpoint) {
        super(sockets);
        this.sockets = sockets;
        this.endpoint = endpoint;
        isConnected = endpoint != null;
    }

    /** Null before it is asked to connect. */
    Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public int readyOps() {
        if (endpoint == null) {
            return 0;
        }
        int ready = endpoint.readyOps();
        return isConnected ? ready & ~SelectionKey.OP_CONNECT : ready & SelectionKey.OP_CONNECT;
    }

    @Override
    public boolean connect(SocketAddress address) {
        endpoint = sockets.network().connect(sockets.newAddress(), (InetSocketAddress) address);
        return false;
    }

    @Override
    public boolean finishConnect() throws IOException {
        sockets.mayUse();
        if (endpoint.failure() != null) {
            close();
            throw new ConnectException("Connection refused");
        }
        isConnected = endpoint.isEstablished();
        return isConnected;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        mayUse();
        ByteQueue inbound = endpoint.inbound();
        if (!inbound.isEmpty()) {
            int count = some(Math.min(into.remaining(), inbound.size()), SHORT_READ_IN);
            inbound.take(into, count);
            return count;
        }
        if (endpoint.failure() != null) {
            throw new IOException(endpoint.failure());
        }
        return endpoint.isEnded() ? -1 : 0;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        mayUse();
        if (endpoint.failure() != null) {
            throw new IOException("Broken pipe");
        }
        int most = Math.min(from.remaining(), endpoint.sendRoom());
        if (most <= 0) {
            return 0;
        }
        int count = some(most, PARTIAL_WRITE_IN);
        endpoint.outbound().send(from, count);
        sockets.network().sent(endpoint.outbound());
        return count;
    }

    private int some(int most, int oneIn) {
        boolean isLess = most > 1 && sockets.network().random().nextInt(oneIn) == 0;
        return isLess ? 1 + sockets.network().random().nextInt(most) : most;
    }

    private void mayUse() throws IOException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
        if (!isConnected) {
            throw new NotYetConnectedException();
        }
        sockets.mayUse();
    }

    @Override
    protected void implCloseSelectableChannel() {
        if (endpoint != null) {
            endpoint.close(false);
        }
        sockets.forget(this);
    }

    @Override
    protected void implConfigureBlocking(boolean block) {
        // nothing here ever blocks
    }

    @Override
    public boolean isConnected() {
        return isConnected;
    }

    @Override
    public boolean isConnectionPending() {
        return endpoint != null && !isConnected;
    }

    @Override
    public SocketAddress getRemoteAddress() {
        return endpoint.remote();
    }

    @Override
    public SocketAddress getLocalAddress() {
        return endpoint.local();
    }

    @Override
    public <T> SocketChannel setOption(SocketOption<T> name, T value) {
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) {
        return null;
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return Set.of();
    }

    @Override
    public SocketChannel bind(SocketAddress address) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SocketChannel shutdownInput() {
        throw new UnsupportedOperationException();
    }

    @Override
    public SocketChannel shutdownOutput() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket socket() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) {
        throw new UnsupportedOperationException();
    }
}

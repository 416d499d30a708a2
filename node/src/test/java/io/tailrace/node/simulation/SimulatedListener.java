package io.tailrace.node.simulation;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Set;

/** A port that somebody listens on, with the connections that are not accepted yet. */
final class SimulatedListener extends ServerSocketChannel implements Pollable {
    private final HostSockets sockets;
    private final ArrayDeque<Endpoint> waiting = new ArrayDeque<>();
    private InetSocketAddress local;

    SimulatedListener(HostSockets sockets) {
        super(sockets);
        this.sockets = sockets;
    }

    void arrived(Endpoint endpoint) {
        waiting.add(endpoint);
    }

    @Override
    public int readyOps() {
        return waiting.isEmpty() ? 0 : SelectionKey.OP_ACCEPT;
    }

    @Override
    public ServerSocketChannel bind(SocketAddress address, int backlog) throws IOException {
        InetSocketAddress wanted = (InetSocketAddress) address;
        sockets.network().listen(wanted, this);
        local = wanted;
        return this;
    }

    @Override
    public SocketChannel accept() throws IOException {
        sockets.mayUse();
        Endpoint endpoint = waiting.poll();
        return endpoint == null ? null : sockets.channelOf(endpoint);
    }

    /** The process or the machine ended. */
    void abandon() {
        if (local != null) {
            sockets.network().unlisten(local);
            local = null;
        }
    }

    ArrayDeque<Endpoint> waiting() {
        return waiting;
    }

    @Override
    protected void implCloseSelectableChannel() {
        abandon();
        waiting.forEach(endpoint -> endpoint.close(true));
        sockets.forget(this);
    }

    @Override
    protected void implConfigureBlocking(boolean block) {
        // nothing here ever blocks
    }

    @Override
    public SocketAddress getLocalAddress() {
        return local;
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) {
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
    public ServerSocket socket() {
        throw new UnsupportedOperationException();
    }
}

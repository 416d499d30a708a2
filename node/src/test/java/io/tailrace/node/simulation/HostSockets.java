package io.tailrace.node.simulation;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The sockets of one process on one host of the simulated network. */
final class HostSockets extends SelectorProvider {
    /** What a {@link CrashPoint} is told when a socket is used. */
    static final String USE = "socket";

    private final Network network;
    private final InetAddress address;
    private final CrashPoint crashPoint;
    private final Set<SimulatedChannel> channels = new LinkedHashSet<>();
    private final Set<SimulatedListener> listeners = new LinkedHashSet<>();
    private boolean isKilled;

    HostSockets(Network network, String host, CrashPoint crashPoint) {
        this.network = network;
        this.crashPoint = crashPoint;
        try {
            address = InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(host, e);
        }
    }

    Network network() {
        return network;
    }

    /** An address on this host for a connection that is asked for. */
    InetSocketAddress newAddress() {
        return new InetSocketAddress(address, network.newPort());
    }

    /** Before each use of a socket. */
    void mayUse() throws IOException {
        if (isKilled) {
            throw new IOException("the process is dead");
        }
        crashPoint.reached(USE);
    }

    SimulatedChannel channelOf(Endpoint endpoint) {
        SimulatedChannel channel = new SimulatedChannel(this, endpoint);
        channels.add(channel);
        return channel;
    }

    void forget(SimulatedChannel channel) {
        channels.remove(channel);
    }

    void forget(SimulatedListener listener) {
        listeners.remove(listener);
    }

    /** The process is gone: its kernel ends its connections, or, with the machine, nobody does. */
    void kill(boolean withMachine) {
        isKilled = true;
        List<Endpoint> endpoints = new ArrayList<>();
        for (SimulatedListener listener : listeners) {
            listener.abandon();
            endpoints.addAll(listener.waiting());
        }
        channels.stream()
                .map(SimulatedChannel::endpoint)
                .filter(Objects::nonNull)
                .forEach(endpoints::add);
        for (Endpoint endpoint : endpoints) {
            if (withMachine) {
                endpoint.vanish();
            } else {
                endpoint.close(network.random().nextBoolean());
            }
        }
    }

    @Override
    public SocketChannel openSocketChannel() {
        return channelOf(null);
    }

    @Override
    public ServerSocketChannel openServerSocketChannel() {
        SimulatedListener listener = new SimulatedListener(this);
        listeners.add(listener);
        return listener;
    }

    @Override
    public AbstractSelector openSelector() {
        return new SimulatedSelector(this);
    }

    @Override
    public DatagramChannel openDatagramChannel() {
        throw new UnsupportedOperationException();
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Pipe openPipe() throws IOException {
        throw new UnsupportedOperationException();
    }
}

package io.tailrace.node.simulation;

import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * The network between all hosts: streams that arrive piece by piece, when somebody says so. Within a stream nothing is lost,
 * doubled or reordered, as TCP promises; between streams anything may come first, an old connection's bytes after those of
 * the new one too, and whole hosts may be cut off from one another.
 */
final class Network {
    private final SplittableRandom random;
    private final Map<InetSocketAddress, SimulatedListener> listeners = new HashMap<>();
    private final List<Flow> flows = new ArrayList<>();
    private final Set<String> down = new HashSet<>();
    private final Set<Set<String>> cuts = new HashSet<>();
    private Consumer<Flow> tamper = flow -> {};
    private int window = 64 << 10;
    private int ports = 40_000;

    Network(SplittableRandom random) {
        this.random = random;
    }

    SplittableRandom random() {
        return random;
    }

    /** Bytes that a sender may have under way on one connection. */
    void window(int bytes) {
        window = bytes;
    }

    int window() {
        return window;
    }

    /** Lets a test change what is on its way, whenever some more is sent. */
    void tamper(Consumer<Flow> with) {
        tamper = with;
    }

    void sent(Flow flow) {
        tamper.accept(flow);
    }

    int newPort() {
        return ports++;
    }

    void listen(InetSocketAddress address, SimulatedListener listener) throws BindException {
        if (listeners.putIfAbsent(address, listener) != null) {
            throw new BindException("Address already in use");
        }
    }

    void unlisten(InetSocketAddress address) {
        listeners.remove(address);
    }

    /** Asks for a connection: both directions of it begin. Gives the asking end. */
    Endpoint connect(InetSocketAddress from, InetSocketAddress to) {
        Endpoint client = new Endpoint(this, from, to);
        Endpoint server = new Endpoint(this, to, from);
        Flow there = new Flow(this, client, server);
        Flow back = new Flow(this, server, client);
        client.flows(there, back);
        server.flows(back, there);
        flows.add(there);
        flows.add(back);
        there.open();
        return client;
    }

    /** The request for a connection arrives; whether somebody is there to take it. */
    boolean arrive(Flow flow) {
        Endpoint server = flow.to();
        SimulatedListener listener = listeners.get(server.local());
        if (!isUp(server.host())) {
            return false;
        }
        if (listener == null) {
            server.close(true);
            return false;
        }
        server.established();
        listener.arrived(server);
        server.outbound().take();
        return true;
    }

    boolean isUp(String host) {
        return !down.contains(host);
    }

    /** Takes a machine from the network, or puts it back. */
    void up(String host, boolean isUp) {
        if (isUp) {
            down.remove(host);
        } else {
            down.add(host);
        }
    }

    boolean isCut(String one, String other) {
        return !cuts.isEmpty() && cuts.contains(Set.of(one, other));
    }

    void cut(String one, String other) {
        cuts.add(Set.of(one, other));
    }

    boolean isCut() {
        return !cuts.isEmpty();
    }

    void heal() {
        cuts.clear();
    }

    /** The directions in which something can arrive now. */
    List<Flow> deliverable() {
        return flows.stream().filter(Flow::hasWork).toList();
    }

    /** The connections that are open at both ends, once each. */
    List<Flow> established() {
        return flows.stream()
                .filter(flow -> flow.from().isEstablished() && flow.to().isEstablished())
                .filter(flow -> !flow.from().isGone() && !flow.to().isGone())
                .toList();
    }

    /** Forgets connections that are over at both ends. */
    void sweep() {
        flows.removeIf(flow -> flow.from().isGone()
                && flow.to().isGone()
                && !flow.hasWork()
                && !isCut(flow.from().host(), flow.to().host()));
    }

    /**
     * What was sent first on a connection that a replica made arrives once more, on one of its own from which nobody reads;
     * null when there is none.
     */
    Flow repeat() {
        List<Flow> begun = flows.stream()
                .filter(flow -> flow.to().isReplicationPort() && flow.begun().length > 0)
                .filter(flow -> !down.contains(flow.to().host()))
                .toList();
        if (begun.isEmpty()) {
            return null;
        }
        Flow flow = begun.get(random.nextInt(begun.size()));
        byte[] bytes = flow.begun();
        InetSocketAddress from = new InetSocketAddress(flow.from().local().getAddress(), newPort());
        Endpoint ghost = connect(from, flow.to().local());
        ghost.outbound().bytes().add(Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length)));
        ghost.abandon(random.nextBoolean());
        return ghost.outbound();
    }

    /** Breaks a connection; each end learns it when the reset arrives. */
    void reset(Flow flow) {
        flow.reset(random.nextInt(flow.bytes().size() + 1));
        Flow back = flow.to().outbound();
        back.reset(random.nextInt(back.bytes().size() + 1));
    }
}

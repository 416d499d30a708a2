package io.tailrace.node.reactor;

import io.tailrace.node.platform.Closing;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.security.Security;
import io.tailrace.node.security.Tls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts clients and hands each to the reactor with the fewest. Runs on the first reactor's thread: accepting is rare,
 * and sharing one port by the kernel's hash is uneven for few connections and keeps a stalled reactor's share.
 */
public final class Acceptor implements ChannelHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);
    private static final int BACKLOG = 511;
    private static final int MAX_PER_CYCLE = 64;
    private static final ByteBuffer TOO_MANY = error("ERR max number of clients reached");
    private static final ByteBuffer PROTECTED = error(Security.protectedText());

    private final ServerSocketChannel listener;
    private final Tls tls;
    private final List<Reactor> reactors;
    private final Admission admission;

    private Acceptor(ServerSocketChannel listener, Tls tls, List<Reactor> reactors, Admission admission) {
        this.tls = tls;
        this.listener = listener;
        this.reactors = reactors;
        this.admission = admission;
    }

    /**
     * What all listeners of a node have in common.
     *
     * @param security says whom to turn away
     * @param maxClients how many may be connected
     * @param clients how many are
     */
    public record Admission(Security security, IntSupplier maxClients, AtomicInteger clients) {}

    /** Binds a listening socket; throws IOException when the address is in use or not ours. */
    public static ServerSocketChannel bind(SelectorProvider sockets, String host, int port) throws IOException {
        ServerSocketChannel listener = sockets.openServerSocketChannel();
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(new InetSocketAddress(host, port), BACKLOG);
            return listener;
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    /**
     * Begins to accept, from the first reactor's next cycle on, if the listener isn't closed by then: a start may fail in between.
     *
     * @param tls what clients there speak, null for none
     */
    public static void start(ServerSocketChannel listener, Tls tls, List<Reactor> reactors, Admission admission) {
        Acceptor acceptor = new Acceptor(listener, tls, reactors, admission);
        Reactor first = reactors.get(0);
        first.execute(() -> {
            try {
                first.register(listener, SelectionKey.OP_ACCEPT, acceptor);
            } catch (IOException e) {
                acceptor.onFailure(e);
            }
        });
    }

    @Override
    public void onReady(SelectionKey key) {
        for (int i = 0; i < MAX_PER_CYCLE; i++) {
            SocketChannel channel = accept(key);
            if (channel == null) {
                return;
            }
            if (admission.clients().incrementAndGet() > admission.maxClients().getAsInt()) {
                admission.clients().decrementAndGet();
                refuse(channel, TOO_MANY);
            } else if (isProtectedFrom(channel)) {
                admission.clients().decrementAndGet();
                refuse(channel, PROTECTED);
            } else {
                handOver(channel);
            }
        }
    }

    private SocketChannel accept(SelectionKey key) {
        try {
            return listener.accept();
        } catch (IOException e) {
            reactors.get(0).pausedListeners().pause(key, "clients", e);
            return null;
        }
    }

    private static ByteBuffer error(String text) {
        return ByteBuffer.wrap(("-" + text + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private boolean isProtectedFrom(SocketChannel channel) {
        try {
            return admission.security().isProtectedFrom(channel.getRemoteAddress());
        } catch (IOException e) {
            return false;
        }
    }

    /** A client that is gone already is its own fault: the listener must not fail by it. */
    private void refuse(SocketChannel channel, ByteBuffer why) {
        reactors.get(0).countRejected();
        try (channel) {
            if (tls == null) {
                channel.configureBlocking(false);
                channel.write(why.duplicate());
            }
        } catch (IOException e) {
            LOG.debug("refusing", e);
        }
    }

    private void handOver(SocketChannel channel) {
        Reactor first = reactors.get(0);
        Reactor target = withFewest();
        target.connections().assign();
        if (target == first) {
            first.clients().adopt(channel, tls);
        } else if (!target.adoptSoon(channel, tls)) {
            target.connections().unassign();
            first.connections().assign();
            first.clients().adopt(channel, tls);
        }
    }

    private Reactor withFewest() {
        Reactor fewest = reactors.get(0);
        for (Reactor reactor : reactors) {
            if (reactor.connections().assigned() < fewest.connections().assigned()) {
                fewest = reactor;
            }
        }
        return fewest;
    }

    @Override
    public boolean isListener() {
        return true;
    }

    @Override
    public void onFailure(Throwable cause) {
        if (listener.isOpen()) {
            LOG.error("stopped accepting clients: {}", FileFailure.of(cause));
            Closing.quietly(listener);
        }
    }
}

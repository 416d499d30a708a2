package io.tailrace.node.reactor;

import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.platform.Closing;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.security.Tls;
import io.tailrace.node.security.Users;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.wire.resp.RequestDecoder;
import io.tailrace.wire.resp.RespLimits;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the sockets of clients over, and closes clients that are overdue or idle. Owned and closed by the reactor's thread. */
final class Clients implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Clients.class);
    private static final int MIN_REQUEST_BYTES = 64 << 20;

    private final ConnectionParts parts;
    private final Users users;
    private final CycleClock clock;
    private final RespLimits requestLimits;
    private final Handshakes handshakes = new Handshakes();

    /** @param maxValueSize of a request's argument */
    Clients(ConnectionParts parts, Users users, CycleClock clock, int maxValueSize) {
        this.parts = parts;
        this.users = users;
        this.clock = clock;
        requestLimits = new RespLimits(
                maxValueSize,
                RespLimits.DEFAULT_MAX_ARGUMENTS,
                RespLimits.DEFAULT_MAX_INLINE,
                Math.max(MIN_REQUEST_BYTES, 2 * maxValueSize),
                maxValueSize);
    }

    /**
     * Takes over a client's socket.
     *
     * @param tls null for none
     */
    void adopt(SocketChannel channel, Tls tls) {
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            KeepAlive.set(channel, parts.limits().keepAliveSeconds());
            ClientInfo info = parts.loop().info(ClientInfo.Kind.CLIENT, channel);
            info.user(users.atConnect());
            Connection connection = new Connection(parts, channel, info, new RequestDecoder(requestLimits), tls);
            connection.attach(parts.loop().register(channel, SelectionKey.OP_READ, connection));
            if (tls != null) {
                handshakes.add(connection, clock.refreshSteadyMs());
            }
            parts.connections().add(connection);
            parts.counters().connectionsReceived++;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            LOG.debug("a client could not be taken over", e);
            Closing.quietly(channel);
            parts.connections().gone();
        }
    }

    Connections connections() {
        return parts.connections();
    }

    /** Takes new settings. */
    void config(NodeConfig config) {
        parts.limits().config(config);
        memory().config(config, parts.connections()::measure);
    }

    private ClientMemory memory() {
        return parts.connections().memory();
    }

    /** Tells which reactors there are, before any runs. */
    void connect(List<Clients> reactors) {
        memory().connect(reactors.stream().map(Clients::memory).toList(), parts.host()::wake);
    }

    /** Closes clients while those of the node hold too much; returns how many. */
    int evict() {
        return memory().evict(clock.steadyMs());
    }

    /** Clients that were served in a long cycle were active until its end: their idle time counts from there. */
    void wereActive(long sinceSteadyMs, long untilSteadyMs) {
        parts.connections().wereActive(sinceSteadyMs, untilSteadyMs);
    }

    /** About once a second. */
    void onSecond(long nowSteadyMs, int timeoutSeconds) {
        parts.connections().shrinkIdle(nowSteadyMs);
        parts.connections().closeAboveSoftLimits(parts.limits(), nowSteadyMs);
        parts.connections().measure();
        handshakes.endOverdue(nowSteadyMs);
        if (timeoutSeconds > 0) {
            parts.connections().closeIdle(nowSteadyMs - timeoutSeconds * 1_000L);
        }
    }

    /** Closes all connections at once. */
    void disconnect() {
        List.copyOf(parts.connections().all()).forEach(Connection::close);
        List.copyOf(parts.connections().detached()).forEach(PeerConnection::kill);
    }

    @Override
    public void close() {
        parts.connections().close();
    }

    /** What is known of a connection that was made or accepted. */
    ClientInfo info(ClientInfo.Kind kind, long id, SocketChannel channel) throws IOException {
        return new ClientInfo(
                kind,
                id,
                AddressText.of(channel.getRemoteAddress()),
                AddressText.of(channel.getLocalAddress()),
                clock.steadyMs());
    }
}

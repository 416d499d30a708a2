package io.tailrace.node;

import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.platform.NodeStartException;
import io.tailrace.node.reactor.Acceptor;
import io.tailrace.node.reactor.Reactor;
import io.tailrace.node.report.MetricsServer;
import io.tailrace.node.report.NodeMetrics;
import io.tailrace.node.security.Tls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ports of a node, bound first of all: a start that can't have one of them changes nothing. Any thread closes. */
final class NodePorts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodePorts.class);

    private final NodeConfig config;
    private final SelectorProvider sockets;
    private final List<ServerSocketChannel> all = new ArrayList<>();
    private final List<ServerSocketChannel> replication = new ArrayList<>();
    private ServerSocketChannel clients;
    private ServerSocketChannel tlsClients;
    private MetricsServer metrics;

    NodePorts(NodeConfig config, SelectorProvider sockets) {
        this.config = config;
        this.sockets = sockets;
    }

    /** @param metricsText null while there are none */
    void bind(Supplier<byte[]> metricsText) throws NodeStartException {
        clients = config.port() == 0 ? null : bind("port", config.port());
        tlsClients = config.tlsPort() == 0 ? null : bind("tls-port", config.tlsPort());
        for (int shard = 0; shard < config.shards(); shard++) {
            replication.add(bind("replication-port", config.replicationPort(shard)));
        }
        if (config.metricsPort() != 0) {
            bindMetrics(config.metricsPort(), metricsText);
        }
    }

    private ServerSocketChannel bind(String key, int port) throws NodeStartException {
        try {
            ServerSocketChannel listener = Acceptor.bind(sockets, config.bind(), port);
            all.add(listener);
            return listener;
        } catch (IOException | RuntimeException e) {
            throw cannotListen(key, port, e);
        }
    }

    private void bindMetrics(int port, Supplier<byte[]> text) throws NodeStartException {
        try {
            metrics = new MetricsServer(new InetSocketAddress(config.bind(), port), NodeMetrics.contentType(), text);
        } catch (IOException | RuntimeException e) {
            throw cannotListen("metrics-port", port, e);
        }
    }

    private NodeStartException cannotListen(String key, int port, Exception e) {
        return new NodeStartException(
                "can't listen on " + config.bind() + ":" + port + " (" + key + "): " + e.getMessage(), e);
    }

    boolean hasMetrics() {
        return metrics != null;
    }

    ServerSocketChannel replication(int shard) {
        return replication.get(shard);
    }

    /**
     * Begins to serve clients, and those who ask for metrics.
     *
     * @param tls of the port for it, or null
     */
    void accept(List<Reactor> reactors, Tls tls, Acceptor.Admission admission) {
        if (clients != null) {
            Acceptor.start(clients, null, reactors, admission);
        }
        if (tlsClients != null) {
            Acceptor.start(tlsClients, tls, reactors, admission);
        }
        if (metrics != null) {
            metrics.start();
        }
    }

    @Override
    public void close() {
        for (ServerSocketChannel listener : all) {
            try {
                listener.close();
            } catch (IOException e) {
                LOG.debug("closing", e);
            }
        }
        if (metrics != null) {
            metrics.close();
        }
    }
}

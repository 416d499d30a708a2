package io.tailrace.node;

import io.tailrace.node.admin.AdminServer;
import io.tailrace.node.admin.HttpListener;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.platform.NodeStartException;
import io.tailrace.node.reactor.Acceptor;
import io.tailrace.node.reactor.Reactor;
import io.tailrace.node.security.Tls;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
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
    private HttpListener metrics;
    private AdminServer admin;

    NodePorts(NodeConfig config, SelectorProvider sockets) {
        this.config = config;
        this.sockets = sockets;
    }

    /** What listens for HTTP, bound where it should be. */
    interface Http<T> {
        T at(InetSocketAddress address) throws IOException;
    }

    /** Those ports that have a number. */
    void bind(Http<HttpListener> metricsAt, Http<AdminServer> adminAt) throws NodeStartException {
        clients = config.port() == 0 ? null : bind("port", config.port());
        tlsClients = config.tlsPort() == 0 ? null : bind("tls-port", config.tlsPort());
        for (int shard = 0; shard < config.shards().count(); shard++) {
            replication.add(bind("replication-port", config.replicationPort(shard)));
        }
        metrics = bindHttp("metrics-port", config.bind(), config.admin().metricsPort(), metricsAt);
        admin = bindHttp("admin-port", config.admin().bind(), config.admin().port(), adminAt);
    }

    private ServerSocketChannel bind(String key, int port) throws NodeStartException {
        try {
            ServerSocketChannel listener = Acceptor.bind(sockets, config.bind(), port);
            all.add(listener);
            return listener;
        } catch (IOException | RuntimeException e) {
            throw cannotListen(key, config.bind(), port, e);
        }
    }

    private <T> T bindHttp(String key, String host, int port, Http<T> http) throws NodeStartException {
        try {
            return port == 0 ? null : http.at(new InetSocketAddress(host, port));
        } catch (IOException | RuntimeException e) {
            throw cannotListen(key, host, port, e);
        }
    }

    private NodeStartException cannotListen(String key, String host, int port, Exception e) {
        return new NodeStartException(
                "can't listen on " + host + ":" + port + " (" + key + all(key) + "): " + reason(key, host, e), e);
    }

    /** Of a setting that stands for a port of each shard, which ones these are. */
    private String all(String key) {
        int shards = config.shards().count();
        return key.equals("replication-port") && shards > 1
                ? ", which is " + config.replicationPort() + " to " + config.replicationPort(shards - 1)
                        + ", one of each shard"
                : "";
    }

    /** Why, and what to do; Java has no text for a name that is not known. */
    private static String reason(String key, String host, Exception e) {
        String bind = key.equals("admin-port") ? "admin-bind or bind" : "bind";
        if (e instanceof UnresolvedAddressException) {
            return "no address is known for the name " + host + ": set " + bind + " to an address of this machine";
        }
        if (e instanceof BindException && String.valueOf(e.getMessage()).startsWith("Cannot assign")) {
            return "this machine has no such address: set " + bind + " to one that it has ('ip address' lists them)";
        }
        if (e instanceof BindException && String.valueOf(e.getMessage()).startsWith("Address already in use")) {
            return "Address already in use: another process listens there ('ss -ltnp' lists them), end it or set another "
                    + key;
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    ServerSocketChannel replication(int shard) {
        return replication.get(shard);
    }

    /**
     * Begins to serve clients, and those who ask over HTTP.
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
            metrics.start(null);
        }
        if (admin != null) {
            admin.start(tlsClients == null ? null : tls);
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
        if (admin != null) {
            admin.close();
        }
    }
}

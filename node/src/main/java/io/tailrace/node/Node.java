package io.tailrace.node;

import io.tailrace.node.command.CommandTable;
import io.tailrace.node.command.StandardCommands;
import io.tailrace.node.config.HostPort;
import io.tailrace.node.config.LiveSettings;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.cores.NodeCores;
import io.tailrace.node.directory.DataDirectory;
import io.tailrace.node.handover.NodeHandover;
import io.tailrace.node.platform.Background;
import io.tailrace.node.platform.FileLimit;
import io.tailrace.node.platform.NodeStartException;
import io.tailrace.node.pubsub.SubscribedTopics;
import io.tailrace.node.reactor.Acceptor;
import io.tailrace.node.reactor.Reactor;
import io.tailrace.node.report.MetricsServer;
import io.tailrace.node.report.NodeMetrics;
import io.tailrace.node.role.NodeRole;
import io.tailrace.node.role.ShardTasks;
import io.tailrace.node.security.AclException;
import io.tailrace.node.security.Security;
import io.tailrace.node.services.ClientPause;
import io.tailrace.node.services.HandoverServices;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.services.ShardServices;
import io.tailrace.node.store.Store;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node from its launch to its end: its data directory, its shards' threads, its ports. Any thread may call any method. */
public final class Node implements NodeServices {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final long WARM_UP_SECONDS = 10;

    private final NodeConfig config;
    private final LiveSettings settings;
    private final CommandTable commands = StandardCommands.create();
    private final Security security;
    private final ClientPause clientPause = new ClientPause();
    private final SubscribedTopics topics = new SubscribedTopics();
    private final Platform platform;
    private final NodeCores cores;
    private final String runId;
    private final long startMillis;
    private final NodeMetrics metrics;
    private final AtomicInteger clients = new AtomicInteger();
    private final AtomicLong clientIds = new AtomicLong();
    private final AtomicBoolean isStopping = new AtomicBoolean();
    private final CountDownLatch terminated = new CountDownLatch(1);
    private final List<ServerSocketChannel> listeners = new ArrayList<>();
    private final List<ShardThread> shards = new ArrayList<>();
    private final NodeRole role;
    private final NodeHandover handover;
    private MetricsServer metricsServer;
    private DataDirectory directory;
    private volatile boolean hasFailed;

    private Node(NodeConfig config, Platform platform, NodeCores cores) throws NodeStartException {
        this.config = config;
        this.cores = cores;
        this.platform = platform;
        runId = platform.newId().get();
        startMillis = platform.epochMicros().getAsLong() / 1_000;
        settings = new LiveSettings(config);
        security = openSecurity();
        ShardTasks tasks = new ShardTasks(shards, platform.background(), isStopping::get);
        role = new NodeRole(config.replicaOf(), platform.newId(), tasks);
        handover = new NodeHandover(
                this, role, tasks, shards, platform.newId(), platform.steadyMicros(), platform.background());
        metrics = new NodeMetrics(config.shards());
    }

    /**
     * Starts a node that serves clients when this returns.
     *
     * @throws NodeStartException when it can't, with one line that says why; then nothing was changed
     */
    public static Node launch(NodeConfig config) throws NodeStartException {
        CountDownLatch isWarm = new CountDownLatch(1);
        Background.THREADS.run("warm-up", () -> {
            try {
                Store.warmUp();
            } finally {
                isWarm.countDown();
            }
        });
        try {
            NodeCores cores = NodeCores.of(config);
            return launch(config, Platform.machine(cores), cores);
        } catch (NodeStartException e) {
            // a process that ends while the libraries load prints their complaints behind the line that says why
            awaitWarmUp(isWarm);
            throw e;
        }
    }

    private static void awaitWarmUp(CountDownLatch isWarm) {
        try {
            if (!isWarm.await(WARM_UP_SECONDS, TimeUnit.SECONDS)) {
                LOG.debug("the libraries are still being loaded");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The same with a world of the caller's. */
    static Node launch(NodeConfig config, Platform platform) throws NodeStartException {
        return launch(config, platform, NodeCores.of(config));
    }

    private static Node launch(NodeConfig config, Platform platform, NodeCores cores) throws NodeStartException {
        Node node = new Node(config, platform, cores);
        boolean isLaunched = false;
        try {
            node.start();
            isLaunched = true;
            return node;
        } catch (IOException e) {
            throw new NodeStartException("can't start in " + config.dataDir() + ": " + e.getMessage(), e);
        } finally {
            if (!isLaunched) {
                node.end(false);
            }
        }
    }

    private void start() throws NodeStartException, IOException {
        ServerSocketChannel clientListener = config.port() == 0 ? null : bind("port", config.port());
        ServerSocketChannel tlsListener = config.tlsPort() == 0 ? null : bind("tls-port", config.tlsPort());
        List<ServerSocketChannel> replicaListeners = new ArrayList<>();
        for (int shard = 0; shard < config.shards(); shard++) {
            replicaListeners.add(bind("replication-port", config.replicationPort(shard)));
        }
        bindMetrics();
        directory = DataDirectory.open(
                dataDirectory(), config.shards(), platform.newId().get());
        role.begin(directory);
        ShardThread.Beginning beginning = new ShardThread.Beginning(
                dataDirectory(),
                role.primary(),
                directory.wasReplica(),
                directory.promotion(),
                platform.newId().get());
        LOG.info(
                "Tailrace {} on Java {}, pid {}, {} in {}",
                version(),
                Runtime.version().feature(),
                ProcessHandle.current().pid(),
                config.shards() == 1 ? "1 shard" : config.shards() + " shards",
                config.dataDir());
        Platform ofShards = platform.with(role.noting(platform.locator()));
        for (int id = 0; id < config.shards(); id++) {
            int shard = id;
            ShardThread.Force force =
                    new ShardThread.Force(role.isForced(shard), followed -> role.forceDone(shard, followed));
            shards.add(new ShardThread(
                    id,
                    config,
                    ofShards,
                    this,
                    commands,
                    cores,
                    beginning,
                    force,
                    replicaListeners.get(id),
                    this::fail));
        }
        shards.get(0).reactor().add(handover);
        startShards();
        cores.moveOthers();
        role.begun();
        handover.resume();
        int most = mostClients();
        Acceptor.Admission admission =
                new Acceptor.Admission(() -> Math.min(most, settings.current().maxClients()), clients);
        if (clientListener != null) {
            Acceptor.start(clientListener, null, reactors(), admission);
        }
        if (tlsListener != null) {
            Acceptor.start(tlsListener, security.tls(), reactors(), admission);
        }
        shards.forEach(ShardThread::release);
        if (metricsServer != null) {
            metricsServer.start();
        }
        LOG.info(
                "ready: {} on {}:{}, replication on {}{}{}",
                role.primary() == null ? "primary" : "replica of " + role.primary(),
                config.bind(),
                config.announcedPort(),
                config.replicationPort(),
                config.tlsReplication() ? " with TLS" : "",
                cores.text().isEmpty() ? "" : "; " + cores.text());
    }

    private Path dataDirectory() {
        return platform.files().getPath(config.dataDir().toString());
    }

    private int mostClients() {
        int most = FileLimit.mostClients(config.shards());
        if (most < config.maxClients()) {
            LOG.warn(
                    "{} clients are served, not max-clients = {}: this process may not open more files",
                    most,
                    config.maxClients());
        }
        return most;
    }

    private ServerSocketChannel bind(String key, int port) throws NodeStartException {
        try {
            ServerSocketChannel listener = Acceptor.bind(platform.sockets(), config.bind(), port);
            listeners.add(listener);
            return listener;
        } catch (IOException | RuntimeException e) {
            throw cannotListen(key, port, e);
        }
    }

    private NodeStartException cannotListen(String key, int port, Exception e) {
        return new NodeStartException(
                "can't listen on " + config.bind() + ":" + port + " (" + key + "): " + e.getMessage(), e);
    }

    private void bindMetrics() throws NodeStartException {
        int port = config.metricsPort();
        if (port == 0) {
            return;
        }
        try {
            metricsServer = new MetricsServer(
                    new InetSocketAddress(config.bind(), port),
                    NodeMetrics.contentType(),
                    () -> metrics.text(this, platform.epochMicros().getAsLong()));
            metrics.open();
        } catch (IOException | RuntimeException e) {
            throw cannotListen("metrics-port", port, e);
        }
    }

    private void startShards() throws NodeStartException {
        List<Reactor> reactors = reactors();
        reactors.forEach(reactor -> reactor.connect(reactors));
        shards.forEach(ShardThread::start);
        for (ShardThread shard : shards) {
            try {
                shard.started().join();
            } catch (CompletionException e) {
                Throwable cause = e.getCause();
                throw new NodeStartException(cause.getMessage() == null ? cause.toString() : cause.getMessage(), cause);
            }
        }
    }

    List<Reactor> reactors() {
        return shards.stream().map(ShardThread::reactor).toList();
    }

    private void fail(Throwable cause) {
        hasFailed = true;
        LOG.error("the node stops: {}", cause.getMessage() == null ? cause.toString() : cause.getMessage(), cause);
        shutdown(false);
    }

    /** Returns when the node has ended, by {@link #shutdown()} or by a client's SHUTDOWN; whether it ended well. */
    public boolean awaitTermination() throws InterruptedException {
        terminated.await();
        return !hasFailed;
    }

    /** Ends the node in order: no more commands, log on the disk, a last snapshot. Returns when done; again is harmless. */
    public void shutdown() {
        end(true);
    }

    @Override
    public void shutdown(boolean isOrderly) {
        platform.background().run("shutdown", () -> end(isOrderly));
    }

    private void end(boolean isOrderly) {
        if (isStopping.compareAndSet(false, true)) {
            LOG.debug("stopping");
            listeners.forEach(Node::closeQuietly);
            if (metricsServer != null) {
                metricsServer.close();
            }
            shards.forEach(shard -> shard.stop(isOrderly));
            shards.forEach(ShardThread::awaitEnd);
            if (directory != null) {
                directory.close();
            }
            security.close();
            terminated.countDown();
        } else {
            awaitQuietly();
        }
    }

    private void awaitQuietly() {
        try {
            terminated.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void closeQuietly(ServerSocketChannel listener) {
        try {
            listener.close();
        } catch (IOException e) {
            LOG.debug("closing", e);
        }
    }

    @Override
    public LiveSettings settings() {
        return settings;
    }

    private Security openSecurity() throws NodeStartException {
        try {
            return Security.open(settings, commands.catalogue(), platform.background());
        } catch (AclException e) {
            throw new NodeStartException("can't start: " + e.getMessage(), e);
        }
    }

    @Override
    public Security security() {
        return security;
    }

    @Override
    public ClientPause clientPause() {
        return clientPause;
    }

    @Override
    public SubscribedTopics topics() {
        return topics;
    }

    @Override
    public void publishReport(ShardServices shard) {
        metrics.publish(shard);
    }

    @Override
    public String runId() {
        return runId;
    }

    @Override
    public String nodeId() {
        return directory.nodeId();
    }

    @Override
    public String version() {
        String version = Node.class.getPackage().getImplementationVersion();
        return version == null ? "0.1.0" : version;
    }

    @Override
    public String helperProcessors() {
        return cores.helpers();
    }

    @Override
    public long startMillis() {
        return startMillis;
    }

    @Override
    public int shardCount() {
        return config.shards();
    }

    @Override
    public HostPort primary() {
        return role.primary();
    }

    @Override
    public void replicaOf(HostPort newPrimary, boolean isForced) {
        role.replicaOf(newPrimary, isForced);
    }

    @Override
    public void promote() {
        role.promote();
    }

    @Override
    public String becomePrimary() {
        return role.becomePrimary();
    }

    @Override
    public HandoverServices handover() {
        return handover;
    }

    @Override
    public long nextClientId() {
        return clientIds.incrementAndGet();
    }

    @Override
    public void clientClosed() {
        clients.decrementAndGet();
    }

    @Override
    public int clientCount() {
        return clients.get();
    }
}

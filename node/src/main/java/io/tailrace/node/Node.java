package io.tailrace.node;

import io.tailrace.node.admin.AdminServer;
import io.tailrace.node.command.CommandTable;
import io.tailrace.node.command.StandardCommands;
import io.tailrace.node.config.HostPort;
import io.tailrace.node.config.LiveSettings;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.cores.NodeCores;
import io.tailrace.node.directory.DataDirectory;
import io.tailrace.node.handover.NodeHandover;
import io.tailrace.node.platform.FileFailure;
import io.tailrace.node.platform.FileLimit;
import io.tailrace.node.platform.NodeStartException;
import io.tailrace.node.pubsub.SubscribedTopics;
import io.tailrace.node.reactor.Acceptor;
import io.tailrace.node.reactor.Reactor;
import io.tailrace.node.replication.PartMeeting;
import io.tailrace.node.report.NodeMetrics;
import io.tailrace.node.role.NodeRole;
import io.tailrace.node.role.ShardTasks;
import io.tailrace.node.script.NodeScripts;
import io.tailrace.node.security.AclException;
import io.tailrace.node.security.Security;
import io.tailrace.node.services.ClientPause;
import io.tailrace.node.services.HandoverServices;
import io.tailrace.node.services.LoadStatus;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.services.ShardServices;
import io.tailrace.node.warmup.WarmUp;
import io.tailrace.node.watch.Diagnostics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node from its launch to its end: its data directory, its shards' threads, its ports. Any thread may call any method. */
public final class Node implements NodeServices {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    private final NodeConfig config;
    private final LiveSettings settings;
    private final CommandTable commands = StandardCommands.create();
    private final Security security;
    private final ClientPause clientPause = new ClientPause();
    private final NodeScripts scripts;
    private final SubscribedTopics topics = new SubscribedTopics();
    private final Diagnostics diagnostics = new Diagnostics();
    private final Platform platform;
    private final NodeCores cores;
    private final String runId;
    private final long startEpochMs;
    private final NodeMetrics metrics;
    private final AtomicInteger clients = new AtomicInteger();
    private final AtomicLong clientIds = new AtomicLong();
    private final Termination termination = new Termination();
    private final NodePorts ports;
    private final NodeLoading loading;
    private final List<ShardThread> shards = new ArrayList<>();
    private final NodeRole role;
    private final NodeHandover handover;
    private DataDirectory directory;
    private final WarmUp warmUp = new WarmUp(commands);

    private Node(NodeConfig config, Platform platform, NodeCores cores) throws NodeStartException {
        this.config = config;
        this.cores = cores;
        this.platform = platform;
        runId = platform.newId().get();
        scripts = new NodeScripts(
                config.shards().count(),
                () -> TimeUnit.MICROSECONDS.toNanos(platform.steadyMicros().getAsLong()));
        startEpochMs = platform.epochMicros().getAsLong() / 1_000;
        settings = new LiveSettings(config);
        security = openSecurity();
        ShardTasks tasks = new ShardTasks(shards, platform.background(), termination::hasBegun);
        role = new NodeRole(config.replicaOf(), platform.newId(), tasks, clientPause, platform.background());
        handover = new NodeHandover(
                this, role, tasks, shards, platform.newId(), platform.steadyMicros(), platform.background());
        metrics = new NodeMetrics(config.shards().count());
        ports = new NodePorts(config, platform.sockets());
        loading = new NodeLoading(startEpochMs, config.shards().count(), () -> shards.stream()
                .map(ShardThread::progress)
                .toList());
    }

    /**
     * Starts a node that serves clients when this returns.
     *
     * @throws NodeStartException when it can't, with one line that says why; then nothing was changed
     */
    public static Node launch(NodeConfig config) throws NodeStartException {
        return launch(config, () -> {});
    }

    /** The same; {@code beforeServing} runs with the data loaded and no write taken: from then on {@link #shutdown} ends it in order. */
    public static Node launch(NodeConfig config, Runnable beforeServing) throws NodeStartException {
        Runnable awaitLibraries = WarmUp.loadLibraries();
        try {
            NodeCores cores = NodeCores.of(config);
            Node node = launch(config, Platform.machine(cores), cores, beforeServing);
            node.warmUp.begin(node, node.metrics, node.platform.background());
            return node;
        } catch (NodeStartException e) {
            awaitLibraries.run();
            throw e;
        }
    }

    /** The same with a world of the caller's. */
    static Node launch(NodeConfig config, Platform platform) throws NodeStartException {
        return launch(config, platform, NodeCores.of(config), () -> {});
    }

    private static Node launch(NodeConfig config, Platform platform, NodeCores cores, Runnable beforeServing)
            throws NodeStartException {
        Node node = new Node(config, platform, cores);
        boolean isLaunched = false;
        try {
            node.start(beforeServing);
            isLaunched = true;
            return node;
        } catch (IOException e) {
            throw new NodeStartException("can't start in " + config.dataDir() + ": " + FileFailure.of(e), e);
        } finally {
            if (!isLaunched) {
                node.end(false, null);
            }
        }
    }

    private void start(Runnable beforeServing) throws NodeStartException, IOException {
        int most = FileLimit.clients(config.maxClients(), config.shards().count());
        AdminServer.Clocks clocks = new AdminServer.Clocks(platform.epochMicros(), platform.steadyMicros());
        ports.bind(
                address -> AdminServer.metricsOnly(address, this, metrics, clocks, platform.background()),
                address -> new AdminServer(address, this, metrics, clocks, platform.background()));
        directory = DataDirectory.open(
                dataDirectory(), config.shards(), platform.newId().get(), platform.background());
        role.begin(directory);
        LOG.info(
                "Tailrace {} on Java {}, pid {}, {} in {}; {}",
                version(),
                Runtime.version().feature(),
                ProcessHandle.current().pid(),
                config.shards().text(),
                config.dataDir(),
                directory.lastRun().text());
        makeShards();
        shards.get(0).reactor().add(handover);
        List<Reactor> reactors = reactors();
        reactors.forEach(reactor -> reactor.connect(reactors));
        shards.forEach(ShardThread::start);
        ports.accept(
                reactors,
                security.tls(),
                new Acceptor.Admission(
                        security, () -> Math.min(most, settings.current().maxClients()), clients));
        ShardOpening.open(shards, role.primary() != null);
        cores.moveOthers();
        beforeServing.run();
        directory.started();
        shards.forEach(ShardThread::serve);
        role.begun();
        handover.resume();
        LOG.info(
                "ready: {} on {}:{}, replication on {}{}{}",
                role.primary() == null ? "primary" : "replica of " + role.primary(),
                config.bind(),
                config.announcedPort(),
                config.replicationPort(),
                config.tls().isReplication() ? " with TLS" : "",
                cores.text().isEmpty() ? "" : "; " + cores.text());
    }

    private void makeShards() throws IOException {
        Platform noting = platform.with(role.noting(platform.locator()));
        PartMeeting meeting = PartMeeting.of(config.shards().count());
        ShardThread.Surroundings surroundings =
                new ShardThread.Surroundings(config, noting, this, commands, cores, meeting);
        ShardThread.Beginning beginning = new ShardThread.Beginning(
                dataDirectory(),
                role.primary(),
                directory.wasReplica(),
                directory.promotion(),
                platform.newId().get());
        ShardThread.Events events = new ShardThread.Events(loading::served, this::fail);
        for (int id = 0; id < config.shards().count(); id++) {
            shards.add(new ShardThread(id, surroundings, beginning, role.force(id), ports.replication(id), events));
        }
    }

    private Path dataDirectory() {
        return platform.files().getPath(config.dataDir().toString());
    }

    List<Reactor> reactors() {
        return shards.stream().map(ShardThread::reactor).toList();
    }

    private void fail(Throwable cause) {
        termination.failed();
        String reason = FileFailure.of(cause);
        LOG.error("the node stops: {}", reason, cause);
        shutdown(false, "a fault: " + reason);
    }

    /** Returns when the node has ended, by {@link #shutdown(String)} or by a client's SHUTDOWN; whether it ended well. */
    public boolean awaitTermination() throws InterruptedException {
        return termination.await();
    }

    /**
     * Ends the node in order: no more commands, log on the disk, a last snapshot. Returns when done; again is harmless.
     *
     * @param reason for the log
     */
    public void shutdown(String reason) {
        end(true, reason);
    }

    @Override
    public void shutdown(boolean isOrderly, String reason) {
        platform.background().run("shutdown", () -> end(isOrderly, reason));
    }

    /** @param reason null when nothing was started, which is told elsewhere */
    private void end(boolean isOrderly, String reason) {
        if (!termination.begin()) {
            termination.awaitQuietly();
            return;
        }
        long startMicros = platform.steadyMicros().getAsLong();
        if (reason != null) {
            LOG.info("stopping{}: {}", isOrderly ? "" : " without a last snapshot", reason);
        }
        try {
            stopParts(isOrderly);
        } finally {
            if (reason != null) {
                LOG.info("stopped after {} ms", (platform.steadyMicros().getAsLong() - startMicros) / 1_000);
            }
            termination.end();
        }
    }

    private void stopParts(boolean isOrderly) {
        ports.close();
        scripts.stop();
        warmUp.end();
        shards.forEach(shard -> shard.stop(isOrderly));
        shards.forEach(ShardThread::awaitEnd);
        if (directory != null) {
            if (isOrderly && !termination.isFailure()) {
                directory.endInOrder();
            }
            directory.close();
        }
        security.close();
    }

    @Override
    public LoadStatus loading() {
        return loading.status();
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
    public NodeScripts scripts() {
        return scripts;
    }

    @Override
    public Diagnostics diagnostics() {
        return diagnostics;
    }

    @Override
    public SubscribedTopics topics() {
        return topics;
    }

    /** As {@link NodeMetrics#haveTurned}: what a watchdog wants to know. */
    public boolean haveShardsTurned() {
        return metrics.haveTurned();
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
    public String helperProcessors() {
        return cores.helpers();
    }

    @Override
    public long startEpochMs() {
        return startEpochMs;
    }

    @Override
    public int shardCount() {
        return config.shards().count();
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
    public boolean revokeForce() {
        return role.revokeForce();
    }

    @Override
    public void promote(Consumer<String> answer) {
        role.promote(answer);
    }

    @Override
    public void promoteNow() throws IOException {
        role.promoteNow();
    }

    @Override
    public String promotionRefusal() {
        return shards.stream()
                .map(shard -> shard.replication().promotionRefusal())
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
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

package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandWatch;
import io.tailrace.node.digest.StoreDigest;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.pubsub.Message;
import io.tailrace.node.pubsub.Subscriptions;
import io.tailrace.node.services.ClientInfo;
import io.tailrace.node.services.ReactorStats;
import io.tailrace.node.services.ReactorTotals;
import io.tailrace.node.services.ReplicationServices;
import io.tailrace.node.services.ShardServices;
import io.tailrace.node.services.UpkeepTotals;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.watch.CommandHistogram;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What a reactor tells and does for commands about the node. Owned by the reactor thread. */
final class ReactorServices implements ShardServices {
    /** No processor: {@link ReactorStats#cpu}. */
    private static final int UNPINNED = -1;

    private final Shard shard;
    private final CycleClock clock;
    private final Connections connections;
    private WaitEnd waiting;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final boolean HAS_THREAD_TIMES = THREADS.isCurrentThreadCpuTimeSupported();

    private final Subscriptions subscriptions;
    private final ReactorCounters counters;
    private final Maintenance maintenance;
    private final Supplier<List<PeerConnection>> peers;
    private Predicate<Runnable> inbox;
    private StoreDigest digest;
    private ReplicationServices replication;
    private boolean isLoading;
    private boolean isKeepingIdle;
    private Monitors monitors;
    private Invalidations invalidations;
    private CommandWatch watch;
    private Runnable tellSettings = () -> {};
    private long expiredBefore;
    private long evictedBefore;
    private long cutStepsBefore;
    private long expiryMicrosBefore;
    private int cpu = UNPINNED;

    ReactorServices(
            Shard shard,
            Connections connections,
            Subscriptions subscriptions,
            ReactorCounters counters,
            Maintenance maintenance,
            Supplier<List<PeerConnection>> peers) {
        this.shard = shard;
        clock = shard.clock();
        this.connections = connections;
        this.subscriptions = subscriptions;
        this.counters = counters;
        this.maintenance = maintenance;
        this.peers = peers;
    }

    /** Told by the reactor: what runs tasks of other threads on this one. */
    void inbox(Predicate<Runnable> newInbox) {
        inbox = newInbox;
        digest = new StoreDigest(shard, inbox);
    }

    Predicate<Runnable> inbox() {
        return inbox;
    }

    @Override
    public StoreDigest digest() {
        return digest;
    }

    void replication(ReplicationServices services) {
        replication = services;
    }

    void loading(boolean isUnderWay) {
        isLoading = isUnderWay;
    }

    void cpu(int pinnedTo) {
        cpu = pinnedTo;
    }

    @Override
    public Shard shard() {
        return shard;
    }

    @Override
    public boolean isLoading() {
        return isLoading;
    }

    @Override
    public void keepIdleClients(boolean isKeeping) {
        isKeepingIdle = isKeeping;
    }

    boolean isKeepingIdle() {
        return isKeepingIdle;
    }

    @Override
    public ReplicationServices replication() {
        return replication;
    }

    @Override
    public ReactorStats stats() {
        return new ReactorStats(
                connections.count(),
                (int) connections.all().stream()
                        .filter(connection -> connection.requests().isBlocked())
                        .count(),
                counters.connectionsReceived,
                counters.commands().calls(),
                counters.commandsPerSecond,
                counters.inputBytes,
                counters.outputBytes,
                counters.outputLimitClosed,
                maintenance.expiredKeys() - expiredBefore,
                shard.memory().evicted() - evictedBefore,
                cpu,
                totals());
    }

    /** Processor time of the thread that calls. */
    static long processorNanos() {
        return HAS_THREAD_TIMES ? THREADS.getCurrentThreadCpuTime() : 0;
    }

    private ReactorTotals totals() {
        // this runs on the reactor's thread
        long user = HAS_THREAD_TIMES ? THREADS.getCurrentThreadUserTime() : 0;
        long all = processorNanos();
        return new ReactorTotals(
                counters.commands().snapshot(),
                shard.transactions().lookups().hits(),
                shard.transactions().lookups().misses(),
                counters.connectionsRejected,
                counters.inputPerSecond,
                counters.outputPerSecond,
                counters.reads,
                counters.writes,
                isLoading ? 0 : shard.memory().peakBytes(),
                isLoading ? 0 : shard.memory().exceededMs(),
                isLoading ? 0 : shard.memory().exceedingMs(),
                user,
                Math.max(0, all - user),
                isLoading ? 0 : shard.store().access().seconds(),
                connections.memory().bytes(),
                connections.memory().evicted(),
                connections.recentInput(),
                connections.recentOutput(),
                maintenance.cutSteps() - cutStepsBefore,
                maintenance.expiryMicros() - expiryMicrosBefore,
                upkeep(),
                clock.meter().report());
    }

    private UpkeepTotals upkeep() {
        return new UpkeepTotals(
                counters.replyBuffers.shrinks(),
                counters.replyBuffers.expands(),
                isLoading ? 0 : shard.databases().freedValues(),
                isLoading ? 0 : shard.databases().droppedValues(),
                shard.counts().payloads(),
                isLoading ? 0 : maintenance.staleShare(),
                shard.counts().keysLoaded());
    }

    @Override
    public void resetStats() {
        counters.reset();
        maintenance.resetStaleShare();
        shard.counts().reset();
        if (!isLoading) {
            replication.resetCounts();
            shard.databases().resetFreedValues();
            shard.snapshots().resetCount();
            shard.log().resetDelayed();
            shard.memory().resetExceeded();
        }
        connections.memory().resetEvicted();
        shard.transactions().lookups().reset();
        watch.reset();
        clock.meter().reset();
        expiredBefore = maintenance.expiredKeys();
        evictedBefore = shard.memory().evicted();
        cutStepsBefore = maintenance.cutSteps();
        expiryMicrosBefore = maintenance.expiryMicros();
    }

    /** Gives who is shown every command, and what is noted of commands. */
    void watching(Monitors shown, CommandWatch times) {
        monitors = shown;
        watch = times;
    }

    /** Gives what tells clients of keys that change. */
    void invalidating(Invalidations telling) {
        invalidations = telling;
    }

    /** Tells of which shards there are services, before any is used. */
    void connect(List<ReactorServices> all) {
        monitors.connect(all.stream().map(ReactorServices::monitors).toList());
        invalidations.connect(all.stream().map(other -> other.invalidations).toList());
    }

    @Override
    public int trackingClients() {
        return (int) connections.all().stream()
                .map(connection -> connection.info().tracking())
                .filter(tracking -> tracking != null && tracking.isOn())
                .count();
    }

    @Override
    public boolean hasClient(long id) {
        return connections.of(id) != null;
    }

    Monitors monitors() {
        return monitors;
    }

    @Override
    public Map<String, CommandHistogram> commandTimes() {
        return watch.times();
    }

    @Override
    public void settingsChanged() {
        tellSettings.run();
    }

    /** @param task takes new settings over, on the reactor's thread */
    void onSettings(Runnable task) {
        tellSettings = task;
    }

    @Override
    public List<String> clientLines(Predicate<ClientInfo> filter) {
        long now = clock.steadyMs();
        Stream<String> clients = connections.all().stream()
                .filter(connection -> filter.test(connection.info()))
                .map(connection -> ClientLine.of(connection, now));
        Stream<String> nodes =
                peers.get().stream().filter(peer -> filter.test(peer.client())).map(peer -> ClientLine.of(peer, now));
        return Stream.concat(clients, nodes).toList();
    }

    @Override
    public int publish(Message message) {
        return subscriptions.publish(message);
    }

    @Override
    public int killClients(Predicate<ClientInfo> filter, long askingId) {
        List<Connection> killed = connections.all().stream()
                .filter(connection -> filter.test(connection.info()))
                .toList();
        for (Connection connection : killed) {
            if (connection.id() == askingId) {
                connection.closeAfterReply();
            } else {
                connection.close();
            }
        }
        List<PeerConnection> killedPeers =
                peers.get().stream().filter(peer -> filter.test(peer.client())).toList();
        killedPeers.forEach(PeerConnection::kill);
        return killed.size() + killedPeers.size();
    }

    /** Ends what a client waits for. */
    @FunctionalInterface
    interface WaitEnd {
        /** Returns whether it waited. */
        boolean unblock(long client, boolean isError);
    }

    /** Gives the commands that wait for keys, before the first cycle. */
    void waiting(WaitEnd commands) {
        waiting = commands;
    }

    @Override
    public boolean unblock(long client, boolean isError) {
        return waiting.unblock(client, isError)
                || connections.all().stream()
                        .filter(connection -> connection.id() == client)
                        .anyMatch(connection -> connection.session().unblock(isError));
    }
}

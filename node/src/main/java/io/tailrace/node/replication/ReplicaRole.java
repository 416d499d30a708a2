package io.tailrace.node.replication;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.WhileSyncing;
import io.tailrace.node.platform.Background.Work;
import io.tailrace.node.reactor.Reactor;
import io.tailrace.node.security.Security;
import io.tailrace.node.services.ReplicationServices.LinkInfo;
import io.tailrace.node.shard.Shard;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A shard's side towards the node it follows, if there is one: the link, and how old the data may be. Reactor thread. */
final class ReplicaRole implements LinkHost {
    private static final String LOADING = "LOADING Tailrace is loading the dataset in memory";
    private static final long RETRY_NANOS = 100_000;
    private static final long OPEN_EVERY_MS = 10;

    private final ReplicationContext context;
    private final ReplicationCounters counters;
    private final Supplier<NodeConfig> config;
    private final Consumer<String> disconnectReplicas;
    private final ReplicaStaleness staleness;
    /** Those that have begun, of this link or of others before it, and may still be under way in the background. */
    private final List<Resync> resyncs = new ArrayList<>();

    private ReplicaLink link;
    private boolean isStarted;
    private long lastTriedSteadyMs;

    /**
     * @param config as it is now
     * @param disconnectReplicas closes the connections of this node's own replicas, for a reason
     */
    ReplicaRole(
            ReplicationContext context,
            ReplicationCounters counters,
            Supplier<NodeConfig> config,
            Consumer<String> disconnectReplicas) {
        this.context = context;
        this.counters = counters;
        this.config = config;
        this.disconnectReplicas = disconnectReplicas;
        staleness = new ReplicaStaleness(context.shard().clock(), context.settings());
    }

    boolean isFollowing() {
        return link != null;
    }

    /** The link, or null. */
    ReplicaLink link() {
        return link;
    }

    /** Follows a primary from now on, and no other. */
    void follow(HostPort primary, ForceOrder order) {
        if (link == null) {
            staleness.forget();
        }
        unfollow();
        link = new ReplicaLink(this, primary, order);
        isStarted = false;
        start();
    }

    /** Once the log has no empty end; returns whether something was done. */
    private int start() {
        if (!shard().dropEmptySegments()) {
            return 0;
        }
        isStarted = true;
        link.start();
        return 1;
    }

    /** Follows no node from now on. */
    void unfollow() {
        if (link != null) {
            link.close();
            link = null;
        }
    }

    int doWork() {
        if (link == null) {
            return 0;
        }
        try {
            open();
            return isStarted ? link.doWork() : start();
        } catch (IOException e) {
            link.onFailure(e);
            return 1;
        }
    }

    /** New data is served as soon as the other shards have what it needs of them. */
    private void open() {
        long now = shard().clock().steadyMs();
        boolean isDue = shard().backlog().parts().isAhead() && now - lastTriedSteadyMs >= OPEN_EVERY_MS;
        if (isDue && meeting() != null) {
            lastTriedSteadyMs = now;
            meeting().open(shard().id(), hold());
        }
    }

    void onSecond() {
        resyncs.removeIf(Resync::hasEnded);
        if (link != null && isStarted) {
            try {
                link.onSecond();
            } catch (IOException e) {
                link.onFailure(e);
            }
        }
    }

    long maxBlockNanos() {
        return link == null ? Long.MAX_VALUE : staleness.maxBlockNanos();
    }

    /** Why reads must not be answered now, as an error without the dash, or null. */
    String readRefusal() {
        if (link == null) {
            return null;
        }
        boolean isHidden = !link.hasData() || link.isSyncing() && config.get().whileSyncing() == WhileSyncing.LOADING;
        return isHidden ? LOADING : staleness.refusal(shard().id());
    }

    /** How old the data may be, microseconds: 0 when no node is followed, -1 when that is not known. */
    long dataAgeMicros() {
        return link == null ? 0 : staleness.ageMicros();
    }

    /** {@link #dataAgeMicros} for a replica of this node, which will ask again. */
    long relayedAgeMicros() {
        staleness.relay();
        return dataAgeMicros();
    }

    LinkInfo info() {
        return link == null ? null : link.info();
    }

    void close() {
        if (link != null) {
            link.close();
        }
        resyncs.forEach(Resync::await);
    }

    @Override
    public void began(Resync resync) {
        resyncs.add(resync);
    }

    @Override
    public Shard shard() {
        return context.shard();
    }

    @Override
    public Reactor reactor() {
        return context.reactor();
    }

    @Override
    public PrimaryLocator locator() {
        return context.locator();
    }

    @Override
    public Security security() {
        return context.security();
    }

    @Override
    public String nodeId() {
        return context.nodeId();
    }

    @Override
    public int clientPort() {
        return config.get().announcedPort();
    }

    @Override
    public String announcedHost() {
        String announced = config.get().announcedHost();
        return announced.isEmpty() ? null : announced;
    }

    @Override
    public long silenceMs() {
        return config.get().replTimeout() * 1_000L;
    }

    @Override
    public PartMeeting meeting() {
        return context.meeting();
    }

    @Override
    public PartMeeting.Hold hold() {
        return context.hold();
    }

    @Override
    public ReplicaStaleness staleness() {
        return staleness;
    }

    @Override
    public ReplicationCounters counters() {
        return counters;
    }

    @Override
    public void disconnectReplicas(String reason) {
        disconnectReplicas.accept(reason);
    }

    @Override
    public void execute(Runnable task) {
        if (!reactor().execute(task)) {
            shard().settings()
                    .background()
                    .start("link-task-" + shard().id(), () -> reactor().execute(task) ? Work.OVER : RETRY_NANOS);
        }
    }
}

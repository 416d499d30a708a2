package io.tailrace.node.replication;

import io.tailrace.node.backlog.BacklogException;
import io.tailrace.node.config.LiveSettings;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.feed.FeedPages;
import io.tailrace.node.feed.FeedPlace;
import io.tailrace.node.platform.CycleCause;
import io.tailrace.node.reactor.EventLoop;
import io.tailrace.node.security.Security;
import io.tailrace.node.security.Users;
import io.tailrace.node.services.RefusedReplica;
import io.tailrace.node.services.ReplicaPlace;
import io.tailrace.node.services.ReplicationServices.ReplicaInfo;
import io.tailrace.node.shard.Shard;
import io.tailrace.wire.handshake.HandshakeRequest;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * A shard's side towards its replicas: their sessions, the pump, the log that is kept for them and what they acknowledge. A
 * replica that feeds others has one too. Owned by the shard's reactor thread.
 */
final class PrimaryRole implements SessionHost {
    private static final int SETTINGS_EVERY_CYCLES = 1_000;
    private static final long SENDING_TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** What the shard is besides. */
    interface Role {
        /** Whether the shard writes records of its own. */
        boolean ownsLog();

        /** Whether it gets ready to take over, which may be reverted: nothing of it goes to replicas. */
        boolean isPromotionPending();

        /** What is done with a replica that asks. */
        Decision evaluate(HandshakeRequest request);

        /** How old this node's own data may be, for a replica that asks and will ask again. */
        long relayedAgeMicros();
    }

    private final Shard shard;
    private final LiveSettings settings;
    private final Security security;
    private final Role role;
    private final ReplicationContext context;
    private final ReplicationCounters counters;
    private final List<Downstream> sessions = new CopyOnWriteArrayList<>();
    private final ShardAcks acks;
    private final SnapshotHolds holds = new SnapshotHolds();
    private final BacklogPolicy policy;
    private final FeedPages feedPages;
    private final DuplicateReplicaDetector duplicates = new DuplicateReplicaDetector();
    private final FaultLogLimiter faults;
    private final RefusedReplicas refusals = new RefusedReplicas();
    private final ReplicaAcceptor acceptor;
    private NodeConfig config;
    private int cycles;

    PrimaryRole(ReplicationContext context, ReplicationCounters counters, Role role) {
        shard = context.shard();
        settings = context.settings();
        security = context.security();
        this.context = context;
        this.counters = counters;
        this.role = role;
        config = settings.current();
        faults = new FaultLogLimiter(shard.id());
        acks = new ShardAcks(shard, settings, sessions);
        feedPages = new FeedPages(shard);
        policy = new BacklogPolicy(shard, settings, sessions, holds, role::ownsLog);
        acceptor = new ReplicaAcceptor(context.reactor(), security, this, sessions);
        shard.log().heldBy(policy);
        shard.heldSnapshots(holds::isHeld);
    }

    ReplicaAcceptor acceptor() {
        return acceptor;
    }

    ShardAcks acks() {
        return acks;
    }

    NodeConfig config() {
        return config;
    }

    /** Whether there is nothing to do in a cycle. */
    boolean isIdle() {
        return sessions.isEmpty() && acks.isIdle();
    }

    /** Connections to the replication port, of replicas and of unauthenticated peers. */
    List<Downstream> sessions() {
        return sessions;
    }

    /** Sends what there is to send; returns how much work that was. */
    int doWork() {
        if (++cycles >= SETTINGS_EVERY_CYCLES) {
            cycles = 0;
            config = settings.current();
        }
        return pump() + acks.poll();
    }

    /** Nothing that may be reverted goes to replicas: they wait until a pending promotion is over. */
    private int pump() {
        if (role.isPromotionPending()) {
            return 0;
        }
        int work = 0;
        for (int i = sessions.size() - 1; i >= 0; i--) {
            Downstream session = sessions.get(i);
            try {
                work += session.pump(config.pumpBudget(), config.replicaOutputLimit());
            } catch (IOException | BacklogException e) {
                session.onFailure(e);
            }
        }
        return work;
    }

    long maxBlockNanos() {
        return Math.min(acks.maxBlockNanos(), isSendingSnapshot() ? SENDING_TICK_NANOS : Long.MAX_VALUE);
    }

    /** What there is to send then comes by time, or from a file that another thread writes. */
    private boolean isSendingSnapshot() {
        for (int i = 0; i < sessions.size(); i++) {
            if (sessions.get(i).isSendingSnapshot()) {
                return true;
            }
        }
        return false;
    }

    void onSecond() {
        config = settings.current();
        acks.onSecond();
        for (Downstream session : role.isPromotionPending() ? List.<Downstream>of() : List.copyOf(sessions)) {
            session.onSecond(config.replicaOutputLimit());
            if (!session.isClosed() && session.supersededSteadyMs() >= 0) {
                duplicates.check(
                        session.id(),
                        session.address() + ":" + session.clientPort(),
                        session.supersededSteadyMs(),
                        session.lastHeardSteadyMs());
            }
        }
        policy.onSecond();
        feedPages.onSecond();
        faults.onSecond();
    }

    /** The same while the data is being loaded. */
    void onLoadingSecond() {
        List.copyOf(sessions).forEach(session -> session.onSecond(config.replicaOutputLimit()));
    }

    void closeSessions(String reason) {
        List.copyOf(sessions).forEach(session -> session.close(reason));
    }

    List<ReplicaInfo> replicas() {
        return sessions.stream()
                .filter(Downstream::isAttached)
                .map(Downstream::info)
                .toList();
    }

    List<ReplicaPlace> places() {
        return policy.places();
    }

    FeedPages feedPages() {
        return feedPages;
    }

    List<FeedPlace> feeds() {
        return policy.feeds();
    }

    List<RefusedReplica> refused() {
        return refusals.recent(shard.clock().steadyMs());
    }

    long slotsDropped() {
        return policy.dropped();
    }

    long logBytesPerSecond() {
        return policy.bytesPerSecond();
    }

    void close() {
        closeSessions("this node stops");
        policy.writeSlots();
    }

    @Override
    public Shard shard() {
        return shard;
    }

    @Override
    public EventLoop reactor() {
        return context.reactor();
    }

    @Override
    public Users users() {
        return security.users();
    }

    @Override
    public ReplicationCounters counters() {
        return counters;
    }

    @Override
    public FaultLogLimiter faults() {
        return faults;
    }

    @Override
    public RefusedReplicas refusals() {
        return refusals;
    }

    @Override
    public Decision evaluate(HandshakeRequest request) {
        return role.evaluate(request);
    }

    @Override
    public long silenceMs() {
        return settings.current().replTimeout() * 3_000L;
    }

    @Override
    public int clientPort() {
        return config.announcedPort();
    }

    @Override
    public boolean isFull() {
        return acceptor.isFull();
    }

    @Override
    public boolean ownsLog() {
        return role.ownsLog();
    }

    @Override
    public long snapshotBytesPerSecond() {
        long rate = settings.current().snapshotRate();
        if (rate == 0) {
            return 0;
        }
        int sending = 0;
        for (int i = 0; i < sessions.size(); i++) {
            sending += sessions.get(i).isSendingSnapshot() ? 1 : 0;
        }
        return Math.max(1, rate / config.shards().count() / Math.max(1, sending));
    }

    @Override
    public long relayedAgeMicros() {
        return role.relayedAgeMicros();
    }

    @Override
    public void onAttached(Downstream attached) {
        shard.clock().meter().note(CycleCause.REPLICA);
        policy.attached(attached.id());
        for (Downstream other : sessions) {
            if (other != attached && other.id().equals(attached.id())) {
                other.supersede();
            }
        }
    }

    @Override
    public void onSending(Downstream session, SnapshotSender snapshot) {
        holds.sending(session, session.id(), snapshot.id(), snapshot.beginIndex());
    }

    @Override
    public void onSynced(Downstream session) {
        holds.release(session.id());
    }

    @Override
    public void onAck() {
        acks.poll();
    }

    @Override
    public void onClosed(Downstream session) {
        sessions.remove(session);
        shard.clock().meter().note(CycleCause.REPLICA);
        if (context.reactor().loadStatus() != null) {
            return;
        }
        long untilSteadyMs = shard.clock().steadyMs() + config.reconnectWindow() * 1_000L;
        policy.lost(session, untilSteadyMs);
        holds.lost(session, session.id(), untilSteadyMs);
    }
}

package io.tailrace.node.replication;

import io.tailrace.node.backlog.BacklogException;
import io.tailrace.node.config.HostPort;
import io.tailrace.node.config.LiveSettings;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.WhileSyncing;
import io.tailrace.node.reactor.EventLoop;
import io.tailrace.node.reactor.Reactor;
import io.tailrace.node.reactor.ReactorAgent;
import io.tailrace.node.security.Security;
import io.tailrace.node.services.AckServices;
import io.tailrace.node.services.LoadStatus;
import io.tailrace.node.services.Probation;
import io.tailrace.node.services.ReplicaPlace;
import io.tailrace.node.services.ReplicationServices;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardData;
import io.tailrace.node.shard.ShardDirectory;
import io.tailrace.wire.fault.FaultPoint;
import io.tailrace.wire.handshake.HandshakeRequest;
import io.tailrace.wire.handshake.RefusalCode;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replication of one shard, both roles: the pump and the sessions of a primary, the link of a replica, and the change
 * from one to the other. Owned by the shard's reactor thread, which drives it once per duty cycle; without replicas that
 * costs one check.
 */
public final class ShardReplication implements ReactorAgent, ReplicationServices {
    private static final Logger LOG = LoggerFactory.getLogger(ShardReplication.class);
    private static final int MAX_REPLICAS = 64;
    private static final int MAX_HANDSHAKES = 64;
    private static final int SETTINGS_EVERY = 1_000;
    private static final long SHIPPING_TICK_NANOS = 2_000_000;
    private static final String LOADING = "LOADING Tailrace is loading the dataset in memory";

    private final Reactor reactor;
    private final Shard shard;
    private final LiveSettings settings;
    private final String nodeId;
    private final PrimaryLocator locator;
    private final Security security;
    private final List<ReplicaSession> sessions = new ArrayList<>();
    private final ShardAcks acks;
    private final Freshness freshness;
    private final SnapshotHolds holds = new SnapshotHolds();
    private final BacklogPolicy policy;
    private final CopiedReplicas copied = new CopiedReplicas();
    private Consumer<HostPort> onForceDone = primary -> {};
    private NodeConfig config;
    private ReplicaLink link;
    private Probation probation;
    private final MiddleNode middle;
    private final PeerFaults faults;
    private int cycles;
    private long fullSyncs;
    private long partialSyncs;
    private long resumedSyncs;
    private long refused;
    private long outputLimitClosed;
    private long rewinds;
    private long lostWrites;
    private String lostWritesFile = "";

    public ShardReplication(
            Reactor reactor, LiveSettings settings, String nodeId, PrimaryLocator locator, Security security) {
        this.reactor = reactor;
        this.shard = reactor.shard();
        this.settings = settings;
        this.nodeId = nodeId;
        this.locator = locator;
        this.security = security;
        config = settings.current();
        middle = new MiddleNode(shard, () -> link);
        faults = new PeerFaults(shard.id());
        acks = new ShardAcks(shard, settings, sessions);
        freshness = new Freshness(shard.clock(), settings);
        policy = new BacklogPolicy(shard, settings, sessions, holds, this::isPrimary);
        shard.heldBy(policy);
        shard.heldSnapshots(holds::isHeld);
    }

    /** The shard's data is loaded, and it is a primary's. */
    public void beginAsPrimary() {
        forgetRest();
    }

    /** Begins to accept replicas, before the first cycle; as long as the data is being loaded they are told to come again. */
    public void listen(ServerSocketChannel listener) throws IOException {
        reactor.register(listener, SelectionKey.OP_ACCEPT, new ReplicaListener(this, listener));
    }

    Shard shard() {
        return shard;
    }

    EventLoop reactor() {
        return reactor;
    }

    String nodeId() {
        return nodeId;
    }

    PrimaryLocator locator() {
        return locator;
    }

    Security security() {
        return security;
    }

    int clientPort() {
        return config.announcedPort();
    }

    boolean isOwnNode(String otherNodeId) {
        return nodeId.equals(otherNodeId);
    }

    void accept(SocketChannel channel) {
        if (isProtectedFrom(channel)) {
            sendAway(channel);
            return;
        }
        makeRoomForOne();
        PeerChannel peer = new PeerChannel(channel, security.replicationTls(), true);
        try {
            ReplicaSession session = new ReplicaSession(this, peer);
            peer.register(reactor, SelectionKey.OP_READ, session);
            sessions.add(session);
        } catch (IOException e) {
            peer.close();
            LOG.info("shard {}: a replica's connection failed at once: {}", shard.id(), e.getMessage());
        }
    }

    private boolean isProtectedFrom(SocketChannel channel) {
        try {
            if (!security.isProtectedFrom(channel.getRemoteAddress())) {
                return false;
            }
            if (security.replicationTls() != null) {
                return true;
            }
            String line = "-" + RefusalCode.DENIED + " " + Security.protectedReason() + "\r\n";
            channel.configureBlocking(false);
            channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            LOG.debug("refusing", e);
        }
        return true;
    }

    private void sendAway(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("closing", e);
        }
    }

    /** A replica says at once who it is: where many don't, the one that has been silent for longest goes. */
    private void makeRoomForOne() {
        ReplicaSession oldest = null;
        int strangers = 0;
        for (int i = sessions.size() - 1; i >= 0; i--) {
            if (!sessions.get(i).isAttached()) {
                strangers++;
                oldest = sessions.get(i);
            }
        }
        if (strangers >= MAX_HANDSHAKES) {
            oldest.close("it did not say who it is before " + MAX_HANDSHAKES + " others came");
        }
    }

    /** Whether no more replicas may attach. */
    boolean isFull() {
        return sessions.stream().filter(ReplicaSession::isAttached).count() >= MAX_REPLICAS;
    }

    /** Connections to the replication port, of replicas and of strangers. */
    int sessionCount() {
        return sessions.size();
    }

    PeerFaults faults() {
        return faults;
    }

    /** Tells whom to tell, in the background, when a shard that was to throw its data away for a primary follows it. */
    public void onForceDone(Consumer<HostPort> listener) {
        onForceDone = listener;
    }

    void forceDone(HostPort primary) {
        shard.settings().background().run("force-done-" + shard.id(), () -> onForceDone.accept(primary));
    }

    /** What is done with a replica that asks. */
    HandshakeJudge.Verdict judge(HandshakeRequest request) {
        LoadStatus loading = reactor.loadStatus();
        if (loading != null) {
            String how = loading.text(shard.clock().millis());
            return HandshakeJudge.Verdict.refuse(RefusalCode.LOADING, "this node is loading its data: " + how);
        }
        return isPrimary() ? HandshakeJudge.judge(shard, request) : middle.judge(request);
    }

    /** This shard's own link is down: see {@link MiddleNode}. */
    void onLinkDown() {
        closeSessions("this node's own link is down");
    }

    /** Becomes a replica, or follows another primary. Replicas of this node are sent away. */
    public void follow(HostPort primary, boolean isForced) {
        if (link == null) {
            acks.demoted();
            freshness.forget();
        }
        closeSessions("this node follows another now");
        if (link != null) {
            link.close();
        }
        probation = null;
        shard.hold(false);
        try {
            shard.dropEmptySegments();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        link = new ReplicaLink(this, primary, isForced);
        link.start();
    }

    @Override
    public void promote(String historyId) {
        if (isPrimary()) {
            return;
        }
        probation = null;
        beginHistory(historyId);
    }

    /**
     * Gets ready to take over from the primary, of which this shard stays a replica to everybody as long as the probation
     * is pending: the new history begins, and is on the disk.
     *
     * @param index the shard must be at, or {@link QueueIndex#NONE} for anywhere
     * @return null, or why not; then nothing has changed
     */
    public String takeOnProbation(Probation offer, String fromNode, long index) {
        if (link == null || !link.isStreaming() || !fromNode.equals(link.primaryId())) {
            return "shard " + shard.id() + " does not follow that node";
        }
        long last = shard.backlog().lastIndex();
        if (index != QueueIndex.NONE && index != last) {
            return "shard " + shard.id() + " is at " + QueueIndex.toString(last) + " and not at "
                    + QueueIndex.toString(index);
        }
        if (!shard.backlog().canOpenSegment()) {
            return "the log of shard " + shard.id() + " can't grow";
        }
        probation = offer;
        beginHistory(offer.history());
        return null;
    }

    private boolean isOnProbation() {
        return probation != null && probation.isPending();
    }

    /** What the primary that this shard follows calls itself, or null as long as it never said. */
    public String primaryId() {
        return link == null ? null : link.primaryId();
    }

    private void beginHistory(String historyId) {
        if (link != null) {
            link.close();
            link = null;
        }
        forgetRest();
        shard.beginHistory(historyId);
        FaultPoint.PROMOTION_BEGUN.hit();
        shard.backlog().force();
        LOG.info(
                "shard {}: promoted, history {} begins at {}",
                shard.id(),
                historyId,
                QueueIndex.toString(shard.backlog().lastIndex()));
    }

    /** What a full sync left that was broken off is of no use to a primary. */
    private void forgetRest() {
        try {
            LinkSync.deleteRest(shard);
        } catch (IOException e) {
            LOG.warn(
                    "shard {}: can't delete {}: {}",
                    shard.id(),
                    shard.directory().incoming(),
                    e.getMessage());
        }
    }

    /** Throws this shard's data away, before another history is followed from its first record. */
    void discardData() throws IOException {
        if (shard.backlog().isEmpty()) {
            return;
        }
        ShardDirectory next = shard.directory().createNext();
        ShardData empty = shard.emptyData(next);
        try {
            next.putInForce();
        } catch (IOException e) {
            empty.close();
            throw e;
        }
        closeSessions("this node throws its data away");
        ShardData old = shard.replace(empty);
        shard.settings().background().run("discard-" + shard.id(), () -> {
            old.close();
            try {
                old.directory().delete();
            } catch (IOException e) {
                LOG.warn("shard {}: can't delete {}: {}", shard.id(), old.directory(), e.getMessage());
            }
        });
    }

    /** Runs a task in a cycle of the reactor; any thread. */
    void execute(Runnable task) {
        reactor.execute(task);
    }

    @Override
    public int doWork() {
        if (sessions.isEmpty() && link == null && acks.isIdle()) {
            return 0;
        }
        if (++cycles >= SETTINGS_EVERY) {
            cycles = 0;
            config = settings.current();
        }
        int work = pump();
        if (link != null) {
            try {
                work += link.doWork();
            } catch (IOException e) {
                link.onFailure(e);
            }
        }
        return work + acks.poll();
    }

    @Override
    public void onLoadingSecond() {
        List.copyOf(sessions).forEach(session -> session.onSecond(config.replicaOutputLimit()));
    }

    @Override
    public long maxBlockNanos() {
        long probing = link == null ? Long.MAX_VALUE : freshness.maxBlockNanos();
        long shipping = isShipping() ? SHIPPING_TICK_NANOS : Long.MAX_VALUE;
        return Math.min(acks.maxBlockNanos(), Math.min(probing, shipping));
    }

    /** What there is to send then comes by time, or from a file that another thread writes. */
    private boolean isShipping() {
        for (int i = 0; i < sessions.size(); i++) {
            if (sessions.get(i).isShipping()) {
                return true;
            }
        }
        return false;
    }

    /** Nothing that may be taken back goes to replicas: they wait for the end of a probation. */
    private int pump() {
        if (isOnProbation()) {
            return 0;
        }
        int work = 0;
        for (int i = sessions.size() - 1; i >= 0; i--) {
            ReplicaSession session = sessions.get(i);
            try {
                work += session.pump(config.pumpBudget(), config.replicaOutputLimit());
            } catch (IOException | BacklogException e) {
                session.onFailure(e);
            }
        }
        return work;
    }

    @Override
    public void onSecond() {
        config = settings.current();
        acks.onSecond();
        for (ReplicaSession session : isOnProbation() ? List.<ReplicaSession>of() : List.copyOf(sessions)) {
            session.onSecond(config.replicaOutputLimit());
            if (!session.isClosed() && session.supersededMillis() >= 0) {
                copied.look(
                        session.id(),
                        session.address() + ":" + session.clientPort(),
                        session.supersededMillis(),
                        session.lastHeardMillis());
            }
        }
        policy.onSecond();
        faults.onSecond();
        if (link != null) {
            try {
                link.onSecond();
            } catch (IOException e) {
                link.onFailure(e);
            }
        }
    }

    /** A replica is attached, by records or by a snapshot: it holds its place itself. */
    void onAttached(ReplicaSession attached) {
        policy.attached(attached.id());
        for (ReplicaSession other : sessions) {
            if (other != attached && other.id().equals(attached.id())) {
                other.supersede();
            }
        }
    }

    /** A replica begins to be sent a snapshot, or goes on. */
    void onShipping(ReplicaSession session, Shipment shipment) {
        holds.shipping(session, session.id(), shipment.id(), shipment.beginIndex());
        if (shipment.isResumed()) {
            resumedSyncs++;
        } else {
            fullSyncs++;
        }
    }

    /** A replica has what a snapshot was to give it, and follows. */
    void onSynced(ReplicaSession session) {
        holds.release(session.id());
    }

    /** How many bytes of a snapshot a second each replica may be sent that is being sent one; 0 for no limit. */
    long snapshotRate() {
        long rate = config.snapshotRate();
        if (rate == 0) {
            return 0;
        }
        int shipping = 0;
        for (int i = 0; i < sessions.size(); i++) {
            shipping += sessions.get(i).isShipping() ? 1 : 0;
        }
        return Math.max(1, rate / config.shards() / Math.max(1, shipping));
    }

    void onAck() {
        acks.poll();
    }

    void onClosed(ReplicaSession session) {
        sessions.remove(session);
        if (reactor.services().isLoading()) {
            return;
        }
        long untilMillis = shard.clock().steadyMillis() + config.reconnectWindow() * 1_000L;
        policy.lost(session, untilMillis);
        holds.lost(session, session.id(), untilMillis);
    }

    void closeSessions(String reason) {
        List.copyOf(sessions).forEach(session -> session.close(reason));
    }

    @Override
    public AckServices acks() {
        return acks;
    }

    @Override
    public boolean isPrimary() {
        return link == null && (probation == null || probation.isConfirmed());
    }

    @Override
    public String readRefusal() {
        if (link == null) {
            return null;
        }
        boolean isHidden = !link.hasData() || link.isSyncing() && config.whileSyncing() == WhileSyncing.LOADING;
        return isHidden ? LOADING : freshness.refusal(shard.id());
    }

    @Override
    public long dataAgeMicros() {
        return link == null ? 0 : freshness.ageMicros();
    }

    /** {@link #dataAgeMicros} for a replica of this node, which will ask again. */
    long relayedAgeMicros() {
        freshness.relay();
        return dataAgeMicros();
    }

    Freshness freshness() {
        return freshness;
    }

    @Override
    public List<ReplicaInfo> replicas() {
        return sessions.stream()
                .filter(ReplicaSession::isAttached)
                .map(ReplicaSession::info)
                .toList();
    }

    @Override
    public List<ReplicaPlace> places() {
        return policy.places();
    }

    @Override
    public LinkInfo link() {
        return link == null ? null : link.info();
    }

    @Override
    public long slotsDropped() {
        return policy.dropped();
    }

    @Override
    public long logBytesPerSecond() {
        return policy.bytesPerSecond();
    }

    @Override
    public long fullSyncs() {
        return fullSyncs;
    }

    @Override
    public long resumedSyncs() {
        return resumedSyncs;
    }

    @Override
    public long partialSyncs() {
        return partialSyncs;
    }

    @Override
    public long outputLimitClosed() {
        return outputLimitClosed;
    }

    @Override
    public long refused() {
        return refused;
    }

    void countFullSync() {
        fullSyncs++;
    }

    void countResumedSync() {
        resumedSyncs++;
    }

    void countPartialSync() {
        partialSyncs++;
    }

    void countRefused() {
        refused++;
    }

    /** Records that nobody else had were taken back; the count is of those that were writes. */
    void countRewind(long records) {
        rewinds++;
        lostWrites += records;
    }

    /** Where the writes that were last taken back are saved. */
    void savedLostWrites(Path file) {
        lostWritesFile = file.toString();
    }

    @Override
    public Rewinds rewinds() {
        return new Rewinds(rewinds, lostWrites, lostWritesFile);
    }

    void countOutputLimitClosed() {
        outputLimitClosed++;
    }

    @Override
    public void close() {
        closeSessions("this node stops");
        policy.writeSlots();
        if (link != null) {
            link.close();
            link.await();
        }
    }
}

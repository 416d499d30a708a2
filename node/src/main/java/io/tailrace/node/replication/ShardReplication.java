package io.tailrace.node.replication;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.feed.FeedPages;
import io.tailrace.node.feed.FeedPlace;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.platform.CycleStep;
import io.tailrace.node.reactor.ReactorAgent;
import io.tailrace.node.services.AckServices;
import io.tailrace.node.services.LoadStatus;
import io.tailrace.node.services.PendingPromotion;
import io.tailrace.node.services.RefusedReplica;
import io.tailrace.node.services.ReplicaPlace;
import io.tailrace.node.services.ReplicationServices;
import io.tailrace.node.shard.Shard;
import io.tailrace.wire.handshake.HandshakeRequest;
import io.tailrace.wire.handshake.RefusalCode;
import io.tailrace.wire.record.QueueIndex;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replication of one shard: which role it has, and the change from one to the other. Owned by the shard's reactor thread,
 * which drives it once per duty cycle; without replicas that costs one check.
 */
public final class ShardReplication implements ReactorAgent, ReplicationServices {
    private static final Logger LOG = LoggerFactory.getLogger(ShardReplication.class);

    private final ReplicationContext context;
    private final Shard shard;
    private final ReplicationCounters counters = new ReplicationCounters();
    private final PrimaryRole primary;
    private final ReplicaRole replica;
    private final CascadingReplica cascading;
    private final ShardPromotion promotion;
    private PendingPromotion pending;
    /** Why the log could not begin a history, or null: as the disk thread found it a second or two ago. Read by any thread. */
    private volatile String noRoom;

    public ShardReplication(ReplicationContext context) {
        this.context = context;
        shard = context.shard();
        primary = new PrimaryRole(context, counters, new Role());
        replica = new ReplicaRole(context, counters, primary::config, primary::closeSessions);
        promotion = new ShardPromotion(shard);
        cascading = new CascadingReplica(shard, replica::link);
    }

    private final class Role implements PrimaryRole.Role {
        @Override
        public boolean ownsLog() {
            return ShardReplication.this.ownsLog();
        }

        @Override
        public boolean isPromotionPending() {
            return pending != null && pending.isPending();
        }

        @Override
        public Decision evaluate(HandshakeRequest request) {
            LoadStatus loading = context.reactor().loadStatus();
            if (loading != null) {
                String how = loading.text(shard.clock().epochMs());
                return Decision.refuse(RefusalCode.LOADING, "this node is loading its data: " + how);
            }
            return ownsLog() ? HandshakeEvaluator.evaluate(shard, request) : cascading.evaluate(request);
        }

        @Override
        public long relayedAgeMicros() {
            return replica.relayedAgeMicros();
        }
    }

    /**
     * The shard's data is loaded, and it is a primary's.
     *
     * @param dueHistory that the log has no room for yet and which begins once it has, or null
     */
    public void beginAsPrimary(String dueHistory) {
        if (dueHistory != null) {
            promotion.isDue(dueHistory);
        }
        discardPartialSync();
    }

    /** Begins to accept replicas, before the first cycle; as long as the data is being loaded they are told to come again. */
    public void listen(ServerSocketChannel listener) throws IOException {
        primary.acceptor().listen(listener);
    }

    /**
     * Becomes a replica, or follows another primary. Replicas of this node are disconnected.
     *
     * @param order to give this shard's data up for what the primary has, or null
     */
    public void follow(HostPort followed, ForceOrder order) {
        if (!replica.isFollowing()) {
            primary.acks().demoted();
        }
        primary.closeSessions("this node follows another now");
        pending = null;
        promotion.cancel();
        shard.log().hold(false);
        replica.follow(followed, order);
    }

    /**
     * Makes this shard a primary, with a history of its own from here on, if it is none: in the next cycles, {@link ShardPromotion} says
     * how. Where the log has no room for it, which {@link #promotionRefusal} tells beforehand but for what fills the disk since, the
     * shard follows no node any more, takes no writes, and begins the history once there is room.
     *
     * @param listener hears null once clients may write, or why they can't yet
     */
    public void promote(String historyId, Consumer<String> listener) {
        if (acceptsClientWrites()) {
            listener.accept(null);
            return;
        }
        pending = null;
        if (promotion.isUnderWay(historyId)) {
            promotion.await(listener);
        } else {
            promotion.cancel();
            beginHistory(historyId, listener);
        }
    }

    /** Where parts of transactions meet; null with one shard. */
    PartMeeting meeting() {
        return context.meeting();
    }

    /** Why this shard, or no shard of the node, may be promoted now, as an error without the dash, or null. Any thread. */
    public String promotionRefusal() {
        String refusal = context.meeting() == null ? null : context.meeting().promotionRefusal();
        String room = noRoom;
        return refusal != null || room == null
                ? refusal
                : "MISCONF this node can't be promoted: shard " + shard.id() + ": " + room
                        + ". It stays a replica; make room on the disk and repeat this";
    }

    private void lookForRoom() {
        noRoom = replica.isFollowing() ? shard.backlog().growth().refusalOfNext() : null;
    }

    /**
     * Gets ready to take over from the primary, of which this shard stays a replica to everybody as long as the promotion
     * is pending: the new history begins, and is on the disk.
     *
     * @param index the shard must be at, or {@link QueueIndex#NONE} for anywhere
     * @param listener hears null when it is ready, or why it can't be; it may have left the primary then
     */
    public void preparePromotion(PendingPromotion offer, String fromNode, long index, Consumer<String> listener) {
        String refusal = promotionRefusal(fromNode, index);
        if (refusal != null) {
            listener.accept(refusal);
            return;
        }
        pending = offer;
        beginHistory(offer.history(), listener);
    }

    private String promotionRefusal(String fromNode, long index) {
        ReplicaLink link = replica.link();
        if (link == null || !link.isStreaming() || !fromNode.equals(link.primaryId())) {
            return "shard " + shard.id() + " does not follow that node";
        }
        long last = shard.backlog().lastIndex();
        if (index != QueueIndex.NONE && index != last) {
            return "shard " + shard.id() + " is at " + QueueIndex.toString(last) + " and not at "
                    + QueueIndex.toString(index);
        }
        if (!shard.backlog().growth().canOpenNext()) {
            return "the log of shard " + shard.id() + " can't grow";
        }
        return null;
    }

    /** What the primary that this shard follows calls itself, or null as long as it never said. */
    public String primaryId() {
        return replica.isFollowing() ? replica.link().primaryId() : null;
    }

    private void beginHistory(String historyId, Consumer<String> listener) {
        replica.unfollow();
        discardPartialSync();
        promotion.begin(historyId, listener);
    }

    /** What a full sync left that was broken off is not needed by a primary. */
    private void discardPartialSync() {
        try {
            FullSync.discardPartial(shard);
        } catch (IOException e) {
            LOG.warn(
                    "shard={}: can't delete {}: {}",
                    shard.id(),
                    shard.directory().incoming(),
                    e.getMessage());
        }
    }

    PrimaryRole primary() {
        return primary;
    }

    ReplicaRole replica() {
        return replica;
    }

    @Override
    public int doWork() {
        if (primary.isIdle() && !replica.isFollowing() && !promotion.isUnderWay()) {
            return 0;
        }
        CycleClock clock = shard.clock();
        int pumped = primary.doWork();
        if (pumped > 0) {
            clock.meter().mark(CycleStep.PUMP, clock.refreshSteadyMicros());
        }
        int applied = replica.doWork();
        if (applied > 0) {
            clock.meter().mark(CycleStep.APPLY, clock.refreshSteadyMicros());
        }
        if (noRoom == null && shard.backlog().growth().isRefused()) {
            lookForRoom();
        }
        return pumped + applied + (promotion.poll() ? 1 : 0);
    }

    @Override
    public long maxBlockNanos() {
        return Math.min(primary.maxBlockNanos(), replica.maxBlockNanos());
    }

    @Override
    public void onSecond() {
        primary.onSecond();
        replica.onSecond();
        counters.onSecond();
        lookForRoom();
        if (replica.isFollowing()) {
            shard.backlog().growth().lookAhead();
        }
        promotion.onSecond();
    }

    @Override
    public void onLoadingSecond() {
        primary.onLoadingSecond();
    }

    @Override
    public AckServices acks() {
        return primary.acks();
    }

    @Override
    public boolean ownsLog() {
        return acceptsClientWrites();
    }

    @Override
    public boolean acceptsClientWrites() {
        return !replica.isFollowing() && !promotion.isUnderWay() && (pending == null || pending.isConfirmed());
    }

    @Override
    public String roomRefusal() {
        return promotion.lacksRoom() ? shard.backlog().growth().refusalOfNext() : null;
    }

    @Override
    public boolean isBeingPromoted() {
        return promotion.isUnderWay();
    }

    @Override
    public boolean expiresKeys() {
        return acceptsClientWrites();
    }

    @Override
    public String readRefusal() {
        return replica.readRefusal();
    }

    @Override
    public long dataAgeMicros() {
        return replica.dataAgeMicros();
    }

    @Override
    public List<ReplicaInfo> replicas() {
        return primary.replicas();
    }

    @Override
    public List<ReplicaPlace> places() {
        return primary.places();
    }

    @Override
    public FeedPages feedPages() {
        return primary.feedPages();
    }

    @Override
    public List<FeedPlace> feeds() {
        return primary.feeds();
    }

    @Override
    public List<RefusedReplica> refusedReplicas() {
        return primary.refused();
    }

    @Override
    public LinkInfo link() {
        return replica.info();
    }

    @Override
    public long slotsDropped() {
        return primary.slotsDropped();
    }

    @Override
    public long logBytesPerSecond() {
        return primary.logBytesPerSecond();
    }

    @Override
    public long fullSyncs() {
        return counters.fullSyncs();
    }

    @Override
    public long resumedSyncs() {
        return counters.resumedSyncs();
    }

    @Override
    public long partialSyncs() {
        return counters.partialSyncs();
    }

    @Override
    public GrantedSyncs grantedSyncs() {
        return counters.granted();
    }

    @Override
    public Traffic traffic() {
        return counters.traffic();
    }

    @Override
    public void resetCounts() {
        counters.reset();
    }

    @Override
    public long outputLimitClosed() {
        return counters.outputLimitClosed();
    }

    @Override
    public long refused() {
        return counters.refused();
    }

    @Override
    public Rewinds rewinds() {
        return counters.rewinds();
    }

    @Override
    public void close() {
        primary.close();
        replica.close();
    }
}

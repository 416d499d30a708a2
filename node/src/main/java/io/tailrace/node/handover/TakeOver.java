package io.tailrace.node.handover;

import io.tailrace.node.role.NodeRole;
import io.tailrace.node.role.ShardHandle;
import io.tailrace.node.role.ShardTasks;
import io.tailrace.node.services.HandoverServices.PromotionOffer;
import io.tailrace.node.services.NodeServices;
import io.tailrace.node.services.PendingPromotion;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The target's side of a planned handover; the primary's is {@link Handover}. Owned by the first shard's thread.
 *
 * <pre>
 *  this node      event                                                    becomes
 *  replica        TAKE: every shard streams from that primary and stands
 *                 at the index; opens the new history there                pending
 *                 TAKE otherwise, or of an offer that was refused before   replica; refused forever
 *  pending        CONFIRM: the role is on the disk                         primary
 *                 the connection closes, 10 s, ABANDON, OUTCOME, no disk   replica: the opening is reverted
 *                 REPLICAOF                                                what it says
 *  primary        a crash                                                  primary
 *  pending        a crash                                                  replica: the disk knows of nothing else
 * </pre>
 *
 * <p>While its promotion is pending the node is a replica to its clients: it answers reads, and writes with -READONLY. Its own replicas get
 * nothing of the new history before it is confirmed.
 */
final class TakeOver {
    private static final Logger LOG = LoggerFactory.getLogger(TakeOver.class);
    private static final long MAX_MS = 10_000;
    private static final int REMEMBERED = 16;

    private final NodeServices node;
    private final NodeRole role;
    private final ShardTasks tasks;
    private final List<? extends ShardHandle> shards;
    /** The last offers that this node must never accept, whenever it reads them. */
    private final Deque<String> refused = new ArrayDeque<>();

    private PendingPromotion pending;
    private BooleanSupplier isGone;
    private long endSteadyMs;

    TakeOver(NodeServices node, NodeRole role, ShardTasks tasks, List<? extends ShardHandle> shards) {
        this.node = node;
        this.role = role;
        this.tasks = tasks;
        this.shards = shards;
    }

    void take(PromotionOffer offer, Consumer<String> answer) {
        PendingPromotion next = new PendingPromotion(offer.history());
        if (!offer.to().equals(node.nodeId())) {
            answer.accept(refuse(offer.history(), "this is not that node"));
        } else if (refused.contains(offer.history())) {
            answer.accept(refuse(offer.history(), "this offer is over"));
        } else if (!role.offer(next)) {
            answer.accept(refuse(offer.history(), "this node is a primary, or takes over already"));
        } else {
            pending = next;
            isGone = offer.isGone();
            endSteadyMs = nowSteadyMs() + MAX_MS;
            tasks.<String>gatherLater(
                    (shard, ready) -> take(shard, next, offer, ready),
                    refusals -> answer.accept(taken(next, refusals)));
        }
    }

    private void take(ShardHandle shard, PendingPromotion next, PromotionOffer offer, Consumer<String> ready) {
        if (!next.isPending()) {
            ready.accept("it is over");
            return;
        }
        long index = offer.indexes()[shard.reactor().shard().id()];
        shard.replication().preparePromotion(next, offer.from(), index, ready);
    }

    private String taken(PendingPromotion next, List<String> refusals) {
        String refusal = refusals.stream().filter(Objects::nonNull).findFirst().orElse(null);
        if (refusal != null || !next.isPending()) {
            return revert(next, refusal == null ? "it is over" : refusal);
        }
        return "+TAKEN";
    }

    String confirm(String history) {
        PendingPromotion now = pending;
        if (now == null || !now.history().equals(history)) {
            return refuse(history, "there is no such offer");
        }
        String refusal = now.isConfirmed() ? null : role.confirm(now);
        if (refusal != null) {
            return revert(now, refusal);
        }
        LOG.info("history={}: took over as planned: this node is the primary", history);
        return "+PRIMARY";
    }

    String abandon(String history) {
        PendingPromotion now = pending;
        if (now != null && now.history().equals(history)) {
            return revert(now, "abandoned");
        }
        return refuse(history, "there is no such offer");
    }

    String outcome(String history, String from) {
        if (node.primary() == null) {
            return "+PRIMARY";
        }
        if (pending != null && pending.isPending()) {
            revert(pending, "the primary asks for its outcome");
        }
        refuse(history, "");
        String followed = shards.get(0).replication().primaryId();
        if (followed == null) {
            return "+UNKNOWN";
        }
        return followed.equals(from) ? "+FOLLOWS-YOU" : "+FOLLOWS-OTHER";
    }

    void onSecond() {
        if (pending != null && pending.isPending()) {
            if (isGone.getAsBoolean()) {
                revert(pending, "the primary closed the connection");
            } else if (nowSteadyMs() >= endSteadyMs) {
                revert(pending, "the primary did not confirm it in " + MAX_MS + " ms");
            }
        }
    }

    private long nowSteadyMs() {
        return shards.get(0).reactor().clock().steadyMs();
    }

    private String revert(PendingPromotion over, String reason) {
        if (over.isPending()) {
            LOG.warn("refused to take over, still following the primary: {}", reason);
        }
        role.revert(over);
        return refuse(over.history(), reason);
    }

    /** Never accepts this offer from now on; what is said. */
    private String refuse(String history, String reason) {
        if (!refused.contains(history)) {
            refused.add(history);
            if (refused.size() > REMEMBERED) {
                refused.remove();
            }
        }
        return Handover.REFUSED + reason;
    }
}

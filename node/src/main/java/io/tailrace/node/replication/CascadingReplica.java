package io.tailrace.node.replication;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.shard.Shard;
import io.tailrace.wire.handshake.HandshakeRequest;
import io.tailrace.wire.handshake.RefusalCode;
import java.util.function.Supplier;

/**
 * Whether a shard may feed the replica that asks: a primary always, a replica while its own link streams. Owned by the
 * shard's reactor thread.
 *
 * <p>When the link of a replica goes down, or it is told to follow another node, its own replicas are disconnected first. So
 * a node that feeds others has been fed for longer than they have, and nodes that follow each other in a circle can't all
 * have a link that is up: no node has to know the whole chain. What they are told says why, and a replica's link is up
 * exactly when there is a primary at the other end.
 */
final class CascadingReplica {
    /** This node's own link. */
    interface UpstreamLink {
        HostPort primary();

        /** What the primary calls itself, or null as long as it never said. */
        String primaryId();

        /** Whether records come, and not to complete a first sync. */
        boolean isStreaming();
    }

    private final Shard shard;
    private final Supplier<? extends UpstreamLink> link;

    /** @param link the shard's own to its primary, null for none */
    CascadingReplica(Shard shard, Supplier<? extends UpstreamLink> link) {
        this.shard = shard;
        this.link = link;
    }

    /** What is done with a replica that asks a node that is one itself. */
    Decision evaluate(HandshakeRequest request) {
        UpstreamLink own = link.get();
        if (own == null) {
            return loading("this node is just taking over from its primary");
        }
        if (request.replicaId().equals(own.primaryId())) {
            return Decision.refuse(
                    RefusalCode.NOTPRIMARY,
                    "this node is a replica of the very one that asks: a circle would have no primary");
        }
        if (!own.isStreaming()) {
            return loading("this node is a replica itself, and its link to " + own.primary() + " is not up");
        }
        Decision decision = HandshakeEvaluator.evaluate(shard, request);
        boolean mayBeEarly = decision.code() == RefusalCode.FUTURE || decision.code() == RefusalCode.FOREIGN;
        return mayBeEarly
                ? loading(decision.reason() + "; this node is a replica itself and may just not have it yet")
                : decision;
    }

    /** For the moment: what is missing here may come yet, so no replica is told to discard anything. */
    private static Decision loading(String reason) {
        return Decision.refuse(RefusalCode.LOADING, reason);
    }
}

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
 * <p>When the link of a replica goes down, or it is told to follow another node, the replicas that it feeds are sent away
 * before. So whoever feeds has been fed for longer than those it feeds, and nodes that follow each other in a circle can't
 * all have a link that is up: nobody has to know the whole chain. What they are told says why, and a replica's link is up
 * exactly when there is a primary at the other end.
 */
final class MiddleNode {
    /** This node's own link. */
    interface Upstream {
        HostPort primary();

        /** What the primary calls itself, or null as long as it never said. */
        String primaryId();

        /** Whether records come, and not to complete a first sync. */
        boolean isStreaming();
    }

    private final Shard shard;
    private final Supplier<? extends Upstream> link;

    /** @param link the shard's own to its primary, null for none */
    MiddleNode(Shard shard, Supplier<? extends Upstream> link) {
        this.shard = shard;
        this.link = link;
    }

    /** What is done with a replica that asks a node that is one itself. */
    HandshakeJudge.Verdict judge(HandshakeRequest request) {
        Upstream own = link.get();
        if (own == null) {
            return loading("this node is just taking over from its primary");
        }
        if (request.replicaId().equals(own.primaryId())) {
            return HandshakeJudge.Verdict.refuse(
                    RefusalCode.NOTPRIMARY,
                    "this node is a replica of the very one that asks: a circle would have no primary");
        }
        if (!own.isStreaming()) {
            return loading("this node is a replica itself, and its link to " + own.primary() + " is not up");
        }
        HandshakeJudge.Verdict verdict = HandshakeJudge.judge(shard, request);
        boolean mayBeEarly = verdict.code() == RefusalCode.FUTURE || verdict.code() == RefusalCode.FOREIGN;
        return mayBeEarly ? loading(early(verdict.reason())) : verdict;
    }

    private static HandshakeJudge.Verdict loading(String reason) {
        return HandshakeJudge.Verdict.refuse(RefusalCode.LOADING, reason);
    }

    /** What is missing here may come yet, so nobody is told to discard anything. */
    private static String early(String reason) {
        int advice = reason.indexOf(';');
        return (advice < 0 ? reason : reason.substring(0, advice))
                + "; this node is a replica itself and may just not have it yet";
    }
}

package io.tailrace.node.replication;

import io.tailrace.node.shard.Shard;
import io.tailrace.wire.handshake.CopyConsent;
import io.tailrace.wire.handshake.HistoryPosition;

/**
 * What a replica's shard gives its data up for, over the attempts of its link: by an operator's order, or because a primary
 * has shown that this node's last records are its own. Owned by the shard's reactor thread.
 */
final class LinkConsent {
    private final Shard shard;
    private ForceOrder order;
    private CopyGrant grant;

    /** @param order an operator's, or null */
    LinkConsent(Shard shard, ForceOrder order) {
        this.shard = shard;
        this.order = order;
    }

    /** What a handshake says about it; null for nothing. A log without a write is given up for any. */
    CopyConsent requested() {
        if (grant != null) {
            return new CopyConsent(grant.to());
        }
        if (order != null && order.boundTo() != null) {
            return new CopyConsent(order.boundTo());
        }
        return order != null || shard.isBlank() ? CopyConsent.ANY : null;
    }

    /** That for an operator, null for nothing. */
    String text() {
        return order == null && grant == null ? null : requested().text();
    }

    /** The operator's order that is not carried out yet, or null. */
    ForceOrder order() {
        return order;
    }

    /** This node's own writes are saved: it consents to this log from now on. */
    void grant(CopyGrant given) {
        grant = given;
    }

    /** Whether a primary's log, of the history that this node consented to, has lost its end since. */
    boolean isLongerThan(HistoryPosition end) {
        return grant != null
                && grant.to().history().equals(end.history())
                && grant.to().index() > end.index();
    }

    /** Why the data that a copy replaces has to stay on the disk, or null. */
    String keepReplaced() {
        return grant == null ? null : grant.missing();
    }

    /** This node continues its own log after all. */
    void notNeeded() {
        grant = null;
    }

    /** New data has taken over. */
    void used(ReplicationCounters counters) {
        if (grant != null) {
            grant.count(counters);
            grant = null;
        }
        carriedOut();
    }

    /** The node follows: an order is carried out, which is noted in the background. */
    void carriedOut() {
        if (order != null) {
            ForceOrder done = order;
            order = null;
            shard.settings().background().run("force-done-" + shard.id(), done::done);
        }
    }
}

package io.tailrace.node.replication;

import io.tailrace.node.rewind.TailSave;
import io.tailrace.wire.handshake.HandshakeReply;
import io.tailrace.wire.handshake.HistoryPosition;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Only a copy of the primary's log would do. Before this node consents to it its own writes are saved and, where an operator
 * has ordered it, the order is bound to this log; the primary has hung up, and is asked again afterwards.
 *
 * <p>Two logs of one history can have different records at one index: one node lost its last records with its power, before they were on
 * its disk, and went on. Then nothing that the primary calls shared is known to be. Without an order that is refused; with one, all
 * that this log holds is saved.
 */
final class SavingStage implements LinkStage {
    private static final Logger LOG = LoggerFactory.getLogger(SavingStage.class);

    private final ReplicaLink link;
    private final LinkHost host;
    private final HandshakeReply reply;
    private final boolean isOrdered;
    private final HistoryPosition shared;
    private final TailSave save;

    /**
     * Begins to save.
     *
     * @param order that is to be bound, or null when the primary has shown that this node's last records are its own
     */
    SavingStage(ReplicaLink link, LinkHost host, HandshakeReply reply, ForceOrder order) throws IOException {
        this.link = link;
        this.host = host;
        this.reply = reply;
        isOrdered = order != null;
        shared = isOrdered && !TailSave.isHeld(host.shard(), reply.shared()) ? null : reply.shared();
        save = new TailSave(host.shard(), shared, () -> order == null ? null : order.bind(reply.own()), host::wake);
    }

    @Override
    public LinkState state() {
        return LinkState.SAVING;
    }

    @Override
    public int doWork() {
        if (save.failure() != null) {
            link.refused(save.failure());
            return 1;
        }
        if (!save.isSaved()) {
            return 0;
        }
        CopyGrant.saved(host, save.records(), save.savedAs());
        if (save.missing() != null && isOrdered) {
            LOG.warn(
                    "shard={}: not all discarded records could be saved: {}",
                    host.shard().id(),
                    save.missing());
        }
        link.consentTo(new CopyGrant(
                reply.own(),
                shared != null && !host.shard().isBlank(),
                save.records(),
                isOrdered ? null : save.missing()));
        return 1;
    }

    @Override
    public void end() {
        save.close();
    }
}

package io.tailrace.node.role;

import io.tailrace.node.config.HostPort;
import io.tailrace.node.directory.DataDirectory;
import io.tailrace.node.replication.ForceOrder;
import io.tailrace.wire.handshake.HistoryPosition;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One REPLICAOF .. FORCE: leave, for every shard, to give its data up for the log of the node that answers at the first
 * contact. The first shard that is answered binds the order to that node's history, for all shards; each shard binds it to
 * where its own log there ended. On the disk it outlives the node, until every shard follows, it is revoked, or another
 * order overrules it. Any thread; what changes it is done one after the other, under the role's lock.
 */
final class NodeForce {
    private static final Logger LOG = LoggerFactory.getLogger(NodeForce.class);

    private final NodeRole role;
    private final DataDirectory directory;
    private final HostPort primary;
    /** By shard, of those that do not follow yet. */
    private final Map<Integer, Order> orders = new ConcurrentHashMap<>();

    private String history;

    private NodeForce(NodeRole role, DataDirectory directory, HostPort primary) {
        this.role = role;
        this.directory = directory;
        this.primary = primary;
    }

    /** A new one, for all shards. */
    static NodeForce begin(NodeRole role, DataDirectory directory, HostPort primary) {
        NodeForce force = new NodeForce(role, directory, primary);
        for (int shard = 0; shard < directory.shards(); shard++) {
            force.orders.put(shard, force.new Order(shard, null));
        }
        return force;
    }

    /** The one that had not come through when the node last ended, or null. */
    static NodeForce remembered(NodeRole role, DataDirectory directory, HostPort primary) {
        NodeForce force = new NodeForce(role, directory, primary);
        force.history = directory.forcedHistory();
        for (int shard = 0; shard < directory.shards(); shard++) {
            if (directory.isForced(shard, primary)) {
                force.remember(shard, directory.forcedTo(shard));
            }
        }
        return force.orders.isEmpty() ? null : force;
    }

    private void remember(int shard, String to) {
        HistoryPosition boundTo = to == null ? null : HistoryPosition.parse(to);
        if (to == null || boundTo != null) {
            orders.put(shard, new Order(shard, boundTo));
        } else {
            LOG.warn("shard={}: FORCE is ignored: '{}' is not a position in a history", shard, to);
        }
    }

    /** For one shard; null when that one follows already. */
    ForceOrder order(int shard) {
        return orders.get(shard);
    }

    private final class Order implements ForceOrder {
        private final int shard;
        private volatile HistoryPosition boundTo;

        Order(int shard, HistoryPosition boundTo) {
            this.shard = shard;
            this.boundTo = boundTo;
        }

        @Override
        public HistoryPosition boundTo() {
            return boundTo;
        }

        @Override
        public String bind(HistoryPosition to) {
            synchronized (role) {
                if (!role.isValid(NodeForce.this)) {
                    return "the FORCE was revoked";
                }
                if (history != null && !history.equals(to.history())) {
                    return "FORCE is for history " + history + " of " + primary
                            + ", as the first shard found it, and this" + " is history " + to.history();
                }
                try {
                    directory.bindForced(shard, to.history(), to.text());
                } catch (IOException e) {
                    return "can't note which history FORCE is for: " + e.getMessage();
                }
                history = to.history();
                boundTo = to;
                LOG.warn(
                        "shard={} history={} primary={}: FORCE applies to this history from now on",
                        shard,
                        history,
                        primary);
                return null;
            }
        }

        @Override
        public void done() {
            synchronized (role) {
                if (!role.isValid(NodeForce.this)) {
                    return;
                }
                orders.remove(shard);
                try {
                    directory.forceDone(shard, primary);
                } catch (IOException e) {
                    LOG.warn("shard={}: a restart may repeat FORCE: {}", shard, e.getMessage());
                }
                if (orders.isEmpty()) {
                    role.carriedOut(NodeForce.this);
                }
            }
        }
    }
}

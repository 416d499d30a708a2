package io.tailrace.node;

import java.io.IOException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the node is: a primary, or whose replica; in memory, on the disk, and on the shards, which take each change when
 * they come to it. Any thread; changes are made one after the other.
 */
final class NodeRole {
    private static final Logger LOG = LoggerFactory.getLogger(NodeRole.class);

    private final HostPort flag;
    private final Supplier<String> newId;
    private final ShardTasks shards;
    private DataDirectory directory;
    private volatile HostPort primary;

    /** @param flag what the node was started with, null for nobody */
    NodeRole(HostPort flag, Supplier<String> newId, ShardTasks shards) {
        this.flag = flag;
        this.newId = newId;
        this.shards = shards;
    }

    /** Begins with what the directory remembers, or with the flag if that is new. */
    void begin(DataDirectory opened) {
        directory = opened;
        primary = opened.primary(flag);
        if (primary == null ? flag != null : !primary.equals(flag)) {
            LOG.info(
                    "the last REPLICAOF goes on: {}",
                    primary == null ? "this node is a primary" : "following " + primary);
        }
    }

    /** The shards have begun so. */
    void begun() throws IOException {
        directory.remember(flag, primary);
    }

    /** The primary this node follows, or null when it is one. */
    HostPort primary() {
        return primary;
    }

    synchronized void replicaOf(HostPort newPrimary, boolean isForced) {
        primary = newPrimary;
        try {
            directory.remember(flag, primary);
        } catch (IOException e) {
            LOG.error("can't remember the node's role: {}", e.getMessage());
        }
        shards.onEach(shard -> {
            if (primary == newPrimary) {
                shard.replication().follow(newPrimary, isForced);
            }
        });
    }

    /** Notes that the node is a primary, and gives the history that begins; the caller promotes the shards. */
    synchronized String becomePrimary() {
        String history = newId.get();
        primary = null;
        try {
            directory.rememberPromotion(flag, history);
        } catch (IOException e) {
            LOG.error("can't remember the node's role: {}", e.getMessage());
        }
        return history;
    }

    void promote() {
        String history = becomePrimary();
        shards.onEach(shard -> {
            if (primary == null) {
                shard.replication().promote(history);
            }
        });
    }
}

package io.tailrace.node.replication;

import io.tailrace.node.config.HostPort;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Why a link does not stream, for INFO and for the log, where what is known already is not said again. Reactor thread. */
final class LinkProblems {
    private static final Logger LOG = LoggerFactory.getLogger(LinkProblems.class);

    private final int shard;
    private final HostPort primary;
    private final RepeatedMessage refusals = new RepeatedMessage();
    private String refusal;
    private String failure;

    LinkProblems(int shard, HostPort primary) {
        this.shard = shard;
        this.primary = primary;
    }

    /** Why the primary refuses this node, or does not serve it yet; null when it does. */
    String refusal() {
        return refusal;
    }

    /** Why the last attempt failed, or null. */
    String failure() {
        return failure;
    }

    /** The primary serves this node. */
    void attached() {
        refusal = null;
        refusals.forget();
    }

    /** Records come. */
    void streaming() {
        failure = null;
    }

    /** The primary can't serve this node yet. */
    void notReady(String reason) {
        if (!reason.equals(refusal)) {
            LOG.info("shard={} primary={}: not ready: {}", shard, primary, reason);
        }
        refusal = reason;
        failure = null;
    }

    /** The primary refuses this node; returns whether that was not known. */
    boolean refused(String reason) {
        boolean isNew = refusals.isNew(reason);
        if (isNew) {
            LOG.error("shard={} primary={}: refuses this node: {}", shard, primary, reason);
        }
        refusal = reason;
        failure = null;
        return isNew;
    }

    /** The attempt has failed. */
    void failed(String reason, boolean wasTaking) {
        if (!reason.equals(failure) || wasTaking) {
            LOG.info("shard={} primary={}: link is down: {}", shard, primary, reason);
        }
        failure = reason;
    }
}

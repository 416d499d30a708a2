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
    private final RepeatedMessage stops = new RepeatedMessage();
    private boolean isStopped;
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

    /**
     * This node can't take what it is sent: said once, though each attempt begins to stream and comes to the same record, as on a full disk.
     */
    void stopped(String reason) {
        if (stops.isNew(reason)) {
            LOG.error("shard={} primary={}: replication failed: {}; retrying every second", shard, primary, reason);
        }
        isStopped = true;
        refusal = reason;
        failure = null;
    }

    /** Whether it could not take what it was sent last. */
    boolean isStopped() {
        return isStopped;
    }

    /** A record was applied. */
    void applied() {
        if (isStopped) {
            isStopped = false;
            stops.forget();
            LOG.info("shard={} primary={}: replication resumed", shard, primary);
        }
    }

    /** The attempt has failed. */
    void failed(String reason, boolean wasTaking) {
        if (!reason.equals(failure) || wasTaking) {
            LOG.info("shard={} primary={}: link is down: {}", shard, primary, reason);
        }
        failure = reason;
    }
}

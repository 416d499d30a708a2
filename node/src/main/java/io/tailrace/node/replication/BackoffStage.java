package io.tailrace.node.replication;

/** Waiting before the next attempt. */
final class BackoffStage implements LinkStage {
    private final ReplicaLink link;
    private final LinkHost host;
    private final long retrySteadyMs;

    BackoffStage(ReplicaLink link, LinkHost host, long waitMs) {
        this.link = link;
        this.host = host;
        retrySteadyMs = host.shard().clock().steadyMs() + waitMs;
    }

    @Override
    public LinkState state() {
        return LinkState.BACKOFF;
    }

    @Override
    public int doWork() {
        if (host.shard().clock().steadyMs() < retrySteadyMs) {
            return 0;
        }
        link.locate();
        return 1;
    }
}

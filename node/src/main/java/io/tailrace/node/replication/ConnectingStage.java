package io.tailrace.node.replication;

/** Connecting to the port where the shard's log is served. */
final class ConnectingStage implements LinkStage {
    private final ReplicaLink link;
    private final PrimaryConnection connection;

    ConnectingStage(ReplicaLink link, PrimaryConnection connection) {
        this.link = link;
        this.connection = connection;
    }

    PrimaryConnection connection() {
        return connection;
    }

    @Override
    public LinkState state() {
        return LinkState.CONNECTING;
    }

    @Override
    public String overdue(long nowSteadyMs) {
        return LinkDeadlines.overdueConnecting(nowSteadyMs - link.stateSinceSteadyMs());
    }

    @Override
    public void end() {
        connection.close();
    }
}

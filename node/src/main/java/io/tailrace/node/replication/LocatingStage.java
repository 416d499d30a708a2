package io.tailrace.node.replication;

import io.tailrace.node.replication.PrimaryLocator.Location;

/** Where is the shard's log served? Asked at the primary's client port, in the background. */
final class LocatingStage implements LinkStage {
    private final ReplicaLink link;
    private final LinkHost host;
    private boolean isOver;

    LocatingStage(ReplicaLink link, LinkHost host) {
        this.link = link;
        this.host = host;
    }

    /** Asks. */
    void begin() {
        host.locator().query(link.primary(), host.security(), location -> host.execute(() -> located(location)));
    }

    private void located(Location location) {
        if (!isOver) {
            link.located(location);
        }
    }

    @Override
    public LinkState state() {
        return LinkState.LOCATING;
    }

    @Override
    public String overdue(long nowSteadyMs) {
        return LinkDeadlines.overdueLocating(nowSteadyMs - link.stateSinceSteadyMs(), link.primary());
    }

    @Override
    public void end() {
        isOver = true;
    }
}

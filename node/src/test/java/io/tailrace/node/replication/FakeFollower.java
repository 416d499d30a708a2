package io.tailrace.node.replication;

/** A replica that has said what its test wants. */
final class FakeFollower implements Follower {
    final String id;
    boolean counts = true;
    long applied = -1;
    long durable = -1;
    int asked;
    long heardSteadyMs;

    FakeFollower(String id) {
        this.id = id;
    }

    FakeFollower applied(long index) {
        applied = index;
        return this;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public boolean isCounted() {
        return counts;
    }

    @Override
    public long appliedIndex() {
        return applied;
    }

    @Override
    public long durableIndex() {
        return durable;
    }

    @Override
    public void requestSync() {
        asked++;
    }

    @Override
    public long lastHeardSteadyMs() {
        return heardSteadyMs;
    }
}

package io.tailrace.node.replication;

import io.tailrace.node.LiveSettings;
import io.tailrace.node.command.AckServices;
import io.tailrace.node.shard.Shard;
import java.util.Collection;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** What replicas of one shard have acknowledged, and who waits for it. Owned by the shard's reactor thread. */
final class ShardAcks implements AckServices {
    private static final long WAITER_TICK_NANOS = 1_000_000;

    private final Shard shard;
    private final LiveSettings settings;
    private final Followers followers;
    private final AckWaiters waiters = new AckWaiters();

    ShardAcks(Shard shard, LiveSettings settings, Collection<? extends Follower> attached) {
        this.shard = shard;
        this.settings = settings;
        followers = new Followers(attached);
    }

    @Override
    public int appliedCount(long index) {
        return followers.appliedCount(index);
    }

    @Override
    public Set<String> applied(long index) {
        return followers.applied(index);
    }

    @Override
    public int goodReplicas() {
        return followers.goodCount(shard.clock().millis(), settings.current().minReplicasMaxLag());
    }

    @Override
    public void await(BooleanSupplier isMet, long timeoutMs, BooleanSupplier isGone, Runnable answer) {
        if (isMet.getAsBoolean()) {
            answer.run();
        } else {
            long deadline = timeoutMs == 0 ? Long.MAX_VALUE : shard.clock().millis() + timeoutMs;
            waiters.add(isMet, deadline, isGone, answer);
        }
    }

    /** Whether nobody waits, so that there is nothing to poll for. */
    boolean isIdle() {
        return waiters.isEmpty();
    }

    /** Answers whoever has what he waited for, or has waited long enough; returns how many. */
    int poll() {
        return waiters.isEmpty() ? 0 : waiters.poll(shard.clock().millis());
    }

    /** How long the reactor may block without answering somebody too late. */
    long maxBlockNanos() {
        return waiters.isEmpty() ? Long.MAX_VALUE : WAITER_TICK_NANOS;
    }

    /** The shard becomes a replica: what is waited for would never come. */
    void demoted() {
        waiters.answerAll();
    }
}

package io.tailrace.node.replication;

import io.tailrace.node.config.FsyncPolicy;
import io.tailrace.node.config.LiveSettings;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.services.AckServices;
import io.tailrace.node.services.HeldReply;
import io.tailrace.node.shard.Shard;
import io.tailrace.wire.record.QueueIndex;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What replicas of one shard have acknowledged, and who waits for it. Owned by the shard's reactor thread. */
final class ShardAcks implements AckServices {
    private static final long WAITER_TICK_NANOS = 1_000_000;

    private final Shard shard;
    private final LiveSettings settings;
    private final Followers followers;
    private final AckWaiters waiters = new AckWaiters();
    private final AckHolds holds = new AckHolds();
    private final AckHolds.Failure timedOut = this::timedOut;
    private long failedReplies;
    private long forceAskedAt = QueueIndex.NONE;

    ShardAcks(Shard shard, LiveSettings settings, Collection<? extends Follower> attached) {
        this.shard = shard;
        this.settings = settings;
        followers = new Followers(attached);
    }

    @Override
    public int count(long index, boolean isDurable) {
        return followers.count(index, isDurable);
    }

    @Override
    public Set<String> replicas(long index, boolean isDurable) {
        return followers.ids(index, isDurable);
    }

    @Override
    public boolean isDurableHere(long index) {
        return shard.sharing().closedDurableIndex() >= index;
    }

    @Override
    public void forceHere() {
        long last = shard.backlog().lastIndex();
        if (forceAskedAt < last && settings.current().fsync() != FsyncPolicy.ALWAYS) {
            forceAskedAt = last;
            shard.sharing().forceSoon();
        }
    }

    @Override
    public void forceAtReplicas(long index) {
        followers.requestSync(index);
    }

    @Override
    public int goodReplicas() {
        return followers.goodCount(shard.clock().steadyMs(), settings.current().minReplicasMaxLag());
    }

    @Override
    public void await(BooleanSupplier isMet, long timeoutMs, BooleanSupplier isGone, Runnable answer) {
        if (isMet.getAsBoolean()) {
            answer.run();
        } else {
            long deadline = timeoutMs == 0 ? Long.MAX_VALUE : shard.clock().refreshSteadyMs() + timeoutMs;
            waiters.add(isMet, deadline, isGone, answer);
        }
    }

    @Override
    public void hold(long index, HeldReply reply) {
        holds.add(index, reply, shard.clock().refreshSteadyMs());
    }

    @Override
    public int heldReplies() {
        return holds.count();
    }

    @Override
    public long failedReplies() {
        return failedReplies;
    }

    /** Whether no client waits, so that there is nothing to poll for. */
    boolean isIdle() {
        return holds.count() == 0 && waiters.isEmpty();
    }

    /** Answers clients that have what they waited for, or have waited long enough; returns how many. */
    int poll() {
        int answered = holds.count() == 0 ? 0 : pollHolds();
        return waiters.isEmpty()
                ? answered
                : answered + waiters.poll(shard.clock().steadyMs());
    }

    private int pollHolds() {
        NodeConfig now = settings.current();
        int released = holds.releaseUpTo(followers.appliedBy(now.ackReplicas()));
        int failed = holds.failOlderThan(now.ackTimeoutMs(), shard.clock().steadyMs(), timedOut);
        failedReplies += failed;
        return released + failed;
    }

    private String timedOut(long index) {
        NodeConfig now = settings.current();
        return "NOREPLICAS " + followers.count(index, false) + " of " + now.ackReplicas()
                + " replicas applied the write within " + now.ackTimeoutMs() + " ms; " + logged(index);
    }

    private String logged(long index) {
        return "it is in the log at " + QueueIndex.toString(index) + " of shard " + shard.id();
    }

    /** A force that failed is asked for again by clients that still wait. */
    void onSecond() {
        forceAskedAt = QueueIndex.NONE;
    }

    /** How long the reactor may block without answering a client too late. */
    long maxBlockNanos() {
        if (!waiters.isEmpty()) {
            return WAITER_TICK_NANOS;
        }
        if (holds.count() == 0) {
            return Long.MAX_VALUE;
        }
        long remaining = holds.remainingMs(
                settings.current().ackTimeoutMs(), shard.clock().steadyMs());
        return TimeUnit.MILLISECONDS.toNanos(remaining);
    }

    /** The shard becomes a replica: what is waited for would never come. */
    void demoted() {
        failedReplies += holds.failAll(index -> "NOREPLICAS this node became a replica before "
                + settings.current().ackReplicas() + " replicas had applied the write; " + logged(index));
        waiters.answerAll();
    }
}

package io.tailrace.node.reactor;

import io.tailrace.node.command.CommandWatch;
import io.tailrace.node.platform.CycleCause;
import io.tailrace.node.platform.CycleClock;
import io.tailrace.node.shard.ActiveExpiry;
import io.tailrace.node.shard.Shard;
import io.tailrace.node.watch.LatencyEvents;
import java.util.concurrent.TimeUnit;

/**
 * What a primary's shard does to its data without being asked: removing keys past their deadline and evicting while it is over
 * its memory limit. Owned and closed by the reactor's thread.
 *
 * <p>It gets at most a quarter of the thread's time, which is Redis's effort: after each step it rests three times as long as
 * the step took, however busy or idle the reactor is. As long as there is more to do it wakes an idle reactor for the next
 * step; with nothing to do it costs nothing.
 */
final class Maintenance implements AutoCloseable {
    private static final int REST_FACTOR = 3;
    /** Until the next attempt when the log takes no record. */
    private static final long RETRY_MICROS = 10_000;

    private final Shard shard;
    private final CycleClock clock;
    private final ActiveExpiry expiry;
    private final CommandWatch watch;
    private long restUntilMicros = Long.MIN_VALUE;
    private boolean hasMore;
    private long cutSteps;
    private long expiryMicros;

    /** @param watch told how long it takes */
    Maintenance(Shard shard, CommandWatch watch) {
        this.watch = watch;
        this.shard = shard;
        clock = shard.clock();
        expiry = new ActiveExpiry(shard);
    }

    /** Whether {@link #step} is wanted in this cycle, although the millisecond is the one of the last cycle. */
    boolean hasMore() {
        return hasMore;
    }

    /** Does one step, if there is something to do and it is not resting; returns whether it did. */
    boolean step() {
        boolean isDue = expiry.isDue() || shard.memory().isDue();
        if (!isDue || clock.steadyMicros() < restUntilMicros) {
            hasMore &= isDue;
            return false;
        }
        long start = clock.refreshSteadyMicros();
        int expired = expiry.step();
        if (expired > 0) {
            clock.meter().note(CycleCause.EXPIRY);
        }
        long middle = clock.refreshSteadyMicros();
        watch.took(LatencyEvents.EXPIRE_CYCLE, middle - start);
        expiryMicros += middle - start;
        int done = expired + shard.memory().step();
        long end = clock.refreshSteadyMicros();
        watch.took(LatencyEvents.EVICTION_CYCLE, end - middle);
        boolean hasMoreToExpire = done > 0 && expiry.isDue();
        cutSteps += expired > 0 && hasMoreToExpire ? 1 : 0;
        hasMore = hasMoreToExpire || done > 0 && shard.memory().isDue();
        restUntilMicros = end + (done > 0 ? REST_FACTOR * (end - start) : RETRY_MICROS);
        return true;
    }

    /** The data must stay as it is: this shard is a replica's, or paused. */
    void suspend() {
        hasMore = false;
    }

    /** How long the reactor may sleep without leaving work undone. */
    long maxBlockNanos() {
        return hasMore
                ? Math.max(0, TimeUnit.MICROSECONDS.toNanos(restUntilMicros - clock.steadyMicros()))
                : Long.MAX_VALUE;
    }

    /** Keys removed after their deadline, since the start. */
    long expiredKeys() {
        return expiry.expired();
    }

    /** What removing such keys has taken, since the start. */
    long expiryMicros() {
        return expiryMicros;
    }

    /** Steps that left such keys for the next one, since the start. */
    long cutSteps() {
        return cutSteps;
    }

    /** As {@link ActiveExpiry#staleShare}. */
    double staleShare() {
        return expiry.staleShare();
    }

    void resetStaleShare() {
        expiry.resetStaleShare();
    }

    @Override
    public void close() {
        expiry.close();
    }
}

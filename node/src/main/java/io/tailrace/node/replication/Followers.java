package io.tailrace.node.replication;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Counts replicas of one shard by what they have acknowledged. Owned by the shard's reactor thread; makes no garbage. */
final class Followers {
    private final Collection<? extends Follower> all;

    /** @param all those attached now; others change the collection */
    Followers(Collection<? extends Follower> all) {
        this.all = all;
    }

    /** How many have a record: applied it, or, if {@code isDurable}, have it on the disk. */
    int count(long index, boolean isDurable) {
        int count = 0;
        for (Follower follower : all) {
            count += has(follower, index, isDurable) ? 1 : 0;
        }
        return count;
    }

    /** Which have. */
    Set<String> ids(long index, boolean isDurable) {
        Set<String> ids = new HashSet<>();
        for (Follower follower : all) {
            if (has(follower, index, isDurable)) {
                ids.add(follower.id());
            }
        }
        return ids;
    }

    private static boolean has(Follower follower, long index, boolean isDurable) {
        long newest = isDurable ? follower.durableIndex() : follower.appliedIndex();
        return follower.isCounted() && newest >= index;
    }

    /** Asks those that have applied a record, but not on the disk, to force it. */
    void requestSync(long index) {
        for (Follower follower : all) {
            if (has(follower, index, false) && !has(follower, index, true)) {
                follower.requestSync();
            }
        }
    }

    /** The newest index that {@code wanted} or more have applied; Long.MAX_VALUE for 0, Long.MIN_VALUE when they are fewer. */
    long appliedBy(int wanted) {
        if (wanted == 0) {
            return Long.MAX_VALUE;
        }
        long newest = Long.MIN_VALUE;
        for (Follower follower : all) {
            long index = follower.appliedIndex();
            boolean isNewer = follower.isCounted() && index > newest;
            newest = isNewer && count(index, false) >= wanted ? index : newest;
        }
        return newest;
    }

    /** Those that have been heard within this many seconds and are known to have anything; in whole seconds, as Redis counts. */
    int goodCount(long nowSteadyMs, long maxLagSeconds) {
        int count = 0;
        for (Follower follower : all) {
            boolean isGood = follower.isCounted()
                    && follower.appliedIndex() >= 0
                    && (nowSteadyMs - follower.lastHeardSteadyMs()) / 1_000 <= maxLagSeconds;
            count += isGood ? 1 : 0;
        }
        return count;
    }
}

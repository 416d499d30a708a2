package io.tailrace.node.replication;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Counts replicas of one shard by what they have acknowledged. Owned by the shard's reactor thread; makes no garbage. */
final class Followers {
    private final Collection<? extends Follower> all;

    /** @param all those attached now, whoever changes the collection */
    Followers(Collection<? extends Follower> all) {
        this.all = all;
    }

    int appliedCount(long index) {
        int count = 0;
        for (Follower follower : all) {
            count += hasApplied(follower, index) ? 1 : 0;
        }
        return count;
    }

    Set<String> applied(long index) {
        Set<String> ids = new HashSet<>();
        for (Follower follower : all) {
            if (hasApplied(follower, index)) {
                ids.add(follower.id());
            }
        }
        return ids;
    }

    private static boolean hasApplied(Follower follower, long index) {
        return follower.counts() && follower.appliedIndex() >= index;
    }

    /** The newest index that {@code wanted} or more have applied; Long.MAX_VALUE for 0, Long.MIN_VALUE when they are fewer. */
    long appliedBy(int wanted) {
        if (wanted == 0) {
            return Long.MAX_VALUE;
        }
        long newest = Long.MIN_VALUE;
        for (Follower follower : all) {
            long index = follower.appliedIndex();
            boolean isNewer = follower.counts() && index > newest;
            newest = isNewer && appliedCount(index) >= wanted ? index : newest;
        }
        return newest;
    }

    /** Those that have been heard within so many seconds and are known to have anything; in whole seconds, as Redis counts. */
    int goodCount(long nowMillis, long maxLagSeconds) {
        int count = 0;
        for (Follower follower : all) {
            boolean isGood = follower.counts()
                    && follower.appliedIndex() >= 0
                    && (nowMillis - follower.lastHeardMillis()) / 1_000 <= maxLagSeconds;
            count += isGood ? 1 : 0;
        }
        return count;
    }
}

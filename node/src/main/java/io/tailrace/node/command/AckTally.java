package io.tailrace.node.command;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Which replica nodes have acknowledged a write on every shard that is asked: two nodes of which each has it on one shard
 * only are none. Each shard's thread notes its own part; any thread counts.
 */
final class AckTally {
    private final AtomicReferenceArray<Set<String>> byShard;

    private final AtomicIntegerArray isHere;

    AckTally(int shards) {
        byShard = new AtomicReferenceArray<>(shards);
        isHere = new AtomicIntegerArray(shards);
    }

    /** @param isDurable whether the shard has it on the disk of this node */
    void noteHere(int shard, boolean isDurable) {
        isHere.set(shard, isDurable ? 1 : 0);
    }

    /** 1 when every shard has it on the disk of this node, else 0. */
    int countHere() {
        int least = 1;
        for (int shard = 0; shard < isHere.length(); shard++) {
            least = Math.min(least, isHere.get(shard));
        }
        return least;
    }

    /** @param replicas that have it on the shard; must not change any more */
    void note(int shard, Set<String> replicas) {
        byShard.set(shard, replicas);
    }

    /** How many have it everywhere; 0 as long as a shard has noted nothing. */
    int count() {
        Set<String> everywhere = null;
        for (int shard = 0; shard < byShard.length(); shard++) {
            Set<String> own = byShard.get(shard);
            if (own == null) {
                return 0;
            }
            if (everywhere == null) {
                everywhere = new HashSet<>(own);
            } else {
                everywhere.retainAll(own);
            }
        }
        return everywhere.size();
    }
}

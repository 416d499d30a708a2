package io.tailrace.node.command;

import io.tailrace.node.shard.Shard;
import io.tailrace.node.shard.ShardHold;

/** The memory of several shards that are held, as {@link io.tailrace.node.shard.MemoryLimit} has it. Owned by the thread that holds them. */
final class ShardRoom {
    private final Shard[] shards;

    ShardRoom(Shard[] shards) {
        this.shards = shards;
    }

    /** The shards that hold more than they may and where nothing can be evicted. */
    long without(long set) {
        long full = 0;
        for (int shard = 0; shard < shards.length; shard++) {
            if ((set & ShardHold.only(shard)) != 0
                    && shards[shard].memory().isOver()
                    && !shards[shard].memory().makeRoom()) {
                full |= ShardHold.only(shard);
            }
        }
        return full;
    }

    /** Whether one of these has grown by what runs now. */
    boolean hasGrown(long full) {
        for (int shard = 0; full != 0 && shard < shards.length; shard++) {
            if ((full & ShardHold.only(shard)) != 0
                    && shards[shard].transactions().hasGrown()) {
                return true;
            }
        }
        return false;
    }
}

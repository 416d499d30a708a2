package io.tailrace.node.command;

import io.tailrace.node.services.AckServices;
import io.tailrace.node.services.ShardServices;
import io.tailrace.node.services.WritePosition;

/**
 * What one WAIT or WAITAOF waits for. Made by the connection's thread and told {@link #writes} before it is shared; then
 * each shard's thread asks about its own shard.
 */
final class AckWait {
    private final AckTally tally;
    private final int wantedHere;
    private final int wantedReplicas;
    private final boolean isDurable;
    private WritePosition[] writes;

    /**
     * @param wantedHere 1 to wait for this node's disk too
     * @param isDurable whether replicas must have it on the disk, and not only have applied it
     */
    AckWait(int shards, int wantedHere, int wantedReplicas, boolean isDurable) {
        tally = new AckTally(shards);
        this.wantedHere = wantedHere;
        this.wantedReplicas = wantedReplicas;
        this.isDurable = isDurable;
    }

    /** @param lastWrites of the connection, by shard */
    void writes(WritePosition[] lastWrites) {
        writes = lastWrites;
    }

    /** Whether one shard has nothing to wait for any more. Who lacks it on the disk is asked to force it. */
    boolean isOver(ShardServices services) {
        AckServices acks = services.replication().acks();
        long index = index(services);
        boolean isMissingHere = wantedHere > 0 && !acks.isDurableHere(index);
        if (isMissingHere) {
            acks.forceHere();
        }
        if (acks.count(index, isDurable) < wantedReplicas) {
            if (isDurable) {
                acks.forceAtReplicas(index);
            }
            return false;
        }
        // Which replicas have it is only asked when there are enough on this shard: that makes garbage.
        note(services);
        return !isMissingHere && tally.count() >= wantedReplicas;
    }

    /** Notes how it is on one shard now. */
    void note(ShardServices services) {
        AckServices acks = services.replication().acks();
        int shard = services.shard().id();
        long index = index(services);
        tally.note(shard, acks.replicas(index, isDurable));
        tally.noteHere(shard, acks.isDurableHere(index));
    }

    /** What replicas must have: what none can have when the write was lost in a change of histories. */
    private long index(ShardServices services) {
        WritePosition write = writes[services.shard().id()];
        return write.isIn(services.shard().history()) ? write.index() : Long.MAX_VALUE;
    }

    /** How many replicas have it on every shard, as last noted. */
    int replicas() {
        return tally.count();
    }

    /** 1 when this node has it on the disk on every shard, as last noted. */
    int here() {
        return tally.countHere();
    }
}

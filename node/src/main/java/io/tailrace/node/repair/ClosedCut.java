package io.tailrace.node.repair;

import io.tailrace.wire.record.QueueIndex;
import java.util.Arrays;
import java.util.List;

/**
 * Finds where the logs of a node's shards have to be cut so that they are closed: so that a log holds a part of a transaction only if
 * the logs of its other parts hold theirs. The greatest such cut; there is only one, whatever order the shards are looked at in and
 * however often that was begun before. Used by one thread.
 *
 * <pre>
 *  a  ... T1 x  T3 y        b has lost T2: c is cut before it, and a before T3, which comes after it in c
 *  b  ... T1 |                (x stays: nothing that was lost is before it)
 *  c  ... T2 z  T3
 * </pre>
 */
final class ClosedCut {
    /** Stands for a log of which nothing is known: it lacks nothing and needs nothing. */
    static final long UNKNOWN = Long.MAX_VALUE;

    private final List<ShardParts> parts;
    private final long[] cut;
    private final ShardParts.Naming[] first;
    private final int[] lacking;

    /**
     * @param parts of each shard, null for one whose own log stays as it is
     * @param ends the last good record of each, {@link #UNKNOWN} for one that lacks nothing
     */
    ClosedCut(List<ShardParts> parts, long[] ends) {
        this.parts = parts;
        cut = ends.clone();
        first = new ShardParts.Naming[cut.length];
        lacking = new int[cut.length];
        Arrays.fill(lacking, -1);
        for (int shard = 0; shard < cut.length; shard++) {
            cutBeforeOthers(shard);
        }
        boolean hasMoved = true;
        while (hasMoved) {
            hasMoved = false;
            for (int shard = 0; shard < cut.length; shard++) {
                hasMoved |= cutBeforeLacks(shard);
            }
        }
    }

    /** The last record of each shard that stays, {@link QueueIndex#NONE} where none does. */
    long upTo(int shard) {
        return cut[shard];
    }

    /** Why the shard is cut, for a message; null when it is not. */
    String reason(int shard) {
        return first[shard] == null
                ? null
                : "record " + QueueIndex.toString(first[shard].index()) + " of shard " + shard + " needs record "
                        + QueueIndex.toString(Math.max(
                                first[shard].parts().of(lacking[shard]),
                                first[shard].needs().of(lacking[shard])))
                        + " of shard " + lacking[shard] + ", which it has not";
    }

    /** At a record that names as a part of its transaction what is another record: that log left the history before it. */
    private void cutBeforeOthers(int shard) {
        if (parts.get(shard) == null) {
            return;
        }
        for (ShardParts.Naming naming : parts.get(shard).upTo(cut[shard])) {
            for (int i = 0; i < naming.parts().count(); i++) {
                int other = naming.parts().shard(i);
                boolean isThere = parts.get(other) != null && naming.parts().index(i) <= cut[other];
                if (isThere && !parts.get(other).holds(naming.parts())) {
                    cutBefore(shard, naming, other);
                    return;
                }
            }
        }
    }

    private boolean cutBeforeLacks(int shard) {
        if (parts.get(shard) == null) {
            return false;
        }
        for (ShardParts.Naming naming : parts.get(shard).upTo(cut[shard])) {
            for (int other = 0; other < cut.length; other++) {
                if (naming.lackOf(other, cut[other]) != QueueIndex.NONE) {
                    cutBefore(shard, naming, other);
                    return true;
                }
            }
        }
        return false;
    }

    private void cutBefore(int shard, ShardParts.Naming naming, int other) {
        cut[shard] = naming.before();
        first[shard] = naming;
        lacking[shard] = other;
    }
}

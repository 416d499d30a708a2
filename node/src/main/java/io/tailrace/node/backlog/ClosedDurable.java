package io.tailrace.node.backlog;

import java.util.Arrays;

/**
 * Up to which record a shard's log survives a power loss. With one shard that is what was forced. With several, a start cuts a log
 * before a part whose other parts were lost, and the records after it go with it: so a record counts only when everything that it
 * depends on in any shard is forced too.
 *
 * <pre>
 *  log of a        ...  T1 (a, b)   x    y   T2 (a, c)   z
 *  forced                                               ^         of b all that T1 needs, of c not what T2 needs
 *  closed                                ^                        y: the record before T2
 * </pre>
 *
 * <p>Parts that are not closed yet wait in a ring, each with the needs of its shard after it. When it is full, every two neighbours
 * become one, with the index of the first and the needs of the second: less exact, never too much. Used by the owner of the shard;
 * no garbage once it has its size.
 */
public final class ClosedDurable {
    private static final int FIRST_CAPACITY = 16;
    private static final int MAX = 1 << 12;

    private final int shards;
    private final ShardNeeds first;
    private long[] indexes = new long[FIRST_CAPACITY];
    private long[] needs;
    private int begin;
    private int count;

    public ClosedDurable(int shards) {
        this.shards = shards;
        needs = new long[FIRST_CAPACITY * shards];
        first = new ShardNeeds(shards);
    }

    /**
     * A part was logged.
     *
     * @param index of it in this shard's log
     * @param after the shard's needs with it
     */
    public void part(long index, ShardNeeds after) {
        if (count == indexes.length) {
            makeRoom();
        }
        int at = begin + count++ & indexes.length - 1;
        indexes[at] = index;
        for (int shard = 0; shard < shards; shard++) {
            needs[at * shards + shard] = after.of(shard);
        }
    }

    /** The needs after the part that was logged last are greater than was known. */
    void amendLast(long index, ShardNeeds after) {
        int at = begin + count - 1 & indexes.length - 1;
        if (count > 0 && indexes[at] <= index) {
            for (int shard = 0; shard < shards; shard++) {
                needs[at * shards + shard] = after.of(shard);
            }
        }
    }

    private void makeRoom() {
        if (indexes.length < MAX) {
            grow();
        } else {
            merge();
        }
    }

    private void grow() {
        int capacity = indexes.length;
        long[] newIndexes = new long[2 * capacity];
        long[] newNeeds = new long[2 * capacity * shards];
        for (int i = 0; i < count; i++) {
            int from = begin + i & capacity - 1;
            newIndexes[i] = indexes[from];
            System.arraycopy(needs, from * shards, newNeeds, i * shards, shards);
        }
        indexes = newIndexes;
        needs = newNeeds;
        begin = 0;
    }

    /** Where they are: what is read lies at or behind what is written. */
    private void merge() {
        int last = indexes.length - 1;
        for (int i = 0; i < count / 2; i++) {
            int to = begin + i & last;
            int from = begin + 2 * i & last;
            indexes[to] = indexes[from];
            System.arraycopy(needs, (from + 1 & last) * shards, needs, to * shards, shards);
        }
        count /= 2;
    }

    /**
     * The newest record of this shard that is closed on the disk.
     *
     * @param durableIndex what is forced of this shard
     * @param forced what is forced of each shard
     */
    public long upTo(long durableIndex, ShardNeeds.Logs forced) {
        while (count > 0 && isMet(forced)) {
            begin = begin + 1 & indexes.length - 1;
            count--;
        }
        // a part never opens a segment, so there is a record right before it
        return count == 0 ? durableIndex : Math.min(durableIndex, indexes[begin] - 1);
    }

    private boolean isMet(ShardNeeds.Logs forced) {
        first.clear();
        for (int shard = 0; shard < shards; shard++) {
            first.raise(shard, needs[begin * shards + shard]);
        }
        return first.areMetBy(forced);
    }

    /** Whether every part is closed on the disk, as far as was asked. */
    public boolean isEmpty() {
        return count == 0;
    }

    /** Forgets all parts: the log is another one. */
    public void clear() {
        count = 0;
        Arrays.fill(indexes, 0);
    }
}

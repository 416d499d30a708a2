package io.tailrace.wire.record;

import java.util.Arrays;

/**
 * One record of each of several shards: a list of (shard, index) in ascending order of the shards. Reused, without garbage once it
 * has its size; not thread-safe.
 */
public final class ShardIndexes {
    private static final int FIRST_CAPACITY = 8;

    private int[] shards;
    private long[] indexes;
    private int count;

    public ShardIndexes() {
        shards = new int[FIRST_CAPACITY];
        indexes = new long[FIRST_CAPACITY];
    }

    /** The same, in no more memory than it takes. */
    public ShardIndexes(ShardIndexes other) {
        count = other.count;
        shards = Arrays.copyOf(other.shards, count);
        indexes = Arrays.copyOf(other.indexes, count);
    }

    public ShardIndexes clear() {
        count = 0;
        return this;
    }

    /** Adds a record of a shard, which is above all shards so far. */
    public ShardIndexes add(int shard, long index) {
        assert count == 0 || shard > shards[count - 1] : "shard " + shard + " after " + shards[count - 1];
        assert shard >= 0 && index >= 0 : shard + " " + index;
        if (count == shards.length) {
            shards = Arrays.copyOf(shards, 2 * count + 1);
            indexes = Arrays.copyOf(indexes, 2 * count + 1);
        }
        shards[count] = shard;
        indexes[count++] = index;
        return this;
    }

    public ShardIndexes set(ShardIndexes other) {
        clear();
        for (int i = 0; i < other.count; i++) {
            add(other.shards[i], other.indexes[i]);
        }
        return this;
    }

    public int count() {
        return count;
    }

    public int shard(int i) {
        assert i < count : i;
        return shards[i];
    }

    public long index(int i) {
        assert i < count : i;
        return indexes[i];
    }

    /** The index of the shard's record, or {@link QueueIndex#NONE} when the shard is not named. */
    public long of(int shard) {
        int at = Arrays.binarySearch(shards, 0, count, shard);
        return at < 0 ? QueueIndex.NONE : indexes[at];
    }

    public boolean isEmpty() {
        return count == 0;
    }

    /** The same shards, each with the same record. */
    public boolean isSame(ShardIndexes other) {
        return Arrays.equals(shards, 0, count, other.shards, 0, other.count)
                && Arrays.equals(indexes, 0, count, other.indexes, 0, other.count);
    }

    /** {@code shard:index,...}, the indexes in decimal; the empty string when nothing is named. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ",").append(shards[i]).append(':').append(indexes[i]);
        }
        return text.toString();
    }

    /**
     * Reads {@link #text()}.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static ShardIndexes parse(String text) {
        ShardIndexes read = new ShardIndexes();
        if (text.isEmpty()) {
            return read;
        }
        for (String pair : text.split(",", -1)) {
            int colon = pair.indexOf(':');
            try {
                int shard = Integer.parseInt(pair, 0, Math.max(colon, 0), 10);
                long index = Long.parseLong(pair, colon + 1, pair.length(), 10);
                boolean isAscending = read.count == 0 || shard > read.shards[read.count - 1];
                if (!pair.equals(shard + ":" + index) || shard < 0 || index < 0 || !isAscending) {
                    throw new NumberFormatException();
                }
                read.add(shard, index);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("not a list of <shard>:<index>: " + text);
            }
        }
        return read;
    }

    /** For a reader: {@code 0@3:41 1@2:7}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : " ").append(shards[i]).append('@').append(QueueIndex.toString(indexes[i]));
        }
        return text.toString();
    }
}

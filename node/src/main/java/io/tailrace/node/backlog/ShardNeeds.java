package io.tailrace.node.backlog;

import io.tailrace.wire.record.QueueIndex;
import io.tailrace.wire.record.ShardIndexes;
import java.util.Arrays;

/**
 * On how much of each shard's log the records of one shard depend: of each shard the greatest index that anything up to here needs,
 * {@link QueueIndex#NONE} where nothing does. It only rises within a history.
 *
 * <pre>
 *  transaction over a and b    a's needs  b's needs  of what is logged       a's needs after it = b's needs after it
 *                              c: 7       d: 3       a@12, b@5               a: 12, b: 5, c: 7, d: 3
 * </pre>
 *
 * <p>A transaction joins the needs of all its shards, because what any of them depended on before it they all depend on now: the shards
 * that its own parts name are not enough. What a log alone tells, after a start, are the shards that its parts name and what its segment
 * records say; everything else that was needed is on the disk by then. Used by the owner of the shard.
 */
public final class ShardNeeds {
    private final long[] upTo;

    public ShardNeeds(int shards) {
        upTo = new long[shards];
        clear();
    }

    public void clear() {
        Arrays.fill(upTo, QueueIndex.NONE);
    }

    public int shards() {
        return upTo.length;
    }

    /** Up to which record of a shard; {@link QueueIndex#NONE} for none of it. */
    public long of(int shard) {
        return shard < upTo.length ? upTo[shard] : QueueIndex.NONE;
    }

    /** Whether anything of another shard is needed. */
    public boolean hasOthers(int own) {
        for (int shard = 0; shard < upTo.length; shard++) {
            if (shard != own && upTo[shard] != QueueIndex.NONE) {
                return true;
            }
        }
        return false;
    }

    /** Everything up to a record of a shard is needed, if no more was already. */
    public void raise(int shard, long index) {
        upTo[shard] = Math.max(upTo[shard], index);
    }

    /** Everything named is needed too. */
    public void raise(ShardIndexes named) {
        for (int i = 0; i < named.count(); i++) {
            raise(named.shard(i), named.index(i));
        }
    }

    public void raise(ShardNeeds other) {
        for (int shard = 0; shard < upTo.length; shard++) {
            upTo[shard] = Math.max(upTo[shard], other.upTo[shard]);
        }
    }

    public void set(ShardNeeds other) {
        System.arraycopy(other.upTo, 0, upTo, 0, upTo.length);
    }

    /**
     * A transaction was logged: joins the needs of all shards that it wrote to.
     *
     * @param written needs of these shards, the first {@code count} of them
     * @param parts where its parts are
     * @param read records that it was derived from, of shards that it only read; mostly empty
     */
    public static void join(ShardNeeds[] written, int count, ShardIndexes parts, ShardIndexes read) {
        ShardNeeds all = written[0];
        for (int i = 1; i < count; i++) {
            all.raise(written[i]);
        }
        all.raise(read);
        all.raise(parts);
        for (int i = 1; i < count; i++) {
            written[i].set(all);
        }
    }

    /** Whether each shard's log has what is needed of it. */
    public boolean areMetBy(Logs logs) {
        return unmetBy(logs) < 0;
    }

    /** A shard whose log has not all that is needed of it, or -1. */
    public int unmetBy(Logs logs) {
        for (int shard = 0; shard < upTo.length; shard++) {
            if (upTo[shard] != QueueIndex.NONE && logs.upTo(shard) < upTo[shard]) {
                return shard;
            }
        }
        return -1;
    }

    /** Up to where each shard's log is there, in whatever sense is asked for: on the disk, applied. */
    @FunctionalInterface
    public interface Logs {
        long upTo(int shard);
    }

    /** For a segment record of the shard: what it needs of others. */
    public String text(int own) {
        ShardIndexes named = new ShardIndexes();
        for (int shard = 0; shard < upTo.length; shard++) {
            if (shard != own && upTo[shard] != QueueIndex.NONE) {
                named.add(shard, upTo[shard]);
            }
        }
        return named.text();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int shard = 0; shard < upTo.length; shard++) {
            text.append(shard == 0 ? "" : " ").append(QueueIndex.toString(upTo[shard]));
        }
        return text.toString();
    }
}

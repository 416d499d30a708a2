package io.tailrace.node.shard;

import io.tailrace.node.config.EvictionPolicy;
import io.tailrace.node.store.Store;

/**
 * Keeps a primary's store below {@code max-memory}, as Redis does: before a command that may need more memory is run, while
 * the store is over the limit, keys are evicted, and the command is refused when there are none to evict. So the store may
 * be over the limit by what one command, or one MULTI, adds. Owned by the shard's reactor thread.
 *
 * <p>Evictions are logged as DEL, in records of their own before that of the command, so a replica has them from the log; it
 * evicts and refuses nothing itself, whatever its own limit. A watch of an evicted key is touched like by any DEL.
 *
 * <p>One call evicts a bounded number of keys and takes well below a millisecond. If that was not enough, as after the limit
 * was lowered, commands are let pass and the duty cycle continues to evict.
 */
public final class MemoryLimit {
    /** Redis's reply to a command that is refused, without the dash. */
    public static final String REFUSAL = "OOM command not allowed when used memory > 'maxmemory'.";

    /** No limit. */
    public static final long NONE = Long.MAX_VALUE;

    private static final int MOST_BATCHES = 8;

    private final Shard shard;
    private final EvictionBatch batch = new EvictionBatch();
    private final EvictionChoice random;
    private final EvictionChoice soonest = new SoonestChoice();
    private long limitBytes = NONE;
    private long spareBytes;
    private EvictionPolicy policy = EvictionPolicy.NOEVICTION;
    private long evicted;
    private boolean isRefused;
    private volatile boolean isExhausted;

    MemoryLimit(Shard shard, long seed) {
        this.shard = shard;
        random = new RandomChoice(seed);
    }

    /** Sets the limit of this shard, {@link #NONE} on a replica. Cheap; asked once per millisecond. */
    public void set(long bytes, EvictionPolicy newPolicy) {
        limitBytes = bytes;
        // a little more than what is needed goes, so that not every write has to evict
        spareBytes = Math.min(bytes >> 10, 64 << 10);
        policy = newPolicy;
        shard.store().limit(bytes);
    }

    /** Whether the store holds more than it may: all that is asked before a command while there is room. */
    public boolean isOver() {
        return limitBytes != NONE && shard.store().usedBytes() > limitBytes;
    }

    /**
     * Evicts if need be. Pointers into the store are void after it.
     *
     * @return whether there is room, or is being made; false when nothing can be evicted
     */
    public boolean makeRoom() {
        boolean hasRoom = !isOver() || policy != EvictionPolicy.NOEVICTION && evict();
        if (isExhausted == hasRoom) {
            isExhausted = !hasRoom;
        }
        return hasRoom;
    }

    /** Whether {@link #step} has something to do. */
    public boolean isDue() {
        return isOver() || isExhausted;
    }

    /** Evicts some keys if need be, without a command that asks for it; returns how much was done, 0 when nothing can be. */
    public int step() {
        long before = evicted;
        isRefused = false;
        boolean canContinue = makeRoom() && isOver() && !isRefused;
        return evicted > before ? (int) (evicted - before) : canContinue ? 1 : 0;
    }

    /** Whether {@link #makeRoom} failed the last time; any thread. */
    public boolean isExhausted() {
        return isExhausted;
    }

    /** Keys evicted since the start. */
    public long evicted() {
        return evicted;
    }

    private boolean evict() {
        EvictionChoice choice = policy == EvictionPolicy.ALLKEYS_RANDOM ? random : soonest;
        Store store = shard.store();
        for (int i = 0; i < MOST_BATCHES && isOver(); i++) {
            batch.clear();
            if (!choice.choose(store, batch)) {
                return false;
            }
            int count = countNeeded(store.usedBytes() + spareBytes - limitBytes);
            if (count > 0) {
                if (!remove(count)) {
                    // the log takes nothing: the command is told why
                    isRefused = true;
                    return true;
                }
                choice.evicted(store, batch, count);
                evicted += count;
            }
        }
        return true;
    }

    private int countNeeded(long neededBytes) {
        long left = neededBytes;
        int count = 0;
        while (count < batch.count() && left > 0) {
            left -= batch.bytes(count++);
        }
        return count;
    }

    private boolean remove(int count) {
        Transaction transaction = shard.begin(false);
        transaction.events().evict();
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            bytes += batch.length(i);
        }
        try {
            transaction.promise(count, bytes);
        } catch (RefusedException e) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            transaction.delete(batch.address(i), batch.length(i));
        }
        shard.commit();
        return true;
    }
}

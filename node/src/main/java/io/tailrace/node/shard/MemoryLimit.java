package io.tailrace.node.shard;

import io.tailrace.node.config.EvictionPolicy;
import io.tailrace.node.config.NodeConfig;
import io.tailrace.node.config.Setting;
import io.tailrace.node.platform.CycleCause;
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

    /** What a key takes at least. */
    private static final long MIN_LIMIT_BYTES = 32;

    private static final int MAX_BATCHES = 8;
    private static final long NEVER = Long.MIN_VALUE;

    private final Shard shard;
    private final EvictionBatch batch = new EvictionBatch();
    private final EvictionChoice random;
    private final EvictionChoice soonest = new SoonestChoice();
    private final SampledChoice sampled;
    private long limitBytes = NONE;
    private long peakBytes;
    private long overSinceSteadyMs = NEVER;
    private long exceededMs;
    private long spareBytes;
    private EvictionPolicy policy = EvictionPolicy.NOEVICTION;
    private long evicted;
    private boolean isRefused;
    private volatile boolean isExhausted;

    MemoryLimit(Shard shard, long seed) {
        this.shard = shard;
        random = new RandomChoice(seed);
        sampled = new SampledChoice(seed);
    }

    /** Sets the limit of this shard, {@link #NONE} on a replica. Cheap; asked once per millisecond. */
    public void set(long bytes, EvictionPolicy newPolicy) {
        limitBytes = bytes;
        // a little more than what is needed goes, so that not every write has to evict
        spareBytes = Math.min(bytes >> 10, 64 << 10);
        policy = newPolicy;
        sampled.policy(newPolicy);
        shard.databases().access().byFrequency(newPolicy.isByFrequency());
        shard.databases().access().byUseAlone(bytes != NONE && newPolicy.isByUse());
        shard.databases().limit(bytes);
    }

    /** Takes what settings say on how keys are chosen, of a primary and of a replica, which notes how they are used too. */
    public void choose(NodeConfig config) {
        sampled.samples((int) config.number(Setting.MAX_MEMORY_SAMPLES));
        shard.databases().access().set((int) config.number(Setting.LFU_LOG_FACTOR), (int)
                config.number(Setting.LFU_DECAY_TIME));
        note();
    }

    /** Once a millisecond: the peak, and for how long the store was over the limit. */
    private void note() {
        long now = shard.clock().steadyMs();
        peakBytes = Math.max(peakBytes, shard.databases().usedBytes());
        if (!isOver()) {
            exceededMs += overSinceSteadyMs == NEVER ? 0 : now - overSinceSteadyMs;
            overSinceSteadyMs = NEVER;
        } else if (overSinceSteadyMs == NEVER) {
            overSinceSteadyMs = now;
        }
    }

    /** The most bytes that the store has had, about. */
    public long peakBytes() {
        return Math.max(peakBytes, shard.databases().usedBytes());
    }

    /** For how long it has been over the limit, in all. */
    public long exceededMs() {
        return exceededMs + exceedingMs();
    }

    /** Counts that time from here on. */
    public void resetExceeded() {
        exceededMs = 0;
        overSinceSteadyMs = overSinceSteadyMs == NEVER ? NEVER : shard.clock().steadyMs();
    }

    /** For how long it is now. */
    public long exceedingMs() {
        return overSinceSteadyMs == NEVER ? 0 : shard.clock().steadyMs() - overSinceSteadyMs;
    }

    /** Whether the store holds more than it may, or may not even hold one key: all that is asked before a command while there is room. */
    public boolean isOver() {
        return limitBytes != NONE
                && (limitBytes < MIN_LIMIT_BYTES || shard.databases().usedBytes() > limitBytes);
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
        shard.clock().meter().note(CycleCause.EVICTION);
        EvictionChoice choice =
                switch (policy) {
                    case ALLKEYS_RANDOM -> random;
                    case VOLATILE_TTL -> soonest;
                    default -> sampled;
                };
        for (int i = 0; i < MAX_BATCHES && isOver(); i++) {
            batch.clear();
            Store store = choice.choose(shard.databases());
            if (store == null || !choice.choose(store, batch)) {
                return false;
            }
            int count = countNeeded(shard.databases().usedBytes() + spareBytes - limitBytes);
            if (count > 0) {
                if (!remove(store.place(), count)) {
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

    private boolean remove(int place, int count) {
        Transaction transaction = shard.begin(false);
        transaction.select(shard.databases().databaseAt(place));
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

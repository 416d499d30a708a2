package io.tailrace.node.store;

import io.tailrace.wire.memory.Memory;
import net.openhft.chronicle.core.OS;

/**
 * Native blocks for values too large for the map. Owned by the reactor thread of the shard.
 *
 * <p>A walk copies an entry's reference under the segment lock and the block's bytes after it, so a block that is dropped
 * meanwhile is only set aside, with the number of the walk's step, and freed when the walk has begun another step: it is
 * done with what it copied before. So a walk that takes hours does not keep all that was overwritten in these hours.
 *
 * <pre>
 *  0              8              16                24
 *  | previous i64 | next i64     | length i64      | value ...     blocks form a list, so that all can be freed
 *  | step     i64 | next i64     |                                 when set aside, oldest first
 * </pre>
 */
final class LargeValues {
    private static final int PREVIOUS = 0;
    private static final int STEP = PREVIOUS;
    private static final int NEXT = PREVIOUS + Long.BYTES;
    private static final int LENGTH = NEXT + Long.BYTES;
    private static final int HEADER_LENGTH = LENGTH + Long.BYTES;

    /** Of a block beyond its value: our header and the allocator's. */
    private static final int OVERHEAD = HEADER_LENGTH + 16;

    private final Totals totals;
    private long live;
    private long oldestAside;
    private long newestAside;
    private long bytes;
    private StoreWalk walk;

    LargeValues(Totals totals) {
        this.totals = totals;
    }

    /** Copies a value into a block of its own and gives the address of the copy. */
    long store(long valueAddress, int valueLength) {
        long block = OS.memory().allocate(HEADER_LENGTH + (long) valueLength);
        Memory.putLong(block + LENGTH, valueLength);
        Memory.copy(valueAddress, block + HEADER_LENGTH, valueLength);
        Memory.putLong(block + PREVIOUS, 0);
        Memory.putLong(block + NEXT, live);
        if (live != 0) {
            Memory.putLong(live + PREVIOUS, block);
        }
        live = block;
        bytes += valueLength;
        totals.blockBytes += cost(valueLength);
        return block + HEADER_LENGTH;
    }

    /** Bytes that a value of such a length takes. */
    static long cost(long valueLength) {
        return OVERHEAD + valueLength;
    }

    /** Takes back a value that no entry refers to any more; under the lock of the segment that it was of. */
    void drop(long valueAddress) {
        long block = valueAddress - HEADER_LENGTH;
        unlink(block);
        if (walk == null) {
            free(block);
            return;
        }
        long step = walk.step();
        setAside(block, step);
        while (Memory.getLong(oldestAside + STEP) < step) {
            freeOldest();
        }
    }

    /** Frees every value, when nobody uses them any more. */
    void dropAll() {
        assert walk == null : "a walk is under way";
        while (live != 0) {
            long block = live;
            unlink(block);
            free(block);
        }
    }

    void beginWalk(StoreWalk begun) {
        walk = begun;
    }

    /** After the walking thread is done. */
    void endWalk() {
        walk = null;
        while (oldestAside != 0) {
            freeOldest();
        }
    }

    private void freeOldest() {
        long block = oldestAside;
        oldestAside = Memory.getLong(block + NEXT);
        free(block);
    }

    /** Bytes of values held, those waiting for a walk included. */
    long bytes() {
        return bytes;
    }

    private void unlink(long block) {
        totals.blockBytes -= cost(Memory.getLong(block + LENGTH));
        long previous = Memory.getLong(block + PREVIOUS);
        long next = Memory.getLong(block + NEXT);
        if (previous == 0) {
            live = next;
        } else {
            Memory.putLong(previous + NEXT, next);
        }
        if (next != 0) {
            Memory.putLong(next + PREVIOUS, previous);
        }
    }

    private void setAside(long block, long step) {
        Memory.putLong(block + STEP, step);
        Memory.putLong(block + NEXT, 0);
        if (oldestAside == 0) {
            oldestAside = block;
        } else {
            Memory.putLong(newestAside + NEXT, block);
        }
        newestAside = block;
    }

    private void free(long block) {
        long length = Memory.getLong(block + LENGTH);
        bytes -= length;
        OS.memory().freeMemory(block, HEADER_LENGTH + length);
    }
}

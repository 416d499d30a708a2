package io.tailrace.node.store;

import io.tailrace.wire.memory.Memory;
import net.openhft.chronicle.core.OS;

/**
 * Native blocks for values too large for the map. Owned by the reactor thread of the shard. A block may be longer than its
 * value, of which parts are written then without copying it.
 *
 * <p>A walk copies an entry's reference under the segment lock and the block's bytes after it, so a block that is dropped
 * meanwhile is only set aside, with the number of the walk's step, and freed when the walk has begun another step: it is
 * done with what it copied before. So a walk that takes hours does not keep all that was overwritten in these hours.
 * For the same reason a block's bytes may be changed under the lock of its segment, but in the step that visits that segment;
 * in it too, if the block was made after the visit.
 *
 * <pre>
 *  0              8              16             24         32
 *  | previous i64 | next i64     | capacity i64 | made i64 | value ...     blocks form a list, so that all can be freed
 *  | step     i64 | next i64     |                                         when set aside, oldest first
 *
 *  made  in a walk's step, after its visit: number of the walk and the step; 0 if there was no walk, or the visit was not over
 * </pre>
 */
final class LargeValues {
    private static final int PREVIOUS = 0;
    private static final int STEP = PREVIOUS;
    private static final int NEXT = PREVIOUS + Long.BYTES;
    private static final int CAPACITY = NEXT + Long.BYTES;
    private static final int MADE = CAPACITY + Long.BYTES;
    private static final int HEADER_LENGTH = MADE + Long.BYTES;

    /** A block that grows gets twice what it needs, up to this many bytes more (as Redis: {@code SDS_MAX_PREALLOC}). */
    private static final int MAX_SLACK = 1 << 20;

    /** Of a block beyond its value: our header and the allocator's. */
    private static final int OVERHEAD = HEADER_LENGTH + 16;

    private final Totals totals;
    private long live;
    private long oldestAside;
    private long newestAside;
    private long bytes;
    private StoreWalk walk;
    private long walks;

    LargeValues(Totals totals) {
        this.totals = totals;
    }

    /** Copies a value into a block of its own and gives the address of the copy. */
    long store(long valueAddress, int valueLength) {
        long copy = allocate(valueLength);
        Memory.copy(valueAddress, copy, valueLength);
        return copy;
    }

    /** Makes a block for a value that is going to grow, and gives where the value is to be. */
    long allocateToGrow(int valueLength) {
        return allocate(Math.min(Integer.MAX_VALUE, valueLength + (long) Math.min(valueLength, MAX_SLACK)));
    }

    /** Makes a block for a value of a length, and gives where the value is to be. */
    long allocate(long capacity) {
        long block = OS.memory().allocate(HEADER_LENGTH + capacity);
        Memory.putLong(block + CAPACITY, capacity);
        Memory.putLong(block + MADE, made());
        Memory.putLong(block + PREVIOUS, 0);
        Memory.putLong(block + NEXT, live);
        if (live != 0) {
            Memory.putLong(live + PREVIOUS, block);
        }
        live = block;
        bytes += capacity;
        totals.blockBytes += cost(capacity);
        return block + HEADER_LENGTH;
    }

    private long made() {
        long step = walk == null ? 0 : walk.step();
        // asked after the step: if it is another by now, this one is over
        return step != 0 && walk.visited() == step ? moment(step) : 0;
    }

    /** A step of a walk, of all walks there were. */
    private long moment(long step) {
        return walks << Integer.SIZE | step;
    }

    private static long cost(long capacity) {
        return OVERHEAD + capacity;
    }

    /** Bytes that the block of a value takes. */
    static long costOf(long valueAddress) {
        return cost(capacity(valueAddress));
    }

    /** How long the value of a block may be. */
    static long capacity(long valueAddress) {
        return Memory.getLong(valueAddress - HEADER_LENGTH + CAPACITY);
    }

    /** Whether a walk may be reading a value of a segment, whose lock is held. */
    boolean isRead(long valueAddress, int segment) {
        return walk != null
                && walk.isInStepOf(segment)
                && Memory.getLong(valueAddress - HEADER_LENGTH + MADE) != moment(walk.step());
    }

    /** Frees a value that no entry refers to any more; under the lock of the segment that it was of. */
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

    /** Frees every value, when they are no longer used. */
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
        walks++;
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

    /** Bytes for values, those waiting for a walk included. */
    long bytes() {
        return bytes;
    }

    private void unlink(long block) {
        totals.blockBytes -= cost(Memory.getLong(block + CAPACITY));
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
        long capacity = Memory.getLong(block + CAPACITY);
        bytes -= capacity;
        OS.memory().freeMemory(block, HEADER_LENGTH + capacity);
    }
}

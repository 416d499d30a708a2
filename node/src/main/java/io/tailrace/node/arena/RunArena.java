package io.tailrace.node.arena;

import io.tailrace.wire.memory.Memory;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs of a fixed, power-of-two number of bytes, each aligned to its size, cut from slabs of 64. A slab of which every run
 * is free goes back to the system, but for one. Owned by one thread.
 */
final class RunArena implements AutoCloseable {
    private static final int RUNS = 64;

    /** One slab: its runs that are free are bits. */
    private static final class Slab {
        private final long allocated;
        private final long first;
        private long free = -1;

        Slab(long allocated, long first) {
            this.allocated = allocated;
            this.first = first;
        }
    }

    private final long runBytes;
    private final List<Slab> slabs = new ArrayList<>();
    private int emptySlabs;

    RunArena(int runBytes) {
        assert Integer.bitCount(runBytes) == 1 : runBytes;
        this.runBytes = runBytes;
    }

    private long slabBytes() {
        return (RUNS + 1) * runBytes;
    }

    /** Gives a run, of undefined content. */
    long allocate() {
        Slab slab = withFree();
        if (slab.free == -1) {
            emptySlabs--;
        }
        int run = Long.numberOfTrailingZeros(slab.free);
        slab.free &= ~(1L << run);
        return slab.first + run * runBytes;
    }

    private Slab withFree() {
        for (int i = 0; i < slabs.size(); i++) {
            if (slabs.get(i).free != 0) {
                return slabs.get(i);
            }
        }
        long allocated = Memory.allocate(slabBytes());
        Slab added = new Slab(allocated, allocated + runBytes - 1 & -runBytes);
        slabs.add(added);
        emptySlabs++;
        return added;
    }

    /** Takes a run back. */
    void free(long run) {
        for (int i = 0; i < slabs.size(); i++) {
            Slab slab = slabs.get(i);
            if (run >= slab.first && run < slab.first + RUNS * runBytes) {
                slab.free |= 1L << (run - slab.first) / runBytes;
                if (slab.free == -1 && ++emptySlabs > 1) {
                    emptySlabs--;
                    slabs.remove(i);
                    Memory.free(slab.allocated, slabBytes());
                }
                return;
            }
        }
        throw new IllegalStateException("no run of this arena: " + run);
    }

    /** Bytes taken from the system. */
    long reservedBytes() {
        return slabs.size() * slabBytes();
    }

    @Override
    public void close() {
        slabs.forEach(slab -> Memory.free(slab.allocated, slabBytes()));
        slabs.clear();
        emptySlabs = 0;
    }
}

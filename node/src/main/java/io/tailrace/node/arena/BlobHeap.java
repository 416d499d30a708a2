package io.tailrace.node.arena;

import io.tailrace.wire.memory.Memory;
import java.util.Arrays;

/**
 * Memory in size classes for what is smaller than a page: packed collections and the headers of trees. Owned by one thread.
 *
 * <p>Eight classes a doubling, from {@value #MIN_BYTES} to {@value #MAX_BYTES} bytes, so at most an eighth of a blob is unused.
 * Blobs of a class are cut from runs of 64 KiB, aligned to their size, so that a blob's run is found by masking its address.
 * A run of which every blob is free goes back; runs are cut from slabs, which go back when all their runs are free.
 *
 * <pre>
 *  run: 0         4        8          16         24              64
 *       | class   | used   | free     | previous | next ...      | blob | blob | ...
 *       free: address of the first free blob, 0 for none; a free blob begins with the address of the next one
 * </pre>
 */
final class BlobHeap implements AutoCloseable {
    static final int MIN_BYTES = 16;
    static final int MAX_BYTES = 8 << 10;

    private static final int STEPS = 8;
    private static final int MIN_SHIFT = Integer.numberOfTrailingZeros(MIN_BYTES);
    /** Of {@link #classOf} for MAX_BYTES, and one more. */
    private static final int CLASSES = (Integer.numberOfTrailingZeros(MAX_BYTES) - MIN_SHIFT) * STEPS + 1;

    private static final int RUN_BYTES = 64 << 10;
    private static final int RUN_HEADER = 64;
    private static final int CLASS = 0;
    private static final int USED = CLASS + Integer.BYTES;
    private static final int FREE = USED + Integer.BYTES;
    private static final int PREVIOUS = FREE + Long.BYTES;
    private static final int NEXT = PREVIOUS + Long.BYTES;

    private final RunArena runs = new RunArena(RUN_BYTES);
    /** Of each class the first run that has a free blob, 0 for none. */
    private final long[] withFree = new long[CLASSES];

    private long usedBytes;

    /** The class of the smallest blobs that take this many bytes. */
    static int classOf(int bytes) {
        assert bytes <= MAX_BYTES : bytes;
        int size = Math.max(bytes, MIN_BYTES);
        int shift = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(size);
        int base = 1 << shift;
        int step = base / STEPS;
        int above = (size - base + step - 1) / step;
        return (shift - MIN_SHIFT) * STEPS + above;
    }

    /** Bytes of a blob of a class. */
    static int capacity(int sizeClass) {
        int base = MIN_BYTES << sizeClass / STEPS;
        return base + sizeClass % STEPS * (base / STEPS);
    }

    /** Bytes that a blob takes. */
    static int capacityOf(long blob) {
        return capacity(Memory.getInt((blob & -(long) RUN_BYTES) + CLASS));
    }

    /** Gives a blob of a class, of undefined content. */
    long allocate(int sizeClass) {
        long run = withFree[sizeClass];
        if (run == 0) {
            run = cut(sizeClass);
        }
        long blob = Memory.getLong(run + FREE);
        long next = Memory.getLong(blob);
        Memory.putLong(run + FREE, next);
        Memory.putInt(run + USED, Memory.getInt(run + USED) + 1);
        if (next == 0) {
            unlink(run, sizeClass);
        }
        usedBytes += capacity(sizeClass);
        return blob;
    }

    private long cut(int sizeClass) {
        long run = runs.allocate();
        int size = capacity(sizeClass);
        long next = 0;
        for (long blob = run + RUN_HEADER + (RUN_BYTES - RUN_HEADER) / size * (long) size - size;
                blob >= run + RUN_HEADER;
                blob -= size) {
            Memory.putLong(blob, next);
            next = blob;
        }
        Memory.putInt(run + CLASS, sizeClass);
        Memory.putInt(run + USED, 0);
        Memory.putLong(run + FREE, next);
        link(run, sizeClass);
        return run;
    }

    private void link(long run, int sizeClass) {
        long first = withFree[sizeClass];
        Memory.putLong(run + PREVIOUS, 0);
        Memory.putLong(run + NEXT, first);
        if (first != 0) {
            Memory.putLong(first + PREVIOUS, run);
        }
        withFree[sizeClass] = run;
    }

    private void unlink(long run, int sizeClass) {
        long previous = Memory.getLong(run + PREVIOUS);
        long next = Memory.getLong(run + NEXT);
        if (previous == 0) {
            withFree[sizeClass] = next;
        } else {
            Memory.putLong(previous + NEXT, next);
        }
        if (next != 0) {
            Memory.putLong(next + PREVIOUS, previous);
        }
    }

    /** Takes a blob back. */
    void free(long blob) {
        long run = blob & -(long) RUN_BYTES;
        int sizeClass = Memory.getInt(run + CLASS);
        long next = Memory.getLong(run + FREE);
        Memory.putLong(blob, next);
        Memory.putLong(run + FREE, blob);
        if (next == 0) {
            link(run, sizeClass);
        }
        usedBytes -= capacity(sizeClass);
        int used = Memory.getInt(run + USED) - 1;
        assert used >= 0 : "freed twice";
        Memory.putInt(run + USED, used);
        if (used == 0 && (withFree[sizeClass] != run || Memory.getLong(run + NEXT) != 0)) {
            // another run of the class has room, so this one is not needed at once
            unlink(run, sizeClass);
            runs.free(run);
        }
    }

    /** Bytes of blobs given out, by their classes. */
    long usedBytes() {
        return usedBytes;
    }

    /** Bytes taken from the system. */
    long reservedBytes() {
        return runs.reservedBytes();
    }

    @Override
    public void close() {
        runs.close();
        Arrays.fill(withFree, 0);
        usedBytes = 0;
    }
}

package io.tailrace.node.arena;

import io.tailrace.wire.memory.Memory;
import java.util.Arrays;

/**
 * Pages of {@value #PAGE_BYTES} bytes in slabs of 512. A page is named by a number, its slab in the upper bits and its place
 * there in the lower nine, so that a reference takes four bytes; {@link #NONE} names none. Owned by one thread.
 *
 * <p>Free pages of a slab form a list through their first four bytes; those that were never given out are not in it, so that memory
 * is first touched, which costs the system a page, when a page is wanted and not a slab at a time. Pages are taken from the lowest slab
 * that has one, so that the others drain, and a slab of which every page is free goes back to the system; one such slab is kept.
 */
final class PageArena implements AutoCloseable {
    static final int PAGE_BYTES = 4 << 10;
    /** Place 0 of slab 0, which is never given out. */
    static final int NONE = 0;

    static final int PAGES_PER_SLAB = 1 << 9;

    private static final int SLAB_SHIFT = Integer.numberOfTrailingZeros(PAGES_PER_SLAB);
    private static final int PLACE_MASK = PAGES_PER_SLAB - 1;
    private static final int MAX_SLABS = 1 << 22;
    /** One page more than it holds, so that pages can be aligned to their size. */
    private static final long SLAB_BYTES = (long) (PAGES_PER_SLAB + 1) * PAGE_BYTES;

    private static final int END = -1;

    /** What {@link Memory#allocate} gave for each slab, 0 for a slab that is not there. */
    private long[] allocated = new long[16];
    /** Where its first page is. Replaced, never changed in place: readers of a view keep the one they were given. */
    private long[] pages = new long[16];

    private int[] firstFree = new int[16];
    /** The first place that was never given out. */
    private int[] fresh = new int[16];

    private int[] usedIn = new int[16];
    private int slabs;
    private int lowestWithFree;
    private int emptySlabs;
    private long used;

    /** The address of a page. */
    long address(int page) {
        return address(pages, page);
    }

    /** Where the slabs are; good in any thread for pages that exist now. */
    long[] slabAddresses() {
        return pages;
    }

    /** The address of a page, by what {@link #slabAddresses} gave. */
    static long address(long[] slabAddresses, int page) {
        return slabAddresses[page >>> SLAB_SHIFT] + (long) (page & PLACE_MASK) * PAGE_BYTES;
    }

    /** Gives a page, of undefined content. */
    int allocate() {
        int slab = slabWithFree();
        int page = slab << SLAB_SHIFT | take(slab);
        if (usedIn[slab]++ == 0) {
            emptySlabs--;
        }
        used++;
        return page;
    }

    private int take(int slab) {
        int place = firstFree[slab];
        if (place == END) {
            return fresh[slab]++;
        }
        firstFree[slab] = Memory.getInt(address(slab << SLAB_SHIFT | place));
        return place;
    }

    private int slabWithFree() {
        int hole = slabs;
        for (int slab = lowestWithFree; slab < slabs; slab++) {
            if (allocated[slab] == 0) {
                hole = Math.min(hole, slab);
            } else if (firstFree[slab] != END || fresh[slab] < PAGES_PER_SLAB) {
                lowestWithFree = Math.min(hole, slab);
                return slab;
            }
        }
        add(hole);
        lowestWithFree = hole;
        return hole;
    }

    private void add(int slab) {
        if (slab == MAX_SLABS) {
            throw new OutOfMemoryError("a shard's collections take at most 8 TiB");
        }
        if (slab == allocated.length) {
            int length = 2 * slab;
            allocated = Arrays.copyOf(allocated, length);
            firstFree = Arrays.copyOf(firstFree, length);
            fresh = Arrays.copyOf(fresh, length);
            usedIn = Arrays.copyOf(usedIn, length);
        }
        long memory = Memory.allocate(SLAB_BYTES);
        long first = memory + PAGE_BYTES - 1 & -(long) PAGE_BYTES;
        long[] replaced = Arrays.copyOf(pages, allocated.length);
        replaced[slab] = first;
        pages = replaced;
        allocated[slab] = memory;
        firstFree[slab] = END;
        fresh[slab] = slab == 0 ? NONE + 1 : 0;
        usedIn[slab] = 0;
        emptySlabs++;
        slabs = Math.max(slabs, slab + 1);
    }

    /** Takes a page back. */
    void free(int page) {
        int slab = page >>> SLAB_SHIFT;
        assert page != NONE && allocated[slab] != 0 : page;
        Memory.putInt(address(page), firstFree[slab]);
        firstFree[slab] = page & PLACE_MASK;
        lowestWithFree = Math.min(lowestWithFree, slab);
        used--;
        if (--usedIn[slab] == 0 && ++emptySlabs > 1) {
            remove(slab);
        }
    }

    private void remove(int slab) {
        Memory.free(allocated[slab], SLAB_BYTES);
        allocated[slab] = 0;
        firstFree[slab] = END;
        emptySlabs--;
    }

    /** Pages given out. */
    long used() {
        return used;
    }

    /** Bytes taken from the system. */
    long reservedBytes() {
        long there = 0;
        for (int slab = 0; slab < slabs; slab++) {
            there += allocated[slab] == 0 ? 0 : SLAB_BYTES;
        }
        return there;
    }

    /** Gives all memory back, used or not. */
    @Override
    public void close() {
        for (int slab = 0; slab < slabs; slab++) {
            if (allocated[slab] != 0) {
                Memory.free(allocated[slab], SLAB_BYTES);
            }
        }
        slabs = 0;
        emptySlabs = 0;
        used = 0;
    }
}

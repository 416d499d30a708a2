package io.tailrace.node.arena;

import io.tailrace.wire.memory.Memory;

/**
 * The way from a tree's root to an element or to the place of one: the page of each level and the slot in it, the root at
 * depth 0. Reused; without garbage.
 */
final class TreePath {
    /** A page of the largest separators has three children. */
    static final int MAX_HEIGHT = 24;

    final int[] pages = new int[MAX_HEIGHT];
    final int[] slots = new int[MAX_HEIGHT];
    int height;

    /** Whether the element that was looked for is at the end of the path. */
    boolean isExact;

    // keys between which the page lies that is looked at, by its separators
    private long least;
    private long most;
    private boolean isLeastKnown;
    private boolean isMostKnown;

    /** Goes to (key, member), or to the slot where it would be put. */
    void toMember(long[] slabs, int root, int treeHeight, TreeShape shape, long key, long member, int length) {
        height = treeHeight;
        int number = root;
        int leaf = treeHeight - 1;
        isLeastKnown = false;
        isMostKnown = false;
        for (int depth = 0; depth < leaf; depth++) {
            long page = PageArena.address(slabs, number);
            int slot = lowerBound(page, shape, key, member, length, 1);
            slot -= isExact ? 0 : 1;
            pages[depth] = number;
            slots[depth] = slot;
            if (slot > 0) {
                least = Page.key(page, slot, shape);
                isLeastKnown = true;
            }
            if (slot + 1 < Page.slots(page)) {
                most = Page.key(page, slot + 1, shape);
                isMostKnown = true;
            }
            number = Page.childPage(Page.entry(page, slot, shape), shape);
        }
        pages[leaf] = number;
        slots[leaf] = lowerBound(PageArena.address(slabs, number), shape, key, member, length, 0);
    }

    /**
     * The first slot at or after (key, member), of a page's slots from one on.
     *
     * <p>Keys are often hashes, spread evenly: so the search looks first where the key should be, then in steps that double until
     * it is between two of them, and there by halves. What is looked at lies side by side: in a large tree each other place is a
     * miss of the processor's cache.
     */
    private int lowerBound(long page, TreeShape shape, long key, long member, int length, int from) {
        isExact = false;
        int low = from;
        int high = Page.slots(page);
        if (low >= high) {
            return high;
        }
        int probe = guess(page, shape, key, low, high);
        int step = 1;
        int direction = 0;
        while (true) {
            int order = compare(page, shape, probe, key, member, length);
            if (order == 0) {
                isExact = true;
                return probe;
            }
            if (order < 0) {
                low = probe + 1;
            } else {
                high = probe;
            }
            if (low >= high) {
                return low;
            }
            int side = order < 0 ? 1 : -1;
            if (step > 0 && (direction == 0 || side == direction)) {
                direction = side;
                probe = side > 0 ? Math.min(low + step - 1, high - 1) : Math.max(high - step, low);
                step <<= 1;
            } else {
                step = 0;
                probe = low + high >>> 1;
            }
        }
    }

    /** Between the separators that led here, or, at an edge of the tree, between the page's own keys. */
    private int guess(long page, TreeShape shape, long key, int low, int high) {
        long first = (isLeastKnown ? least : Page.key(page, low, shape)) >>> 1;
        long last = (isMostKnown ? most : Page.key(page, high - 1, shape)) >>> 1;
        long wanted = key >>> 1;
        if (wanted <= first) {
            return low;
        }
        if (wanted >= last) {
            return high - 1;
        }
        return Math.min(low + (int) ((double) (wanted - first) / (last - first) * (high - low)), high - 1);
    }

    private static int compare(long page, TreeShape shape, int slot, long key, long member, int length) {
        int order = Long.compareUnsigned(Page.key(page, slot, shape), key);
        if (order != 0) {
            return order;
        }
        long cell = Page.entry(page, slot, shape);
        return Memory.compare(Cell.address(cell), Cell.length(cell), member, length);
    }

    /**
     * Goes to a position, or to the slot where an element would be put before it; {@code position} may be the count then. Each page is
     * looked through from the end that is nearer.
     *
     * @param count of the tree's elements
     */
    void toPosition(
            long[] slabs, int root, int treeHeight, TreeShape shape, long position, long count, boolean isInsert) {
        height = treeHeight;
        int number = root;
        long left = position;
        long here = count;
        int leaf = treeHeight - 1;
        for (int depth = 0; depth < leaf; depth++) {
            long page = PageArena.address(slabs, number);
            boolean isNearerToEnd = left > here >> 1;
            left = isNearerToEnd
                    ? fromEnd(page, shape, depth, here - left, isInsert)
                    : fromBegin(page, shape, depth, left, isInsert);
            long child = Page.entry(page, slots[depth], shape);
            here = Page.childCount(child, shape);
            pages[depth] = number;
            number = Page.childPage(child, shape);
        }
        pages[leaf] = number;
        slots[leaf] = (int) left;
        isExact = !isInsert;
    }

    /** Finds the child with so many elements before the position; returns how many of its own are. */
    private long fromBegin(long page, TreeShape shape, int depth, long before, boolean isInsert) {
        int last = Page.slots(page) - 1;
        long left = before;
        int slot = 0;
        for (; slot < last; slot++) {
            long below = Page.childCount(Page.entry(page, slot, shape), shape);
            if (isInsert ? left <= below : left < below) {
                break;
            }
            left -= below;
        }
        slots[depth] = slot;
        return left;
    }

    /** The same with so many elements from the position on: an element is put behind a child rather than before the next one. */
    private long fromEnd(long page, TreeShape shape, int depth, long after, boolean isInsert) {
        int slot = Page.slots(page) - 1;
        long left = after;
        long below = Page.childCount(Page.entry(page, slot, shape), shape);
        while (slot > 0 && (isInsert ? left >= below : left > below)) {
            left -= below;
            below = Page.childCount(Page.entry(page, --slot, shape), shape);
        }
        slots[depth] = slot;
        return below - left;
    }

    /** Compares the element at the path's end. */
    int compareLast(long[] slabs, TreeShape shape, long key, long member, int length) {
        int leaf = height - 1;
        return compare(PageArena.address(slabs, pages[leaf]), shape, slots[leaf], key, member, length);
    }

    /** How many elements are before the path's end. */
    long rank(long[] slabs, TreeShape shape) {
        long rank = slots[height - 1];
        for (int depth = 0; depth < height - 1; depth++) {
            long page = PageArena.address(slabs, pages[depth]);
            for (int slot = 0; slot < slots[depth]; slot++) {
                rank += Page.childCount(Page.entry(page, slot, shape), shape);
            }
        }
        return rank;
    }

    /** A new root above this path, whose only child is the old one. */
    void raise(int newRoot) {
        if (height == MAX_HEIGHT) {
            throw new IllegalStateException("a tree of more than " + MAX_HEIGHT + " levels");
        }
        System.arraycopy(pages, 0, pages, 1, height);
        System.arraycopy(slots, 0, slots, 1, height);
        pages[0] = newRoot;
        slots[0] = 0;
        height++;
    }
}

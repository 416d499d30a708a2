package io.tailrace.node.arena;

import io.tailrace.wire.memory.Memory;

/** Checks that a tree is one: order, counts, levels, page fields. */
final class TreeChecker {
    private final Arena arena;
    private final TreeShape shape;
    private boolean hasPrevious;
    private long previousKey;
    private byte[] previousMember;
    private long leastKey;
    private byte[] leastMember = {};
    int pages;

    private TreeChecker(Arena arena, TreeShape shape) {
        this.arena = arena;
        this.shape = shape;
    }

    static void check(Arena arena, long tree) {
        TreeChecker checker = new TreeChecker(arena, TreeHeader.shape(tree));
        long elements = checker.check(TreeHeader.root(tree), TreeHeader.height(tree) - 1);
        require(
                elements == TreeHeader.elements(tree),
                elements + " elements, header says " + TreeHeader.elements(tree));
        require(checker.pages == TreeHeader.pages(tree), checker.pages + " pages, header " + TreeHeader.pages(tree));
    }

    private long check(int number, int level) {
        pages++;
        long page = arena.address(number);
        require(Page.level(page) == level, "level " + Page.level(page) + ", should be " + level);
        require(Page.shape(page) == shape, "shape");
        int slots = Page.slots(page);
        int entries = 0;
        for (int slot = 0; slot < slots; slot++) {
            entries += Page.entryBytes(page, Page.entry(page, slot, shape), shape);
        }
        require(entries + Page.garbage(page) + Page.heapFrom(page) == Page.BYTES, "bytes of page " + number);
        require(Page.HEADER_BYTES + slots * shape.slotBytes() <= Page.heapFrom(page), "slots over entries");
        if (level == 0) {
            for (int slot = 0; slot < slots && shape.isKeyed(); slot++) {
                inOrder(Page.key(page, slot, shape), Page.entry(page, slot, shape));
            }
            return slots;
        }
        require(slots > 0, "an inner page without children");
        long sum = 0;
        for (int slot = 0; slot < slots; slot++) {
            long entry = Page.entry(page, slot, shape);
            if (slot > 0 && shape.isKeyed()) {
                separator(Page.key(page, slot, shape), entry);
            }
            long below = check(Page.childPage(entry, shape), level - 1);
            require(below == Page.childCount(entry, shape), "count " + Page.childCount(entry, shape) + " of " + below);
            sum += below;
        }
        return sum;
    }

    /** What comes is at or above it; what was before is below. */
    private void separator(long key, long cell) {
        leastKey = key;
        leastMember = Memory.toBytes(Cell.address(cell), Cell.length(cell));
        if (hasPrevious) {
            require(
                    compare(previousKey, previousMember, key, leastMember) < 0,
                    "a separator at or below what is before it");
        }
    }

    private void inOrder(long key, long cell) {
        byte[] member = Memory.toBytes(Cell.address(cell), Cell.length(cell));
        require(!hasPrevious || compare(previousKey, previousMember, key, member) < 0, "order");
        require(compare(leastKey, leastMember, key, member) <= 0, "an element below its separator");
        hasPrevious = true;
        previousKey = key;
        previousMember = member;
    }

    private static int compare(long key, byte[] member, long otherKey, byte[] other) {
        int order = Long.compareUnsigned(key, otherKey);
        return order != 0 ? order : java.util.Arrays.compareUnsigned(member, other);
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}

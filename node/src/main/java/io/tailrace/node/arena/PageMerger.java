package io.tailrace.node.arena;

import io.tailrace.wire.memory.Memory;

/** Removes a tree's pages that became empty, and merges sparse ones. Used by {@link TreeEditor} only. */
final class PageMerger {
    /** A page with less than this is brought together with a neighbour. */
    private static final int SPARSE = Page.BYTES / 4;
    /** Pages that are merged must leave some room, or the next insert splits them again. */
    private static final int MERGED = Page.BYTES * 9 / 10 - Page.HEADER_BYTES;

    private final EditedTree edited;

    PageMerger(EditedTree edited) {
        this.edited = edited;
    }

    /** Removes what became empty and merges what became sparse, from the leaf up. */
    void rebalance(int leaf) {
        for (int depth = leaf; depth > 0; depth--) {
            long page = edited.page(depth);
            if (Page.slots(page) == 0) {
                edited.arena.releasePage(edited.tree, edited.path.pages[depth], false);
                removeSeparator(edited.page(depth - 1), edited.path.slots[depth - 1], true);
            } else if (Page.used(page, edited.shape) >= SPARSE || !merge(depth)) {
                break;
            }
        }
        lowerRoot();
    }

    private void removeSeparator(long parent, int slot, boolean isBlockUnused) {
        if (edited.shape.isKeyed() && isBlockUnused) {
            edited.releaseBlock(Page.entry(parent, slot, edited.shape));
        }
        Page.remove(parent, slot, edited.shape);
    }

    /** Brings the path's page of a depth together with a neighbour, if both fit one page; returns whether they do. */
    private boolean merge(int depth) {
        long parent = edited.page(depth - 1);
        if (Page.slots(parent) < 2) {
            return false;
        }
        int slot = edited.path.slots[depth - 1];
        int leftSlot = slot + 1 < Page.slots(parent) ? slot : slot - 1;
        long left = edited.arena.address(Page.childPage(Page.entry(parent, leftSlot, edited.shape), edited.shape));
        long right = edited.arena.address(Page.childPage(Page.entry(parent, leftSlot + 1, edited.shape), edited.shape));
        boolean isInner = Page.level(left) > 0;
        int separatorBytes =
                isInner && edited.shape.isKeyed() ? Cell.bytes(Page.entry(parent, leftSlot + 1, edited.shape)) : 0;
        if (Page.used(left, edited.shape) + Page.used(right, edited.shape) + separatorBytes > MERGED) {
            return false;
        }
        int leftPage = edited.ownChild(depth, leftSlot);
        int rightPage = Page.childPage(Page.entry(parent, leftSlot + 1, edited.shape), edited.shape);
        left = edited.arena.address(leftPage);
        Page.compact(left, edited.arena.scratch(), edited.shape);
        if (isInner && edited.shape.isKeyed()) {
            appendInner(parent, leftSlot + 1, right, left);
        } else {
            Page.append(right, 0, Page.slots(right), left, edited.shape);
        }
        long entry = Page.entry(parent, leftSlot, edited.shape);
        Page.childCount(entry, edited.shape, Page.elements(left, edited.shape));
        edited.arena.releasePage(edited.tree, rightPage, false);
        removeSeparator(parent, leftSlot + 1, !isInner);
        edited.path.pages[depth] = leftPage;
        edited.path.slots[depth - 1] = leftSlot;
        return true;
    }

    /** The separator of the page on the right comes down to what was its first child. */
    private void appendInner(long parent, int rightSlot, long right, long left) {
        long separatorCell = Page.entry(parent, rightSlot, edited.shape);
        long first = Page.entry(right, 0, edited.shape);
        edited.releaseBlock(first);
        int cellBytes = Cell.bytes(separatorCell);
        long key = Page.key(parent, rightSlot, edited.shape);
        long entry = Page.insert(left, Page.slots(left), key, cellBytes + Page.REFERENCE_BYTES, edited.shape);
        Memory.copy(separatorCell, entry, cellBytes);
        Page.childPage(entry, edited.shape, Page.childPage(first, edited.shape));
        Page.childCount(entry, edited.shape, Page.childCount(first, edited.shape));
        Page.append(right, 1, Page.slots(right), left, edited.shape);
    }

    /** A root with one child only is not needed, one with none becomes a leaf. */
    private void lowerRoot() {
        int root = TreeHeader.root(edited.tree);
        int height = TreeHeader.height(edited.tree);
        while (height > 1 && Page.slots(edited.arena.address(root)) <= 1) {
            long page = edited.arena.address(root);
            boolean isEmpty = Page.slots(page) == 0;
            int child = isEmpty ? PageArena.NONE : Page.childPage(Page.entry(page, 0, edited.shape), edited.shape);
            if (!isEmpty && edited.shape.isKeyed()) {
                edited.releaseBlock(Page.entry(page, 0, edited.shape));
            }
            edited.arena.releasePage(edited.tree, root, false);
            height = isEmpty ? 1 : height - 1;
            root = isEmpty ? edited.arena.newPage(edited.tree, 0, edited.shape) : child;
        }
        TreeHeader.root(edited.tree, root);
        TreeHeader.height(edited.tree, height);
    }
}

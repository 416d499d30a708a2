package io.tailrace.node.arena;

import io.tailrace.wire.memory.Memory;

/**
 * Changes of a tree at the end of a path: makes the path's pages the tree's own, puts in, replaces and takes out, splits and
 * merges pages, and keeps the counts. Used by {@link Tree} only.
 */
final class TreeEditor {
    private final EditedTree edited;
    private final Arena arena;
    private final TreePath path;
    private final PageSplitter splitter;
    private final PageMerger merger;

    TreeEditor(Arena arena, TreePath path) {
        this.arena = arena;
        this.path = path;
        edited = new EditedTree(arena, path);
        splitter = new PageSplitter(edited);
        merger = new PageMerger(edited);
    }

    /** Begins a change at the path's end: all pages of the path may be written after it. */
    void begin(long header, TreeShape treeShape) {
        edited.begin(header, treeShape);
    }

    /** Puts an element in at the path's end. */
    void insert(long key, long member, int length, long value, int valueLength) {
        int bytes = edited.shape.leafEntryBytes(length, valueLength);
        splitter.makeRoom(bytes, key, member, length);
        int leaf = path.height - 1;
        long entry = Page.insert(edited.page(leaf), path.slots[leaf], key, bytes, edited.shape);
        putCell(entry, member, length);
        putValue(entry + Cell.bytes(entry), value, valueLength);
        count(1);
    }

    private void putCell(long cell, long address, int length) {
        if (length > Cell.MAX_INLINE) {
            Cell.putReference(cell, arena.newBlock(edited.tree, address, length), length);
        } else {
            Cell.put(cell, address, length);
        }
    }

    private void putValue(long at, long value, int valueLength) {
        if (edited.shape == TreeShape.MAP) {
            putCell(at, value, valueLength);
        } else if (edited.shape == TreeShape.NUMBERS) {
            Memory.putLong(at, Memory.getLong(value));
        }
    }

    /** Adds to the counts of the path's inner pages and of the tree. */
    private void count(long difference) {
        for (int depth = 1; depth < path.height; depth++) {
            long entry = edited.parentEntry(depth);
            Page.childCount(entry, edited.shape, Page.childCount(entry, edited.shape) + difference);
        }
        TreeHeader.elements(edited.tree, TreeHeader.elements(edited.tree) + difference);
    }

    /** Replaces the value of the element at the path's end. */
    void replaceValue(long value, int valueLength) {
        int leaf = path.height - 1;
        long entry = Page.entry(edited.page(leaf), path.slots[leaf], edited.shape);
        int memberBytes = Cell.bytes(entry);
        if (edited.shape != TreeShape.MAP) {
            putValue(entry + memberBytes, value, valueLength);
            return;
        }
        long cell = entry + memberBytes;
        if (valueLength <= Cell.MAX_INLINE && !Cell.isReference(cell) && Cell.length(cell) == valueLength) {
            Cell.put(cell, value, valueLength);
            return;
        }
        replace(leaf, memberBytes, cell, value, valueLength);
    }

    /** Replaces the element of a list at the path's end. */
    void replaceElement(long element, int length) {
        int leaf = path.height - 1;
        long entry = Page.entry(edited.page(leaf), path.slots[leaf], edited.shape);
        if (length <= Cell.MAX_INLINE && !Cell.isReference(entry) && Cell.length(entry) == length) {
            Cell.put(entry, element, length);
        } else {
            replace(leaf, 0, entry, element, length);
        }
    }

    /** Replaces the last cell of an entry, after this many bytes that stay; the new one may lie in the old one's block. */
    private void replace(int leaf, int keptBytes, long oldCell, long address, int length) {
        boolean wasBlock = Cell.isReference(oldCell);
        long block = Cell.address(oldCell);
        int blockLength = Cell.length(oldCell);
        long created = length > Cell.MAX_INLINE ? arena.newBlock(edited.tree, address, length) : 0;
        int bytes = keptBytes + Cell.bytesFor(length);
        long entry = roomInPlace(leaf, bytes, keptBytes);
        if (entry != 0) {
            putCellAt(entry + keptBytes, created, address, length);
        } else {
            moveElement(leaf, keptBytes, created, address, length, bytes);
        }
        if (wasBlock) {
            arena.releaseBlock(edited.tree, block, blockLength);
        }
    }

    private static void putCellAt(long cell, long created, long address, int length) {
        if (created != 0) {
            Cell.putReference(cell, created, length);
        } else {
            Cell.put(cell, address, length);
        }
    }

    /** Room for a larger or smaller entry in the slot at the path's end, with its first bytes kept; 0 when the page has none. */
    private long roomInPlace(int leaf, int bytes, int keptBytes) {
        long page = edited.page(leaf);
        if (Page.gap(page, edited.shape) < bytes) {
            return 0;
        }
        long old = Page.entry(page, path.slots[leaf], edited.shape);
        long entry = Page.replace(page, path.slots[leaf], bytes, edited.shape);
        Memory.copy(old, entry, keptBytes);
        return entry;
    }

    /** The rare case: takes the entry out and puts it in again, which may compact or split the page. */
    private void moveElement(int leaf, int keptBytes, long created, long address, int length, int bytes) {
        long page = edited.page(leaf);
        int slot = path.slots[leaf];
        long key = Page.key(page, slot, edited.shape);
        long kept = arena.entryScratch();
        Memory.copy(Page.entry(page, slot, edited.shape), kept, keptBytes);
        Page.remove(page, slot, edited.shape);
        count(-1);
        long member = keptBytes > 0 ? Cell.address(kept) : address;
        splitter.makeRoom(bytes, key, member, keptBytes > 0 ? Cell.length(kept) : length);
        int now = path.height - 1;
        long entry = Page.insert(edited.page(now), path.slots[now], key, bytes, edited.shape);
        Memory.copy(kept, entry, keptBytes);
        putCellAt(entry + keptBytes, created, address, length);
        count(1);
    }

    /** Takes the element at the path's end out. */
    void remove() {
        removeUpTo(1);
    }

    /** Takes elements out from the path's end on, up to this many, but of one page only; returns how many. */
    long removeUpTo(long most) {
        int leaf = path.height - 1;
        long page = edited.page(leaf);
        int from = path.slots[leaf];
        int count = (int) Math.min(most, Page.slots(page) - from);
        for (int slot = from; slot < from + count; slot++) {
            releaseBlocks(Page.entry(page, slot, edited.shape));
        }
        Page.remove(page, from, count, edited.shape);
        count(-count);
        merger.rebalance(leaf);
        return count;
    }

    private void releaseBlocks(long leafEntry) {
        edited.releaseBlock(leafEntry);
        if (edited.shape == TreeShape.MAP) {
            edited.releaseBlock(leafEntry + Cell.bytes(leafEntry));
        }
    }
}

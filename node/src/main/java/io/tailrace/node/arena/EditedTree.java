package io.tailrace.node.arena;

/** A tree and the path in it at whose end it is changed, as {@link TreeEditor} and what splits and merges pages share them. */
final class EditedTree {
    final Arena arena;
    final TreePath path;
    long tree;
    TreeShape shape;

    EditedTree(Arena arena, TreePath path) {
        this.arena = arena;
        this.path = path;
    }

    /** Begins a change at the path's end: all pages of the path may be written after it. */
    void begin(long header, TreeShape treeShape) {
        tree = header;
        shape = treeShape;
        int viewEpoch = TreeHeader.viewEpoch(header);
        if (viewEpoch != 0) {
            for (int depth = 0; depth < path.height; depth++) {
                own(depth, viewEpoch);
            }
        }
    }

    private void own(int depth, int viewEpoch) {
        int page = path.pages[depth];
        if (Page.epoch(arena.address(page)) > viewEpoch) {
            return;
        }
        int copy = arena.copyPage(page);
        path.pages[depth] = copy;
        if (depth == 0) {
            TreeHeader.root(tree, copy);
        } else {
            Page.childPage(parentEntry(depth), shape, copy);
        }
        arena.releasePage(tree, page, true);
    }

    /** A child of the path's page above a depth, made the tree's own. */
    int ownChild(int depth, int slot) {
        long entry = Page.entry(page(depth - 1), slot, shape);
        int child = Page.childPage(entry, shape);
        int viewEpoch = TreeHeader.viewEpoch(tree);
        if (viewEpoch == 0 || Page.epoch(arena.address(child)) > viewEpoch) {
            return child;
        }
        int copy = arena.copyPage(child);
        Page.childPage(entry, shape, copy);
        arena.releasePage(tree, child, true);
        return copy;
    }

    /** The entry of the path's page of a depth in the page above it. */
    long parentEntry(int depth) {
        return Page.entry(page(depth - 1), path.slots[depth - 1], shape);
    }

    long page(int depth) {
        return arena.address(path.pages[depth]);
    }

    /** The block of a cell that is taken out, if it has one. */
    void releaseBlock(long cell) {
        if (Cell.isReference(cell)) {
            arena.releaseBlock(tree, Cell.address(cell), Cell.length(cell));
        }
    }
}

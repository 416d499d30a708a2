package io.tailrace.node.arena;

import io.tailrace.wire.memory.Memory;
import java.util.Arrays;

/**
 * A tree as it was at one moment, while it continues to be written. Opened, closed and rolled back by the thread that owns the
 * arena; meanwhile one other thread may read it, by a {@link TreeCursor}.
 *
 * <p>A write copies the pages on its path that are as old as the view, each once, and sets the old ones aside here. A tree
 * may have several views: what is set aside is of the newest, and passes to the next older one that sees it.
 */
public final class TreeView {
    private static final int INITIAL = 16;

    private final Arena arena;
    private final long tree;
    private final int epoch;
    private final byte[] header = new byte[TreeHeader.BYTES];
    private final long[] slabs;
    private final int root;
    private final int height;
    private final TreeShape shape;
    private final long elements;
    private TreeView older;
    private int[] pages = new int[INITIAL];
    private int pageCount;
    private long[] blocks = new long[0];
    private int blockCount;
    private int droppedRoot = PageArena.NONE;

    TreeView(Arena arena, long tree, int epoch, TreeView older) {
        this.arena = arena;
        this.tree = tree;
        this.epoch = epoch;
        this.older = older;
        Memory.copyOut(tree, header, 0, header.length);
        slabs = arena.pages().slabAddresses();
        root = TreeHeader.root(tree);
        height = TreeHeader.height(tree);
        shape = TreeHeader.shape(tree);
        elements = TreeHeader.elements(tree);
    }

    /** A look at a tree that is not changed as long as it is used: any one thread, nothing to close. */
    public static TreeView lookAt(Arena arena, long tree) {
        return new TreeView(arena, tree, TreeHeader.viewEpoch(tree), null);
    }

    /** How many elements it shows. */
    public long elements() {
        return elements;
    }

    public TreeShape shape() {
        return shape;
    }

    int root() {
        return root;
    }

    int height() {
        return height;
    }

    long[] slabs() {
        return slabs;
    }

    int epoch() {
        return epoch;
    }

    long tree() {
        return tree;
    }

    TreeView older() {
        return older;
    }

    void olderIs(TreeView view) {
        older = view;
    }

    /** A page that the tree has replaced or removed. */
    void setAside(int page) {
        if (pageCount == pages.length) {
            pages = Arrays.copyOf(pages, 2 * pageCount);
        }
        pages[pageCount++] = page;
    }

    void setAsideBlock(long block) {
        if (blockCount == blocks.length) {
            blocks = Arrays.copyOf(blocks, Math.max(INITIAL, 2 * blockCount));
        }
        blocks[blockCount++] = block;
    }

    /** How many pages were copied because of this view and not freed since. */
    int pagesAside() {
        return pageCount;
    }

    /** The tree was dropped: its pages go when no view is left. */
    void treeDropped(int lastRoot) {
        droppedRoot = lastRoot;
    }

    boolean isTreeDropped() {
        return droppedRoot != PageArena.NONE;
    }

    /** Ends the view. */
    public void close() {
        arena.closeView(this);
    }

    /** Gives away what was kept for this view: to an older one that sees it too, or to be freed. */
    void handOver(Reaper reaper) {
        if (older == null) {
            reaper.pages(Arrays.copyOf(pages, pageCount));
            reaper.blocks(Arrays.copyOf(blocks, blockCount));
            if (isTreeDropped()) {
                reaper.tree(droppedRoot);
            }
            return;
        }
        for (int i = 0; i < pageCount; i++) {
            if (Page.epoch(arena.address(pages[i])) <= older.epoch) {
                older.setAside(pages[i]);
            } else {
                arena.discardPage(pages[i]);
            }
        }
        for (int i = 0; i < blockCount; i++) {
            if (ElementBlocks.epoch(blocks[i]) <= older.epoch) {
                older.setAsideBlock(blocks[i]);
            } else {
                arena.discardBlock(blocks[i]);
            }
        }
        if (isTreeDropped()) {
            older.treeDropped(droppedRoot);
        }
    }

    /**
     * Makes the tree what this view shows and closes it; only for the newest view of a tree. Costs as much as was changed since.
     */
    public void rollBack() {
        assert TreeHeader.viewEpoch(tree) == epoch : "a newer view is open";
        int pagesNow = TreeHeader.pages(tree);
        long blockBytesNow = TreeHeader.blockBytes(tree);
        discardNew(TreeHeader.root(tree));
        Memory.copyIn(header, 0, tree, header.length);
        arena.recount(TreeHeader.pages(tree) - pagesNow, TreeHeader.blockBytes(tree) - blockBytesNow);
        // what was set aside is the tree's again
        pageCount = 0;
        blockCount = 0;
        TreeHeader.viewEpoch(tree, epoch);
        close();
    }

    /** A page as old as the view was not changed since, and nothing below it. */
    private void discardNew(int number) {
        long page = arena.address(number);
        if (Page.epoch(page) <= epoch) {
            return;
        }
        boolean isInner = Page.level(page) > 0;
        for (int slot = 0; slot < Page.slots(page); slot++) {
            long entry = Page.entry(page, slot, shape);
            if (isInner) {
                discardNew(Page.childPage(entry, shape));
            }
            if (!isInner || shape.isKeyed()) {
                discardNewBlock(entry);
            }
            if (!isInner && shape == TreeShape.MAP) {
                discardNewBlock(entry + Cell.bytes(entry));
            }
        }
        arena.discardPage(number);
    }

    private void discardNewBlock(long cell) {
        if (Cell.isReference(cell) && ElementBlocks.epoch(Cell.address(cell)) > epoch) {
            arena.discardBlock(Cell.address(cell));
        }
    }
}

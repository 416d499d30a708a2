package io.tailrace.node.arena;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.memory.NativeBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory of one store's collections, with what is waiting to be freed. Owned and closed by the thread that owns the store.
 *
 * <p>Nothing that takes time in proportion to a collection happens at once: dropped trees and what a closed view had set
 * aside are freed by {@link #reap}, some pages a call, never less than two for each page allocated since, so that it keeps
 * up with any load. What is dropped leaves {@link #usedBytes} at once and is counted in {@link #reapableBytes} until it is free.
 */
public final class Arena implements AutoCloseable {
    /** The largest blob. */
    public static final int MAX_BLOB_BYTES = BlobHeap.MAX_BYTES;

    static final int SEPARATOR_BYTES = Cell.MAX_INLINE + Long.BYTES;
    private static final int NUMBER_BYTES = 32;
    private static final long SEPARATORS_BYTES = (long) TreePath.MAX_HEIGHT * SEPARATOR_BYTES;
    static final long SCRATCH_BYTES = 2L * PageArena.PAGE_BYTES + SEPARATORS_BYTES + NUMBER_BYTES;

    private final PageArena pages = new PageArena();
    private final BlobHeap blobs = new BlobHeap();
    private final ElementBlocks blocks = new ElementBlocks();
    private final List<TreeView> views = new ArrayList<>();
    private final Reaper reaper = new Reaper(pages, blocks);
    private final long scratch = Memory.allocate(SCRATCH_BYTES);
    private final NativeBuffer valueScratch = new NativeBuffer(256);
    private int epoch = 1;
    private long treePages;
    private long treeBlockBytes;
    private long pagesAllocated;
    private boolean isClosed;

    PageArena pages() {
        return pages;
    }

    /** A page's bytes of memory, to compact a page. */
    long scratch() {
        return scratch;
    }

    /** Memory for the separator of a level, as many bytes as the largest takes. */
    long separatorScratch(int level) {
        return scratch + 2L * PageArena.PAGE_BYTES + (long) level * SEPARATOR_BYTES;
    }

    /** A page's bytes of memory, for a part of an entry. */
    long entryScratch() {
        return scratch + PageArena.PAGE_BYTES;
    }

    /** Memory for a number or its text, for the next call that takes an address. */
    public long numberScratch() {
        return scratch + SCRATCH_BYTES - NUMBER_BYTES;
    }

    /** Memory for a value that is put together, for the next call that takes its address. */
    public long valueScratch(int bytes) {
        valueScratch.ensureCapacity(bytes, 0);
        return valueScratch.address();
    }

    /** Of pages and blocks that are made now. */
    int epoch() {
        return epoch;
    }

    long address(int page) {
        return pages.address(page);
    }

    /** A page for a tree. */
    int newPage(long tree, int level, TreeShape shape) {
        int page = pages.allocate();
        Page.begin(pages.address(page), epoch, level, shape);
        countPages(tree, 1);
        pagesAllocated++;
        return page;
    }

    /** A copy of a page of a tree, which takes its place. */
    int copyPage(int page) {
        int copy = pages.allocate();
        long address = pages.address(copy);
        Memory.copy(pages.address(page), address, PageArena.PAGE_BYTES);
        Page.epoch(address, epoch);
        pagesAllocated++;
        return copy;
    }

    /** A page that a tree does not refer to any more: freed, or set aside for a view that sees it. */
    void releasePage(long tree, int page, boolean isReplaced) {
        if (Page.epoch(pages.address(page)) <= TreeHeader.viewEpoch(tree)) {
            newestView(tree).setAside(page);
        } else {
            pages.free(page);
        }
        if (!isReplaced) {
            countPages(tree, -1);
        }
    }

    private void countPages(long tree, int difference) {
        TreeHeader.pages(tree, TreeHeader.pages(tree) + difference);
        treePages += difference;
    }

    /** Copies a string that is too long for a page. */
    long newBlock(long tree, long address, int length) {
        long block = blocks.store(address, length, epoch);
        countBlock(tree, ElementBlocks.cost(length));
        return block;
    }

    /** A block that a tree does not refer to any more. */
    void releaseBlock(long tree, long block, int length) {
        if (ElementBlocks.epoch(block) <= TreeHeader.viewEpoch(tree)) {
            newestView(tree).setAsideBlock(block);
        } else {
            blocks.free(block);
        }
        countBlock(tree, -ElementBlocks.cost(length));
    }

    private void countBlock(long tree, long difference) {
        TreeHeader.blockBytes(tree, TreeHeader.blockBytes(tree) + difference);
        treeBlockBytes += difference;
    }

    /** Frees a page that only a tree that is rolled back had. */
    void discardPage(int page) {
        pages.free(page);
    }

    void discardBlock(long block) {
        blocks.free(block);
    }

    /** Corrects the sums when a tree's header is replaced by an earlier state of it. */
    void recount(int pagesDifference, long blockBytesDifference) {
        treePages += pagesDifference;
        treeBlockBytes += blockBytesDifference;
    }

    private TreeView newestView(long tree) {
        int wanted = TreeHeader.viewEpoch(tree);
        for (int i = views.size() - 1; i >= 0; i--) {
            if (views.get(i).epoch() == wanted) {
                return views.get(i);
            }
        }
        throw new IllegalStateException("no view of epoch " + wanted);
    }

    /** Begins an empty tree, whose header of {@link TreeHeader#BYTES} bytes is at the address. */
    void beginTree(long tree, TreeShape shape) {
        TreeHeader.begin(tree, 0, shape);
        TreeHeader.pages(tree, 0);
        TreeHeader.root(tree, newPage(tree, 0, shape));
    }

    /** Freezes a tree as it is now: what the view shows stays while the tree continues to be written. O(1). */
    TreeView openView(long tree) {
        TreeView older = TreeHeader.viewEpoch(tree) == 0 ? null : newestView(tree);
        TreeView view = new TreeView(this, tree, epoch, older);
        views.add(view);
        TreeHeader.viewEpoch(tree, epoch);
        epoch++;
        if (epoch < 0) {
            throw new IllegalStateException("epochs of the arena are used up");
        }
        return view;
    }

    /** Ends a view; what only it saw is freed by and by. */
    void closeView(TreeView view) {
        views.remove(view);
        TreeView newer = null;
        for (TreeView other : views) {
            newer = other.older() == view ? other : newer;
        }
        if (newer != null) {
            newer.olderIs(view.older());
        } else if (!view.isTreeDropped()) {
            TreeHeader.viewEpoch(
                    view.tree(), view.older() == null ? 0 : view.older().epoch());
        }
        view.handOver(reaper);
    }

    /** Drops a tree with all that it holds. Its header may be reused at once. */
    void dropTree(long tree) {
        int root = TreeHeader.root(tree);
        treePages -= TreeHeader.pages(tree);
        treeBlockBytes -= TreeHeader.blockBytes(tree);
        if (TreeHeader.viewEpoch(tree) == 0) {
            reaper.tree(root);
        } else {
            newestView(tree).treeDropped(root);
        }
    }

    /** Bytes of a blob of a size class, see {@link #blobClass}. */
    public static int blobCapacity(int sizeClass) {
        return BlobHeap.capacity(sizeClass);
    }

    /** Bytes that a blob takes. */
    public static int blobBytes(long blob) {
        return BlobHeap.capacityOf(blob);
    }

    /** The size class of the smallest blob that takes this many bytes, at most {@link #MAX_BLOB_BYTES}. */
    public static int blobClass(int bytes) {
        return BlobHeap.classOf(bytes);
    }

    /** Gives a blob of undefined content. */
    public long newBlob(int sizeClass) {
        return blobs.allocate(sizeClass);
    }

    public void freeBlob(long blob) {
        blobs.free(blob);
    }

    /** Whether {@link #reap} has something to do. */
    public boolean hasReapable() {
        return reaper.hasWork();
    }

    /**
     * Frees some of what was dropped.
     *
     * @param least pages, if there are that many, besides two for each page that was allocated since the last call
     * @return how many pages and blocks were freed
     */
    public int reap(int least) {
        long allocated = pagesAllocated;
        pagesAllocated = 0;
        return reaper.hasWork() ? reaper.reap((int) Math.min(Integer.MAX_VALUE, least + 2 * allocated)) : 0;
    }

    /** Bytes of what is in use: pages and blocks of trees, and blobs. */
    public long usedBytes() {
        return treePages * PageArena.PAGE_BYTES + treeBlockBytes + blobs.usedBytes();
    }

    /** Bytes of pages that no tree has any more and that are not free yet: seen by views, or waiting to be reaped. */
    public long reapableBytes() {
        return (pages.used() - treePages) * PageArena.PAGE_BYTES + blocks.bytes() - treeBlockBytes;
    }

    /** Bytes taken from the system. */
    public long reservedBytes() {
        return pages.reservedBytes() + blobs.reservedBytes() + blocks.bytes();
    }

    /** Pages given out, to trees and to what waits; for leak tests. */
    long pagesUsed() {
        return pages.used();
    }

    /** Whether a view is open. */
    public boolean hasViews() {
        return !views.isEmpty();
    }

    /** Gives all memory back; takes a while, in any thread, once it is no longer used. */
    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            pages.close();
            blobs.close();
            blocks.close();
            Memory.free(scratch, SCRATCH_BYTES);
            valueScratch.close();
        }
    }
}

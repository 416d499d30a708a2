package io.tailrace.node.arena;

/**
 * Iterates over a tree, in order or backwards: a live tree between two changes of it, or a view, in any one thread. Reused;
 * allocates nothing.
 */
public final class TreeCursor {
    private final TreePath path = new TreePath();
    private long[] slabs;
    private int root;
    private int height;
    private TreeShape shape;
    private long elements;
    private long leaf;
    private int slots;
    private long entry;

    /** Looks at a view. */
    public TreeCursor wrap(TreeView view) {
        return wrap(view.slabs(), view.root(), view.height(), view.shape(), view.elements());
    }

    /** Looks at a live tree, by where its header is; good until it is changed. */
    public TreeCursor wrap(Arena arena, long tree) {
        return wrap(
                arena.pages().slabAddresses(),
                TreeHeader.root(tree),
                TreeHeader.height(tree),
                TreeHeader.shape(tree),
                TreeHeader.elements(tree));
    }

    private TreeCursor wrap(long[] newSlabs, int newRoot, int newHeight, TreeShape newShape, long newElements) {
        slabs = newSlabs;
        root = newRoot;
        height = newHeight;
        shape = newShape;
        elements = newElements;
        entry = 0;
        return this;
    }

    /** How many elements there are. */
    public long size() {
        return elements;
    }

    /** Goes to a position; false when there is none such. */
    public boolean seek(long position) {
        if (position < 0 || position >= elements) {
            entry = 0;
            return false;
        }
        path.toPosition(slabs, root, height, shape, position, elements, false);
        return show();
    }

    /** Goes to the first element at or after (key, member); false when there is none. */
    public boolean seekMember(long key, long member, int length) {
        path.toMember(slabs, root, height, shape, key, member, length);
        int bottom = height - 1;
        if (path.slots[bottom] == slotsAt(bottom)) {
            // it would be put at the end of this leaf: the next one's first is after it
            path.slots[bottom]--;
            leaf = PageArena.address(slabs, path.pages[bottom]);
            slots = path.slots[bottom] + 1;
            return next();
        }
        return show();
    }

    private int slotsAt(int depth) {
        return Page.slots(PageArena.address(slabs, path.pages[depth]));
    }

    private boolean show() {
        int bottom = height - 1;
        leaf = PageArena.address(slabs, path.pages[bottom]);
        slots = Page.slots(leaf);
        entry = Page.entry(leaf, path.slots[bottom], shape);
        return true;
    }

    /** Goes to the next element; false at the end. */
    public boolean next() {
        int bottom = height - 1;
        if (++path.slots[bottom] < slots) {
            entry = Page.entry(leaf, path.slots[bottom], shape);
            return true;
        }
        int depth = bottom - 1;
        while (depth >= 0 && path.slots[depth] + 1 >= slotsAt(depth)) {
            depth--;
        }
        if (depth < 0) {
            entry = 0;
            return false;
        }
        path.slots[depth]++;
        descend(depth, false);
        return show();
    }

    /** Goes to the element before; false at the beginning. */
    public boolean previous() {
        int bottom = height - 1;
        if (--path.slots[bottom] >= 0) {
            entry = Page.entry(leaf, path.slots[bottom], shape);
            return true;
        }
        int depth = bottom - 1;
        while (depth >= 0 && path.slots[depth] == 0) {
            depth--;
        }
        if (depth < 0) {
            entry = 0;
            return false;
        }
        path.slots[depth]--;
        descend(depth, true);
        return show();
    }

    private void descend(int from, boolean isToLast) {
        for (int depth = from; depth < height - 1; depth++) {
            long page = PageArena.address(slabs, path.pages[depth]);
            int child = Page.childPage(Page.entry(page, path.slots[depth], shape), shape);
            path.pages[depth + 1] = child;
            path.slots[depth + 1] = isToLast ? slotsAt(depth + 1) - 1 : 0;
        }
    }

    /** Whether an element is shown. */
    public boolean isShown() {
        return entry != 0;
    }

    /** How many elements are before the one shown. */
    public long position() {
        return path.rank(slabs, shape);
    }

    public long key() {
        return Page.key(leaf, path.slots[height - 1], shape);
    }

    /** Where the element is, for {@link Tree#memberAddress(long)}; valid until the next change of its page. */
    public long element() {
        return entry;
    }

    /** Where the member is, or a list's element. */
    public long memberAddress() {
        return Cell.address(entry);
    }

    public int memberLength() {
        return Cell.length(entry);
    }

    public long valueAddress() {
        long value = entry + Cell.bytes(entry);
        return shape == TreeShape.MAP ? Cell.address(value) : value;
    }

    public int valueLength() {
        return shape == TreeShape.MAP ? Cell.length(entry + Cell.bytes(entry)) : Long.BYTES;
    }
}

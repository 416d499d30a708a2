package io.tailrace.node.arena;

import io.tailrace.wire.memory.Memory;

/**
 * A B+ tree over an arena's pages that knows how many elements are below each page: a view of one tree, reused for any number
 * of them ({@link #wrap}). Used by the thread that owns the arena.
 *
 * <p>Keyed trees are ordered by a key of 64 unsigned bits and then by the member's bytes; a list is found by position only.
 * Everything but walking through it costs O(log n). What a method gives as an address is valid until the next change.
 *
 * <p>A page that a view sees is copied before it is changed: {@link TreeView}.
 */
public final class Tree {
    private final Arena arena;
    private final TreePath path = new TreePath();
    private final TreeEditor editor;
    private long tree;
    private TreeShape shape;
    private long entry;

    public Tree(Arena arena) {
        this.arena = arena;
        editor = new TreeEditor(arena, path);
    }

    /** Looks at another tree, by where its header is. */
    public Tree wrap(long header) {
        tree = header;
        shape = TreeHeader.shape(header);
        entry = 0;
        return this;
    }

    /** Bytes that a tree's owner keeps for it. */
    public static int headerBytes() {
        return TreeHeader.BYTES;
    }

    /** Whether a tree was begun there, where all bytes were 0 before. */
    public static boolean isThere(long header) {
        return TreeHeader.root(header) != PageArena.NONE;
    }

    /** Begins an empty tree there and looks at it. */
    public Tree create(long header, TreeShape newShape) {
        arena.beginTree(header, newShape);
        return wrap(header);
    }

    public TreeShape shape() {
        return shape;
    }

    public long size() {
        return TreeHeader.elements(tree);
    }

    /** Bytes that it takes. */
    public long bytes() {
        return bytes(tree);
    }

    /** Bytes that the tree of a header takes. */
    public static long bytes(long header) {
        return (long) TreeHeader.pages(header) * Page.BYTES + TreeHeader.blockBytes(header);
    }

    /** Pages that one more element may take. */
    public int pagesForOne() {
        int perLevel = TreeHeader.viewEpoch(tree) == 0 ? 1 : 2;
        return perLevel * (TreeHeader.height(tree) + 2);
    }

    private long[] slabs() {
        return arena.pages().slabAddresses();
    }

    private void toMember(long key, long member, int length) {
        path.toMember(slabs(), TreeHeader.root(tree), TreeHeader.height(tree), shape, key, member, length);
    }

    /** Looks an element up; when it is there the accessors below show it. */
    public boolean find(long key, long member, int length) {
        toMember(key, member, length);
        entry = path.isExact ? entryAtPath() : 0;
        return path.isExact;
    }

    private long entryAtPath() {
        int leaf = path.height - 1;
        return Page.entry(arena.address(path.pages[leaf]), path.slots[leaf], shape);
    }

    /** Shows the element at a position, which must be there. */
    public void select(long position) {
        assert position >= 0 && position < size() : position + " of " + size();
        path.toPosition(slabs(), TreeHeader.root(tree), TreeHeader.height(tree), shape, position, size(), false);
        entry = entryAtPath();
    }

    /** The position of the first element at or after (key, member). */
    public long rank(long key, long member, int length) {
        toMember(key, member, length);
        return path.rank(slabs(), shape);
    }

    /** Of the element shown: its key. */
    public long key() {
        int leaf = path.height - 1;
        return Page.key(arena.address(path.pages[leaf]), path.slots[leaf], shape);
    }

    /** Of the element shown: where its member is, or a list's element. */
    public long memberAddress() {
        return memberAddress(entry);
    }

    public int memberLength() {
        return memberLength(entry);
    }

    /** Of a {@link TreeCursor#element}: where its member is. */
    public static long memberAddress(long element) {
        return Cell.address(element);
    }

    public static int memberLength(long element) {
        return Cell.length(element);
    }

    /** Of the element shown: where its value is. */
    public long valueAddress() {
        long value = entry + Cell.bytes(entry);
        return shape == TreeShape.MAP ? Cell.address(value) : value;
    }

    public int valueLength() {
        return shape == TreeShape.MAP ? Cell.length(entry + Cell.bytes(entry)) : Long.BYTES;
    }

    /** Puts an element in, or replaces the value of the one that is there; returns whether it is new. */
    public boolean put(long key, long member, int length, long value, int valueLength) {
        toMember(key, member, length);
        boolean isNew = !path.isExact;
        editor.begin(tree, shape);
        if (isNew) {
            editor.insert(key, member, length, value, valueLength);
        } else {
            editor.replaceValue(value, valueLength);
        }
        return isNew;
    }

    /** Puts an element with a number in, or replaces the number of the one that is there; returns whether it is new. */
    public boolean putNumber(long key, long member, int length, long number) {
        assert shape == TreeShape.NUMBERS : shape;
        Memory.putLong(arena.numberScratch(), number);
        return put(key, member, length, arena.numberScratch(), Long.BYTES);
    }

    /** Puts an element in after all others; returns whether that is its place, else nothing is done. Quicker than {@link #put}. */
    public boolean append(long key, long member, int length, long value, int valueLength) {
        long size = TreeHeader.elements(tree);
        if (size > 0) {
            path.toPosition(slabs(), TreeHeader.root(tree), TreeHeader.height(tree), shape, size - 1, size, false);
            if (path.compareLast(slabs(), shape, key, member, length) >= 0) {
                return false;
            }
            path.slots[path.height - 1]++;
        } else {
            toMember(key, member, length);
        }
        editor.begin(tree, shape);
        editor.insert(key, member, length, value, valueLength);
        return true;
    }

    /** Puts an element without a value in; returns whether it is new. */
    public boolean add(long key, long member, int length) {
        assert shape == TreeShape.SET : shape;
        toMember(key, member, length);
        if (path.isExact) {
            return false;
        }
        editor.begin(tree, shape);
        editor.insert(key, member, length, 0, 0);
        return true;
    }

    /** Takes an element out; returns whether it was there. */
    public boolean remove(long key, long member, int length) {
        toMember(key, member, length);
        if (!path.isExact) {
            return false;
        }
        editor.begin(tree, shape);
        editor.remove();
        return true;
    }

    /** Puts an element into a list before a position, or at its end. */
    public void insertAt(long position, long element, int length) {
        assert position >= 0 && position <= size() : position + " of " + size();
        path.toPosition(slabs(), TreeHeader.root(tree), TreeHeader.height(tree), shape, position, size(), true);
        editor.begin(tree, shape);
        editor.insert(0, element, length, 0, 0);
    }

    /** Replaces the element of a list at a position. */
    public void setAt(long position, long element, int length) {
        select(position);
        editor.begin(tree, shape);
        editor.replaceElement(element, length);
    }

    /** Takes the element at a position out. */
    public void removeAt(long position) {
        select(position);
        editor.begin(tree, shape);
        editor.remove();
    }

    /** Takes elements out from a position on, whole pages at a time where it can. */
    public void removeRange(long position, long count) {
        assert position >= 0 && count >= 0 && position + count <= size() : position + " + " + count;
        long left = count;
        while (left > 0) {
            select(position);
            editor.begin(tree, shape);
            left -= editor.removeUpTo(left);
        }
    }

    /** Drops the tree and all that it holds. */
    public static void drop(Arena arena, long header) {
        arena.dropTree(header);
    }

    /** Freezes it as it is now. */
    public TreeView openView() {
        return arena.openView(tree);
    }
}

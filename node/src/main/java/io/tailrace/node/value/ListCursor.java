package io.tailrace.node.value;

import io.tailrace.node.arena.TreeCursor;
import io.tailrace.node.arena.TreeView;
import io.tailrace.node.store.CollectionHeader;
import io.tailrace.node.store.StoredValue;
import java.util.Arrays;

/**
 * Iterates over the elements of a list that is not changed meanwhile, from any position in either direction. Reused; allocates
 * nothing.
 */
public final class ListCursor {
    private static final int UNKNOWN = -1;
    private static final int INITIAL = 128;

    private final TreeCursor tree = new TreeCursor();
    private boolean isTree;
    private long start;
    private long end;
    private long at;
    private int elements;
    /** Of packed elements: where each is from the start on, once that is needed to go back. */
    private int[] offsets = new int[INITIAL];

    private boolean hasOffsets;
    private int position = UNKNOWN;

    /** Goes nowhere yet. */
    public ListCursor wrap(StoredValue value) {
        isTree = value.isTree();
        if (isTree) {
            tree.wrap(value.arena(), CollectionHeader.tree(value.header(), 0));
        } else {
            start = value.packed();
            end = start + value.packedLength();
            elements = value.packedElements();
            hasOffsets = false;
        }
        return this;
    }

    /** The same, of a large list as it was at one moment; in any one thread. */
    public ListCursor wrap(TreeView view) {
        isTree = true;
        tree.wrap(view);
        return this;
    }

    /** How many elements there are. */
    public long size() {
        return isTree ? tree.size() : elements;
    }

    /** Goes to a position; false when the list has none. */
    public boolean seek(long wanted) {
        if (isTree) {
            return tree.seek(wanted);
        }
        if (wanted < 0 || wanted >= elements) {
            return false;
        }
        at = start;
        for (position = 0; position < wanted; position++) {
            at += PackedBytes.bytes(at);
        }
        return true;
    }

    /** Goes to the next element; false after the last one. */
    public boolean next() {
        if (isTree) {
            return tree.next();
        }
        at += PackedBytes.bytes(at);
        position++;
        return at < end;
    }

    /** Goes to the element before; false before the first one. */
    public boolean previous() {
        if (isTree) {
            return tree.previous();
        }
        if (!hasOffsets) {
            findOffsets();
        }
        if (--position >= 0) {
            at = start + offsets[position];
        }
        return position >= 0;
    }

    private void findOffsets() {
        if (offsets.length < elements) {
            offsets = Arrays.copyOf(offsets, elements);
        }
        long element = start;
        for (int i = 0; i < elements; i++) {
            offsets[i] = (int) (element - start);
            element += PackedBytes.bytes(element);
        }
        hasOffsets = true;
    }

    /** Where the element is. */
    public long address() {
        return isTree ? tree.memberAddress() : PackedBytes.address(at);
    }

    public int length() {
        return isTree ? tree.memberLength() : PackedBytes.length(at);
    }
}

package io.tailrace.node.value;

import io.tailrace.node.arena.Tree;
import io.tailrace.node.arena.TreeShape;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.wire.memory.Memory;

/**
 * A list: elements in the order in which they were put there. A look at one opened value, reused. An element given to it must
 * not lie in the same list.
 *
 * <p>Positions count from 0 and must be in the list, as far as nothing else is said.
 */
public final class ListValue {
    private final CollectionLimits limits;
    private final Trees trees = new Trees();
    private final ListCursor cursor = new ListCursor();
    private StoredValue value;

    public ListValue(CollectionLimits limits) {
        this.limits = limits;
    }

    /** Looks at an opened value, which is a list or not there. */
    public ListValue wrap(StoredValue opened) {
        value = opened;
        return this;
    }

    public StoredValue value() {
        return value;
    }

    /** How many elements there are. */
    public long size() {
        if (!value.isThere()) {
            return 0;
        }
        return value.isTree() ? trees.of(value, 0).size() : value.packedElements();
    }

    /** A cursor at a position, good until the next change or the next call. */
    public ListCursor at(long position) {
        cursor.wrap(value).seek(position);
        return cursor;
    }

    /** Puts an element at one of the ends; makes the list if it is not there. */
    public void push(boolean isFirst, long element, int length) {
        insert(isFirst ? 0 : size(), element, length);
    }

    /** Puts an element before the one at a position, or at the end; makes the list if it is not there. */
    public void insert(long position, long element, int length) {
        int bytes = PackedBytes.bytesFor(length);
        if (!value.isThere()) {
            value.create(ValueType.LIST, bytes);
        }
        if (!value.isTree()) {
            if (limits.allow(value.packedElements() + 1, value.packedLength() + (long) bytes)) {
                PackedBytes.put(value.splice(offset((int) position), 0, bytes, 1), element, length);
                return;
            }
            makeTree();
        }
        trees.toChange(value, 0).insertAt(position, element, length);
    }

    /** Where the packed element at a position is, from the first one on; the end for the position after the last. */
    private int offset(int position) {
        if (position == value.packedElements()) {
            return value.packedLength();
        }
        long at = value.packed();
        for (int i = 0; i < position; i++) {
            at += PackedBytes.bytes(at);
        }
        return (int) (at - value.packed());
    }

    private void makeTree() {
        value.beginTree();
        Tree tree = trees.create(value, 0, TreeShape.LIST);
        long end = value.packed() + value.packedLength();
        for (long at = value.packed(); at < end; at += PackedBytes.bytes(at)) {
            tree.insertAt(tree.size(), PackedBytes.address(at), PackedBytes.length(at));
        }
    }

    /** Replaces the element at a position. */
    public void set(long position, long element, int length) {
        if (!value.isTree()) {
            int offset = offset((int) position);
            int oldBytes = PackedBytes.bytes(value.packed() + offset);
            int bytes = PackedBytes.bytesFor(length);
            if (limits.allow(value.packedElements(), value.packedLength() + (long) bytes - oldBytes)) {
                PackedBytes.put(value.splice(offset, oldBytes, bytes, 0), element, length);
                return;
            }
            makeTree();
        }
        trees.toChange(value, 0).setAt(position, element, length);
    }

    /** Takes elements away from a position on. */
    public void remove(long position, long count) {
        if (count == 0) {
            return;
        }
        if (value.isTree()) {
            trees.toChange(value, 0).removeRange(position, count);
            return;
        }
        int from = offset((int) position);
        int to = position + count == value.packedElements() ? value.packedLength() : offset((int) (position + count));
        value.splice(from, to - from, 0, (int) -count);
    }

    /** Takes elements away from one of the ends, as many as there are. */
    public void pop(boolean isFirst, long count) {
        remove(isFirst ? 0 : size() - count, count);
    }

    /** Takes away all elements but those from a position to another one, both included; all of them, if it is before the first. */
    public void keep(long first, long last) {
        long size = size();
        if (first > last) {
            remove(0, size);
        } else {
            remove(last + 1, size - last - 1);
            remove(0, first);
        }
    }

    /**
     * Takes elements away that are equal to one, which must not lie in this list.
     *
     * @param count the most to take, from the first on; negative: from the last on; 0: all
     * @return how many were taken
     */
    public long removeEqual(long count, long element, int length) {
        boolean isForward = count >= 0;
        // the number without a positive counterpart is more than there are, like 0
        long most = count == 0 || count == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(count);
        long removed = 0;
        long position = find(isForward ? 0 : size() - 1, isForward, element, length);
        while (position >= 0 && removed < most) {
            remove(position, 1);
            removed++;
            long next = isForward ? position : position - 1;
            position = removed < most ? find(next, isForward, element, length) : -1;
        }
        return removed;
    }

    /**
     * The position of an element that is equal to one, or -1.
     *
     * @param from where the search begins; none is found when that is not in the list
     */
    public long find(long from, boolean isForward, long element, int length) {
        long position = from;
        boolean isShown = value.isThere() && cursor.wrap(value).seek(from);
        while (isShown) {
            if (Memory.equals(cursor.address(), cursor.length(), element, length)) {
                return position;
            }
            isShown = isForward ? cursor.next() : cursor.previous();
            position += isForward ? 1 : -1;
        }
        return -1;
    }
}

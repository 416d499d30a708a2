package io.tailrace.node.arena;

import io.tailrace.wire.memory.Memory;

/**
 * What a page on the right of a split will be called by in the page above: of its first element only as much as tells it
 * from the last one on its left, so that inner pages stay small. Used by {@link TreeEditor} only.
 */
final class Separator {
    private final long memory;
    private long leftKey;
    private long leftMember;
    private int leftLength;
    private long address;
    private int length;
    private boolean isWholeCell;
    private int cellBytes;

    /** Of the separator; undefined for a list. */
    long key;

    /** @param memory {@link Arena#SEPARATOR_BYTES} of it */
    Separator(long memory) {
        this.memory = memory;
    }

    /** A list has none. */
    void none() {
        cellBytes = 0;
        isWholeCell = true;
        key = 0;
    }

    /** The separator of an inner page's entry, which goes up with the block that it may have. */
    void move(long entryKey, long cell) {
        key = entryKey;
        cellBytes = Cell.bytes(cell);
        Memory.copy(cell, memory, cellBytes);
        isWholeCell = true;
    }

    /** The last element on the left; {@link #right} comes next. */
    void left(long elementKey, long member, int memberLength) {
        leftKey = elementKey;
        leftMember = member;
        leftLength = memberLength;
    }

    /** The first element on the right. */
    void right(long elementKey, long member, int memberLength) {
        key = elementKey;
        length = elementKey != leftKey ? 0 : Math.min(memberLength, common(member, memberLength) + 1);
        isWholeCell = false;
        cellBytes = Cell.bytesFor(length);
        address = member;
        if (length <= Cell.MAX_INLINE) {
            // the page that it lies in will be changed
            Memory.copy(member, memory, length);
            address = memory;
        }
    }

    private int common(long member, int memberLength) {
        int most = Math.min(leftLength, memberLength);
        int common = 0;
        while (common < most && Memory.getByte(leftMember + common) == Memory.getByte(member + common)) {
            common++;
        }
        return common;
    }

    /** Bytes of its cell. */
    int cellBytes() {
        return cellBytes;
    }

    /** Writes the cell. */
    void write(long cell, Arena arena, long tree) {
        if (isWholeCell) {
            Memory.copy(memory, cell, cellBytes);
        } else if (length > Cell.MAX_INLINE) {
            Cell.putReference(cell, arena.newBlock(tree, address, length), length);
        } else {
            Cell.put(cell, address, length);
        }
    }
}

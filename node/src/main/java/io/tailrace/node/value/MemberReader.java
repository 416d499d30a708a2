package io.tailrace.node.value;

import io.tailrace.node.arena.TreeView;

/** Reads the elements of a frozen set, hash or sorted set: a member, and what belongs to it. One thread. */
final class MemberReader implements ElementReader {
    private final MemberCursor cursor = new MemberCursor();
    private final boolean hasValues;

    /** @param hasValues whether something belongs to each member */
    MemberReader(TreeView members, boolean hasValues) {
        this.hasValues = hasValues;
        cursor.wrap(members);
    }

    @Override
    public boolean next() {
        return cursor.next();
    }

    @Override
    public int section() {
        return 0;
    }

    @Override
    public int length() {
        int member = PackedBytes.bytesFor(cursor.memberLength());
        return hasValues ? member + PackedBytes.bytesFor(cursor.valueLength()) : member;
    }

    @Override
    public void copyTo(long address) {
        long after = PackedBytes.put(address, cursor.memberAddress(), cursor.memberLength());
        if (hasValues) {
            PackedBytes.put(after, cursor.valueAddress(), cursor.valueLength());
        }
    }
}

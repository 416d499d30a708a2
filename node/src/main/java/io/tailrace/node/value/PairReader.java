package io.tailrace.node.value;

import io.tailrace.node.arena.TreeView;

/** Reads the elements of a frozen hash or sorted set: a member and what belongs to it. One thread. */
final class PairReader implements ElementReader {
    private final MemberCursor cursor = new MemberCursor();

    PairReader(TreeView members) {
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
        return PackedBytes.bytesFor(cursor.memberLength()) + PackedBytes.bytesFor(cursor.valueLength());
    }

    @Override
    public void copyTo(long address) {
        long after = PackedBytes.put(address, cursor.memberAddress(), cursor.memberLength());
        PackedBytes.put(after, cursor.valueAddress(), cursor.valueLength());
    }
}

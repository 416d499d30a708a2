package io.tailrace.node.value;

import io.tailrace.node.arena.TreeCursor;
import io.tailrace.node.arena.TreeView;
import io.tailrace.node.store.CollectionHeader;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;

/**
 * Iterates over the members of a hash, set or sorted set that is not changed meanwhile: in insertion order while they are
 * packed, in the order of their hashes when it is large. Reused; allocates nothing.
 */
public final class MemberCursor {
    private final TreeCursor tree = new TreeCursor();
    private boolean isTree;
    private boolean hasValues;
    private boolean isBegun;
    private long start;
    private long at;
    private long end;

    /** Goes before the first member. */
    public MemberCursor wrap(StoredValue value) {
        isTree = value.isTree();
        hasValues = value.type() != ValueType.SET;
        isBegun = false;
        if (isTree) {
            tree.wrap(value.arena(), CollectionHeader.tree(value.header(), 0));
        } else {
            start = value.packed();
            at = start;
            end = at + value.packedLength();
        }
        return this;
    }

    /** The same, of a large collection as it was at one moment; in any one thread. */
    public MemberCursor wrap(TreeView view) {
        isTree = true;
        isBegun = false;
        tree.wrap(view);
        return this;
    }

    /** Goes to the next member; false after the last one. */
    public boolean next() {
        boolean isFirst = !isBegun;
        isBegun = true;
        if (isTree) {
            return isFirst ? tree.seek(0) : tree.next();
        }
        if (!isFirst) {
            at = after(at);
        }
        return at < end;
    }

    private long after(long member) {
        long next = member + PackedBytes.bytes(member);
        return hasValues ? next + PackedBytes.bytes(next) : next;
    }

    /** Goes to the member at a position, counted from 0; false when there is none. */
    public boolean seek(long position) {
        isBegun = true;
        if (isTree) {
            return tree.seek(position);
        }
        at = start;
        for (long i = 0; i < position && at < end; i++) {
            at = after(at);
        }
        return at < end;
    }

    /** Of a large collection: goes to the first member whose hash is not below this one, unsigned; false when there is none. */
    public boolean seekHash(long hash) {
        isBegun = true;
        return tree.seekMember(hash, 0, 0);
    }

    /** Of a large collection: the hash of the member. */
    public long hash() {
        return tree.key();
    }

    public long memberAddress() {
        return isTree ? tree.memberAddress() : PackedBytes.address(at);
    }

    public int memberLength() {
        return isTree ? tree.memberLength() : PackedBytes.length(at);
    }

    /** What belongs to the member: a field's value, or a score. */
    public long valueAddress() {
        return isTree ? tree.valueAddress() : PackedBytes.address(at + PackedBytes.bytes(at));
    }

    public int valueLength() {
        return isTree ? tree.valueLength() : PackedBytes.length(at + PackedBytes.bytes(at));
    }
}

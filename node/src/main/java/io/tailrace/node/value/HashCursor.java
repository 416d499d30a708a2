package io.tailrace.node.value;

import io.tailrace.node.arena.TreeCursor;
import io.tailrace.node.arena.TreeView;
import io.tailrace.node.store.CollectionHeader;
import io.tailrace.node.store.StoredValue;

/** Walks over the fields of a hash that is not changed meanwhile. Reused; no garbage. */
public final class HashCursor {
    private final TreeCursor tree = new TreeCursor();
    private boolean isTree;
    private boolean isBegun;
    private long at;
    private long end;

    /** Goes before the first field. */
    public HashCursor wrap(StoredValue value) {
        isTree = value.isTree();
        isBegun = false;
        if (isTree) {
            tree.wrap(value.arena(), CollectionHeader.tree(value.header(), 0));
        } else {
            at = value.packed();
            end = at + value.packedLength();
        }
        return this;
    }

    /** The same, of a large hash as it was at one moment; in any one thread. */
    public HashCursor wrap(TreeView view) {
        isTree = true;
        isBegun = false;
        tree.wrap(view);
        return this;
    }

    /** The tree's own cursor, of a large hash. */
    public TreeCursor tree() {
        return tree;
    }

    /** Goes to the next field; false after the last one. */
    public boolean next() {
        boolean isFirst = !isBegun;
        isBegun = true;
        if (isTree) {
            return isFirst ? tree.seek(0) : tree.next();
        }
        if (!isFirst) {
            at += PackedBytes.bytes(at);
            at += PackedBytes.bytes(at);
        }
        return at < end;
    }

    public long fieldAddress() {
        return isTree ? tree.memberAddress() : PackedBytes.address(at);
    }

    public int fieldLength() {
        return isTree ? tree.memberLength() : PackedBytes.length(at);
    }

    public long valueAddress() {
        return isTree ? tree.valueAddress() : PackedBytes.address(at + PackedBytes.bytes(at));
    }

    public int valueLength() {
        return isTree ? tree.valueLength() : PackedBytes.length(at + PackedBytes.bytes(at));
    }
}

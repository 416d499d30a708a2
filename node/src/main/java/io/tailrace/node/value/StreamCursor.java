package io.tailrace.node.value;

import io.tailrace.node.arena.TreeCursor;
import io.tailrace.node.arena.TreeView;
import io.tailrace.node.store.CollectionHeader;
import io.tailrace.node.store.StoredValue;
import io.tailrace.wire.memory.Memory;

/** Walks over the records of one table of a stream that is not changed meanwhile, see {@link StreamTable}. Reused; no garbage. */
final class StreamCursor {
    private final TreeCursor tree = new TreeCursor();
    private boolean isTree;
    private long start;
    private long end;
    private long at;

    StreamCursor wrap(StoredValue value, int table) {
        isTree = value.isTree();
        if (isTree) {
            tree.wrap(value.arena(), CollectionHeader.tree(value.header(), table));
        } else {
            start = StreamTable.start(value, table);
            end = StreamTable.end(value, table);
        }
        return this;
    }

    /** Looks at a table of a frozen stream; in any one thread. */
    StreamCursor wrap(TreeView view) {
        isTree = true;
        tree.wrap(view);
        return this;
    }

    /** Looks at packed records. */
    StreamCursor wrap(long address, int length) {
        isTree = false;
        start = address;
        end = address + length;
        return this;
    }

    /** Goes to the first record; false when there is none. */
    boolean first() {
        if (isTree) {
            return tree.seek(0);
        }
        at = start;
        return at < end;
    }

    boolean last() {
        if (isTree) {
            return tree.seek(tree.size() - 1);
        }
        at = end;
        return previous();
    }

    /** Goes to the first record at or after (key, member); false when there is none. */
    boolean seek(long key, long member, int length) {
        if (isTree) {
            return tree.seekMember(key, member, length);
        }
        at = start;
        while (at < end && StreamTable.compare(at, key, member, length) < 0) {
            at = StreamTable.after(at);
        }
        return at < end;
    }

    /** Goes to the record at a position; false when there is none. */
    boolean seek(long position) {
        if (isTree) {
            return tree.seek(position);
        }
        at = start;
        for (long i = 0; i < position && at < end; i++) {
            at = StreamTable.after(at);
        }
        return at < end;
    }

    boolean next() {
        if (isTree) {
            return tree.next();
        }
        at = StreamTable.after(at);
        return at < end;
    }

    /** Goes to the record before; false before the first. */
    boolean previous() {
        if (isTree) {
            return tree.previous();
        }
        if (at == start) {
            return false;
        }
        long before = start;
        for (long next = StreamTable.after(before); next != at; next = StreamTable.after(before)) {
            before = next;
        }
        at = before;
        return true;
    }

    long key() {
        return isTree ? tree.key() : Memory.getLong(at);
    }

    long memberAddress() {
        return isTree ? tree.memberAddress() : PackedBytes.address(StreamTable.memberAt(at));
    }

    int memberLength() {
        return isTree ? tree.memberLength() : PackedBytes.length(StreamTable.memberAt(at));
    }

    long valueAddress() {
        return isTree ? tree.valueAddress() : PackedBytes.address(StreamTable.valueAt(at));
    }

    int valueLength() {
        return isTree ? tree.valueLength() : PackedBytes.length(StreamTable.valueAt(at));
    }
}

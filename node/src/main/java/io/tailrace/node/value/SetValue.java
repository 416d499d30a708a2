package io.tailrace.node.value;

import io.tailrace.node.arena.Tree;
import io.tailrace.node.arena.TreeShape;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.wire.memory.Decimal;
import io.tailrace.wire.memory.Memory;

/**
 * A set: members without values. A look at one opened value, reused. A member given to it must not lie in the same set.
 *
 * <p>Packed, members are in the order in which they were added; large, in that of their hashes. Redis calls a set of integers an
 * intset up to a size, and shows its members in ascending order: {@link #isIntset} tells commands to do so.
 */
public final class SetValue {
    /** The encoding of one that had more members than an intset may have, or one that is not an integer. */
    static final int ENCODED_LARGE = 1;

    private static final int ENCODED_INTSET = 0;

    private final CollectionLimits limits;
    private final Trees trees = new Trees();
    private StoredValue value;

    public SetValue(CollectionLimits limits) {
        this.limits = limits;
    }

    /** Looks at an opened value, which is a set or not there. */
    public SetValue wrap(StoredValue opened) {
        value = opened;
        return this;
    }

    public StoredValue value() {
        return value;
    }

    /** How many members there are. */
    public long size() {
        if (!value.isThere()) {
            return 0;
        }
        return value.isTree() ? trees.of(value, 0).size() : value.packedElements();
    }

    /** Whether Redis would hold it as an intset: all members are integers. False when there is no set. */
    public boolean isIntset() {
        return value.isThere() && value.encoding() == ENCODED_INTSET;
    }

    /** Whether Redis holds a set of this many integers as an intset. */
    public boolean isIntsetSize(long members) {
        return members <= limits.encodings().intsetEntries();
    }

    /** Notes again whether it is an intset, by its members: Redis has made another set of them. */
    public void encodeAnew(boolean isIntset) {
        value.encoding(isIntset ? ENCODED_INTSET : ENCODED_LARGE);
    }

    /** Whether these bytes are a member; false when there is no set. */
    public boolean contains(long member, int length) {
        if (!value.isThere()) {
            return false;
        }
        if (value.isTree()) {
            return trees.of(value, 0).find(Memory.hash64(member, length), member, length);
        }
        return findPacked(member, length) != 0;
    }

    /** Where a member is among the packed ones, or 0. */
    private long findPacked(long member, int length) {
        long end = value.packed() + value.packedLength();
        for (long at = value.packed(); at < end; at += PackedBytes.bytes(at)) {
            boolean isMember =
                    PackedBytes.length(at) == length && Memory.equals(PackedBytes.address(at), length, member, length);
            if (isMember) {
                return at;
            }
        }
        return 0;
    }

    /** Adds a member; makes the set if it is not there. Returns whether the member is new. */
    public boolean add(long member, int length) {
        boolean isNew = addUncounted(member, length);
        if (isNew && value.encoding() == ENCODED_INTSET) {
            encodeAnew(Decimal.isLong(member, length) && isIntsetSize(size()));
        }
        return isNew;
    }

    private boolean addUncounted(long member, int length) {
        int bytes = PackedBytes.bytesFor(length);
        if (!value.isThere()) {
            value.create(ValueType.SET, bytes);
        }
        if (!value.isTree()) {
            if (findPacked(member, length) != 0) {
                return false;
            }
            if (limits.allow(value.packedElements() + 1, value.packedLength() + (long) bytes)) {
                PackedBytes.put(value.splice(value.packedLength(), 0, bytes, 1), member, length);
                return true;
            }
            makeTree();
        }
        return trees.toChange(value, 0).add(Memory.hash64(member, length), member, length);
    }

    private void makeTree() {
        value.beginTree();
        Tree tree = trees.create(value, 0, TreeShape.SET);
        long end = value.packed() + value.packedLength();
        for (long at = value.packed(); at < end; at += PackedBytes.bytes(at)) {
            long member = PackedBytes.address(at);
            int length = PackedBytes.length(at);
            tree.add(Memory.hash64(member, length), member, length);
        }
    }

    /** Takes a member away; returns whether it was there. */
    public boolean remove(long member, int length) {
        if (!value.isThere()) {
            return false;
        }
        if (value.isTree()) {
            Tree tree = trees.of(value, 0);
            long key = Memory.hash64(member, length);
            return tree.find(key, member, length) && trees.toChange(value, 0).remove(key, member, length);
        }
        long at = findPacked(member, length);
        if (at != 0) {
            value.splice((int) (at - value.packed()), PackedBytes.bytes(at), 0, -1);
        }
        return at != 0;
    }
}

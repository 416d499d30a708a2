package io.tailrace.node.value;

import io.tailrace.node.arena.Tree;
import io.tailrace.node.arena.TreeShape;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.wire.memory.Memory;

/**
 * A hash: fields with values. A look at one opened value, reused. Field and value given to it must not lie in the same hash.
 *
 * <p>Packed, fields are in the order in which they were added; large, in that of their hashes.
 */
public final class Hash {
    /** The encoding of one that had more, or longer fields and values, than a small one has. */
    static final int ENCODED_LARGE = 1;

    private final CollectionLimits limits;
    private final Trees trees = new Trees();
    private StoredValue value;
    private long found;
    private Tree foundIn;

    public Hash(CollectionLimits limits) {
        this.limits = limits;
    }

    /** Looks at an opened value, which is a hash or not there. */
    public Hash wrap(StoredValue opened) {
        value = opened;
        found = 0;
        return this;
    }

    public StoredValue value() {
        return value;
    }

    /** How many fields there are. */
    public long size() {
        if (!value.isThere()) {
            return 0;
        }
        return value.isTree() ? trees.of(value, 0).size() : value.packedElements();
    }

    /** Looks a field up; when it is there the accessors below show its value. */
    public boolean find(long field, int length) {
        found = 0;
        foundIn = null;
        if (!value.isThere()) {
            return false;
        }
        if (value.isTree()) {
            Tree tree = trees.of(value, 0);
            foundIn = tree.find(Memory.hash64(field, length), field, length) ? tree : null;
            return foundIn != null;
        }
        long at = findPacked(field, length);
        found = at == 0 ? 0 : at + PackedBytes.bytes(at);
        return at != 0;
    }

    /** Where a field is among the packed ones, or 0. */
    private long findPacked(long field, int length) {
        long end = value.packed() + value.packedLength();
        for (long at = value.packed(); at < end; ) {
            int bytes = PackedBytes.bytes(at);
            boolean isField =
                    PackedBytes.length(at) == length && Memory.equals(PackedBytes.address(at), length, field, length);
            if (isField) {
                return at;
            }
            at += bytes;
            at += PackedBytes.bytes(at);
        }
        return 0;
    }

    /** Of the field last found: where its value is, until the next change. */
    public long valueAddress() {
        return foundIn == null ? PackedBytes.address(found) : foundIn.valueAddress();
    }

    public int valueLength() {
        return foundIn == null ? PackedBytes.length(found) : foundIn.valueLength();
    }

    /** Sets a field; makes the hash if it is not there. Returns whether the field is new. */
    public boolean put(long field, int length, long newValue, int newLength) {
        boolean isNew = putUncounted(field, length, newValue, newLength);
        EncodingLimits small = limits.encodings();
        boolean isLarge = Math.max(length, newLength) > small.hashValue() || isNew && size() > small.hashEntries();
        if (isLarge) {
            value.encoding(ENCODED_LARGE);
        }
        return isNew;
    }

    private boolean putUncounted(long field, int length, long newValue, int newLength) {
        int bytes = PackedBytes.bytesFor(length) + PackedBytes.bytesFor(newLength);
        if (!value.isThere()) {
            value.create(ValueType.HASH, bytes);
        }
        if (!value.isTree()) {
            long at = findPacked(field, length);
            int more = at == 0 ? bytes : bytes - PackedBytes.bytes(at) - PackedBytes.bytes(at + PackedBytes.bytes(at));
            if (limits.allow(value.packedElements() + (at == 0 ? 1 : 0), value.packedLength() + (long) more)) {
                putPacked(at, field, length, newValue, newLength);
                return at == 0;
            }
            makeTree();
        }
        Tree tree = trees.toChange(value, 0);
        return tree.put(Memory.hash64(field, length), field, length, newValue, newLength);
    }

    private void putPacked(long at, long field, int length, long newValue, int newLength) {
        if (at == 0) {
            int bytes = PackedBytes.bytesFor(length) + PackedBytes.bytesFor(newLength);
            long room = value.splice(value.packedLength(), 0, bytes, 1);
            PackedBytes.put(PackedBytes.put(room, field, length), newValue, newLength);
        } else {
            long old = at + PackedBytes.bytes(at);
            int offset = (int) (old - value.packed());
            long room = value.splice(offset, PackedBytes.bytes(old), PackedBytes.bytesFor(newLength), 0);
            PackedBytes.put(room, newValue, newLength);
        }
    }

    private void makeTree() {
        value.beginTree();
        Tree tree = trees.create(value, 0, TreeShape.MAP);
        long end = value.packed() + value.packedLength();
        for (long at = value.packed(); at < end; ) {
            long field = PackedBytes.address(at);
            int length = PackedBytes.length(at);
            long old = at + PackedBytes.bytes(at);
            tree.put(Memory.hash64(field, length), field, length, PackedBytes.address(old), PackedBytes.length(old));
            at = old + PackedBytes.bytes(old);
        }
    }

    /** Takes a field away; returns whether it was there. */
    public boolean remove(long field, int length) {
        if (!value.isThere()) {
            return false;
        }
        if (value.isTree()) {
            Tree tree = trees.of(value, 0);
            long key = Memory.hash64(field, length);
            return tree.find(key, field, length) && trees.toChange(value, 0).remove(key, field, length);
        }
        long at = findPacked(field, length);
        if (at != 0) {
            int bytes = PackedBytes.bytes(at);
            bytes += PackedBytes.bytes(at + bytes);
            value.splice((int) (at - value.packed()), bytes, 0, -1);
        }
        return at != 0;
    }
}

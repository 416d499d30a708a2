package io.tailrace.node.value;

import io.tailrace.node.arena.Tree;
import io.tailrace.node.arena.TreeCursor;
import io.tailrace.node.store.CollectionHeader;
import io.tailrace.node.store.StoredValue;
import io.tailrace.wire.memory.Memory;
import java.util.Arrays;

/**
 * Iterates over a sorted set that is not changed meanwhile, in its order or backwards. Reused; allocates nothing once the array
 * has its size.
 */
public final class SortedSetCursor {
    private static final int INITIAL = 128;

    private final TreeCursor tree = new TreeCursor();
    private final Trees trees = new Trees();
    private StoredValue value;
    private int[] offsets = new int[INITIAL];
    private int count;
    private long position;

    /** Looks at a sorted set that is there; {@link #seek} comes next. */
    public SortedSetCursor wrap(StoredValue sortedSet) {
        value = sortedSet;
        if (sortedSet.isTree()) {
            tree.wrap(sortedSet.arena(), CollectionHeader.tree(sortedSet.header(), SortedSet.ORDER));
        } else {
            count = 0;
            long end = sortedSet.packed() + sortedSet.packedLength();
            for (long at = sortedSet.packed(); at < end; at = SortedSet.afterPacked(at)) {
                if (count == offsets.length) {
                    offsets = Arrays.copyOf(offsets, 2 * count);
                }
                offsets[count++] = (int) (at - sortedSet.packed());
            }
        }
        return this;
    }

    /** Goes to the member at a position, counted from 0; false when there is none. */
    public boolean seek(long newPosition) {
        position = newPosition;
        return value.isTree() ? tree.seek(newPosition) : isShown();
    }

    private boolean isShown() {
        return position >= 0 && position < count;
    }

    /** Goes to the next member; false after the last one. */
    public boolean next() {
        position++;
        return value.isTree() ? tree.next() : isShown();
    }

    /** Goes to the member before; false before the first one. */
    public boolean previous() {
        position--;
        return value.isTree() ? tree.previous() : isShown();
    }

    private long at() {
        return value.packed() + offsets[(int) position];
    }

    public long memberAddress() {
        return value.isTree() ? tree.memberAddress() : PackedBytes.address(at());
    }

    public int memberLength() {
        return value.isTree() ? tree.memberLength() : PackedBytes.length(at());
    }

    public double score() {
        if (!value.isTree()) {
            return SortedSet.packedScore(at());
        }
        return tree.key() == ScoreKey.ZERO ? zero() : ScoreKey.score(tree.key());
    }

    /** 0 or -0: the order does not tell. */
    private double zero() {
        long member = tree.memberAddress();
        int length = tree.memberLength();
        Tree members = trees.of(value, SortedSet.MEMBERS);
        members.find(Memory.hash64(member, length), member, length);
        return Double.longBitsToDouble(Memory.getLong(members.valueAddress()));
    }
}

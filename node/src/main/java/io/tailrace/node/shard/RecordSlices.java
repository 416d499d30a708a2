package io.tailrace.node.shard;

import java.util.Arrays;

/**
 * Pieces of a record that is being built, as offsets: the keys that were changed, or the arguments of an effect. Owned by the
 * shard's reactor thread; reused, no garbage.
 */
final class RecordSlices {
    private static final int INITIAL = 16;

    private int count;
    private int[] offsets = new int[INITIAL];
    private int[] lengths = new int[INITIAL];
    private boolean isAll;

    void clear() {
        count = 0;
        isAll = false;
    }

    void add(int offset, int length) {
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * count);
            lengths = Arrays.copyOf(lengths, 2 * count);
        }
        offsets[count] = offset;
        lengths[count++] = length;
    }

    /** Every key there is. */
    void all() {
        isAll = true;
    }

    boolean isAll() {
        return isAll;
    }

    int count() {
        return count;
    }

    int offset(int at) {
        return offsets[at];
    }

    int length(int at) {
        return lengths[at];
    }
}

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
    private boolean[] removed = new boolean[INITIAL];
    private int[] databases = new int[INITIAL];
    private int database;

    void clear() {
        count = 0;
    }

    /** Of the keys that are added from here on; {@link #clear} leaves it. */
    void areOf(int newDatabase) {
        database = newDatabase;
    }

    void add(int offset, int length) {
        add(offset, length, false);
    }

    /** The same for a key that was removed. */
    void addRemoved(int offset, int length) {
        add(offset, length, true);
    }

    private void add(int offset, int length, boolean isRemoved) {
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * count);
            lengths = Arrays.copyOf(lengths, 2 * count);
            removed = Arrays.copyOf(removed, 2 * count);
            databases = Arrays.copyOf(databases, 2 * count);
        }
        databases[count] = database;
        removed[count] = isRemoved;
        offsets[count] = offset;
        lengths[count++] = length;
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

    int database(int at) {
        return databases[at];
    }

    boolean isRemoved(int at) {
        return removed[at];
    }
}

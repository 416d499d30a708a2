package io.tailrace.node.store;

import io.tailrace.wire.memory.Memory;

/** Which effect makes the changes that follow: the index of its record, and its place in it. Owned by the shard's reactor thread. */
final class EffectPosition {
    private long index;
    private int ordinal;

    void set(long recordIndex, int effectOrdinal) {
        index = recordIndex;
        ordinal = effectOrdinal;
    }

    long index() {
        return index;
    }

    int ordinal() {
        return ordinal;
    }

    /** Notes in an entry of the map that it contains the effect. */
    void stamp(long entry) {
        Memory.putLong(entry + EntryLayout.VERSION, index);
        Memory.putInt(entry + EntryLayout.ORDINAL, ordinal);
    }
}

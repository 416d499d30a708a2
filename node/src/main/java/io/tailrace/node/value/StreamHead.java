package io.tailrace.node.value;

import io.tailrace.node.store.CollectionHeader;
import io.tailrace.node.store.StoredValue;
import io.tailrace.wire.memory.Memory;

/**
 * What is known of a stream besides its entries and groups: before the records of a packed one, in the header of a large one.
 * Stateless.
 *
 * <pre>
 *  0           8          16           24            32              40
 *  | last ms   | last seq | deleted ms | deleted seq | entries added |
 *  40          44                 46            48                52                 56               60            64
 *  | nodes u32 | in the last, u16 | A u16       | its bytes u32   | its fields, u32  | its ms, u32    | B u16 | its sequence, u16 |
 *  A, B:  packed: number and bytes of the groups' records; large: hashes of fields that were seen last
 * </pre>
 *
 * <p>The first {@value #RETAINED} bytes are what snapshots have. The nodes are Redis's: where it would have begun another block of
 * entries, by which it trims when it may do so inexactly, see {@link StreamNodes}.
 */
final class StreamHead {
    static final int BYTES = 64;
    /** Bytes that snapshots have. */
    static final int RETAINED = 40;

    static final int LAST = 0;
    static final int MAX_DELETED = 16;
    static final int ADDED = 32;
    static final int NODES = RETAINED;
    static final int NODE_ENTRIES = NODES + Integer.BYTES;
    static final int GROUP_COUNT = NODE_ENTRIES + Short.BYTES;
    static final int NODE_BYTES = GROUP_COUNT + Short.BYTES;
    static final int NODE_FIELDS = NODE_BYTES + Integer.BYTES;
    static final int NODE_MILLIS = NODE_FIELDS + Integer.BYTES;
    static final int GROUP_BYTES = NODE_MILLIS + Integer.BYTES;
    static final int NODE_SEQUENCE = GROUP_BYTES + Short.BYTES;
    static final int SEEN_FIRST = GROUP_COUNT;
    static final int SEEN_SECOND = GROUP_BYTES;

    private StreamHead() {}

    /** Where it is in a stream that is there, until the next change. */
    static long of(StoredValue value) {
        return value.isTree() ? CollectionHeader.ofType(value.header()) : value.packed();
    }

    /** The same, to be changed. */
    static long toChange(StoredValue value) {
        if (value.isTree()) {
            return CollectionHeader.ofType(value.headerToChange());
        }
        // so that what is there is copied if it must stay
        value.splice(BYTES, 0, 0, 0);
        return value.packed();
    }

    static void id(long head, int offset, StreamId into) {
        into.set(Memory.getLong(head + offset), Memory.getLong(head + offset + Long.BYTES));
    }

    static void putId(long head, int offset, StreamId id) {
        Memory.putLong(head + offset, id.millis());
        Memory.putLong(head + offset + Long.BYTES, id.sequence());
    }

    static int number(long head, int offset) {
        return Memory.getInt(head + offset);
    }

    static void putNumber(long head, int offset, int number) {
        Memory.putInt(head + offset, number);
    }

    static int small(long head, int offset) {
        return Memory.getShort(head + offset) & 0xffff;
    }

    static void putSmall(long head, int offset, int number) {
        Memory.putShort(head + offset, (short) number);
    }
}

package io.tailrace.node.value;

import io.tailrace.node.arena.TreeView;
import io.tailrace.node.store.StoredValue;
import io.tailrace.wire.memory.Memory;
import java.util.Arrays;

/**
 * Walks over the entries of a stream that is not changed meanwhile, in the order of their IDs or backwards, and over the
 * fields of each. Reused; no garbage.
 *
 * <pre>
 *  while (entries.next()) {
 *      entries.id();
 *      while (entries.nextField()) { ... }
 *  }
 * </pre>
 */
public final class StreamEntries {
    private final StreamCursor cursor = new StreamCursor();
    private final StreamCursor schemas = new StreamCursor();
    private final StreamId id = new StreamId();
    private final StreamId last = new StreamId();
    private final long[] knownSchemas = new long[StreamSchema.MAX + 1];
    private final int[] knownLengths = new int[StreamSchema.MAX + 1];
    private boolean isReversed;
    private boolean isBegun;
    private boolean isAtEnd;
    private long nameAt;
    private long valueAt;
    private long end;
    private boolean isShared;
    private long shownName;
    private long shownValue;

    /** Looks at a stream that is there; {@link #range} comes next. */
    public StreamEntries wrap(StoredValue value) {
        cursor.wrap(value, StreamTable.ENTRIES);
        schemas.wrap(value, StreamTable.GROUPS);
        Arrays.fill(knownSchemas, 0);
        return this;
    }

    /** Looks at a frozen one; in any one thread. */
    StreamEntries wrap(TreeView entries, TreeView groups) {
        cursor.wrap(entries);
        schemas.wrap(groups);
        Arrays.fill(knownSchemas, 0);
        return this;
    }

    /** Looks at packed records of entries which are all by themselves. */
    StreamEntries wrap(long address, int length) {
        cursor.wrap(address, length);
        return this;
    }

    /** All entries. */
    public StreamEntries all() {
        id.setLowest();
        last.setHighest();
        isReversed = false;
        isBegun = false;
        isAtEnd = !cursor.first();
        return this;
    }

    /**
     * Chooses entries, both ends included, and goes before the first.
     *
     * @param scratch {@value StreamId#MAX_SEQUENCE} bytes of memory
     */
    public StreamEntries range(StreamId first, StreamId end, boolean backwards, long scratch) {
        isReversed = backwards;
        isBegun = false;
        StreamId from = backwards ? end : first;
        last.set(backwards ? first : end);
        isAtEnd = first.isAfter(end);
        if (!isAtEnd) {
            int length = StreamId.putSequence(scratch, from.sequence());
            boolean isThere = cursor.seek(from.millis(), scratch, length);
            if (backwards) {
                isThere = isThere ? isAt(from) || cursor.previous() : cursor.last();
            }
            isAtEnd = !isThere;
        }
        return this;
    }

    private boolean isAt(StreamId wanted) {
        read();
        return id.compareTo(wanted) == 0;
    }

    private void read() {
        id.set(cursor.key(), StreamId.sequence(cursor.memberAddress(), cursor.memberLength()));
    }

    /** Goes to the next entry; false after the last one. */
    public boolean next() {
        if (isAtEnd) {
            return false;
        }
        if (isBegun) {
            boolean isThere = isReversed ? cursor.previous() : cursor.next();
            if (!isThere) {
                isAtEnd = true;
                return false;
            }
        }
        isBegun = true;
        read();
        if (isReversed ? id.isBefore(last) : id.isAfter(last)) {
            isAtEnd = true;
            return false;
        }
        beginFields();
        return true;
    }

    /** Of the entry shown, until the next one is. */
    public StreamId id() {
        return id;
    }

    private void beginFields() {
        long at = cursor.valueAddress();
        end = at + cursor.valueLength();
        int schema = Memory.getByte(at) & StreamSchema.NUMBER;
        isShared = schema != 0;
        valueAt = at + 1;
        if (isShared) {
            if (knownSchemas[schema] == 0) {
                boolean isThere = schemas.seek(schema, 0, 0);
                assert isThere : "no schema " + schema;
                knownSchemas[schema] = schemas.valueAddress();
                knownLengths[schema] = schemas.valueLength();
            }
            nameAt = knownSchemas[schema];
        }
    }

    /** Whether Redis would have begun another of its nodes with it. */
    boolean beginsNode() {
        return (Memory.getByte(cursor.valueAddress()) & StreamSchema.BEGINS_NODE) != 0;
    }

    /** How many fields the entry has; before the first {@link #nextField}. */
    public int fields() {
        int count = 0;
        for (long at = valueAt; at < end; at += PackedBytes.bytes(at)) {
            count++;
        }
        return isShared ? count : count / 2;
    }

    /** Goes to the next field of the entry; false after the last one. */
    public boolean nextField() {
        if (valueAt >= end) {
            return false;
        }
        if (isShared) {
            shownName = nameAt;
            nameAt += PackedBytes.bytes(nameAt);
        } else {
            shownName = valueAt;
            valueAt += PackedBytes.bytes(valueAt);
        }
        shownValue = valueAt;
        valueAt += PackedBytes.bytes(valueAt);
        return true;
    }

    public long nameAddress() {
        return PackedBytes.address(shownName);
    }

    public int nameLength() {
        return PackedBytes.length(shownName);
    }

    public long valueAddress() {
        return PackedBytes.address(shownValue);
    }

    public int valueLength() {
        return PackedBytes.length(shownValue);
    }

    /** Bytes of the entry with all names by itself. */
    int ownLength() {
        int length = 1;
        beginFields();
        while (nextField()) {
            length += PackedBytes.bytes(shownName) + PackedBytes.bytes(shownValue);
        }
        return length;
    }

    /** Writes the entry with all names by itself. */
    void copyOwn(long address) {
        Memory.putByte(address, (byte) (beginsNode() ? StreamSchema.BEGINS_NODE : 0));
        long to = address + 1;
        beginFields();
        while (nextField()) {
            to = PackedBytes.put(to, nameAddress(), nameLength());
            to = PackedBytes.put(to, valueAddress(), valueLength());
        }
    }

    long member() {
        return cursor.memberAddress();
    }

    int memberLength() {
        return cursor.memberLength();
    }
}

package io.tailrace.node.value;

import io.tailrace.node.arena.Tree;
import io.tailrace.node.arena.TreeShape;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.wire.memory.Memory;

/**
 * The two ordered tables that a stream is made of, packed or large, each of records (key, member) with a value, in the order of
 * the key, unsigned, and then of the member's bytes. A look at one opened value, reused. What is given to it must not lie in
 * the same stream.
 *
 * <pre>
 *  packed   | {@link StreamHead} | records of {@link #GROUPS} ... | records of {@link #ENTRIES} ... |
 *  record   | key u64 | member | value |       both are {@link PackedBytes}
 *  large    a tree MAP for each
 * </pre>
 */
final class StreamTable {
    static final int ENTRIES = 0;
    static final int GROUPS = 1;

    private final CollectionLimits limits;
    private final Trees trees = new Trees();
    private StoredValue value;
    private long found;
    private Tree foundIn;
    private long rank;

    StreamTable(CollectionLimits limits) {
        this.limits = limits;
    }

    StreamTable wrap(StoredValue opened) {
        value = opened;
        return this;
    }

    StoredValue value() {
        return value;
    }

    /** Makes a stream without anything. */
    void create() {
        value.create(ValueType.STREAM, StreamHead.BYTES);
        Memory.fill(value.splice(0, 0, StreamHead.BYTES, 0), StreamHead.BYTES, (byte) 0);
    }

    /** The same, large at once. */
    void createLarge() {
        create();
        value.beginTree();
        trees.create(value, ENTRIES, TreeShape.MAP);
        trees.create(value, GROUPS, TreeShape.MAP);
    }

    long size(int table) {
        if (value.isTree()) {
            return trees.of(value, table).size();
        }
        int groups = StreamHead.small(value.packed(), StreamHead.GROUP_COUNT);
        return table == GROUPS ? groups : value.packedElements() - groups;
    }

    /** Of a packed stream: where the records of a table begin. */
    static long start(StoredValue value, int table) {
        long groups = value.packed() + StreamHead.BYTES;
        return table == GROUPS ? groups : groups + StreamHead.small(value.packed(), StreamHead.GROUP_BYTES);
    }

    /** Of a packed stream: where they end. */
    static long end(StoredValue value, int table) {
        return table == GROUPS ? start(value, ENTRIES) : value.packed() + value.packedLength();
    }

    static long memberAt(long record) {
        return record + Long.BYTES;
    }

    static long valueAt(long record) {
        return memberAt(record) + PackedBytes.bytes(memberAt(record));
    }

    static long after(long record) {
        return valueAt(record) + PackedBytes.bytes(valueAt(record));
    }

    static int bytesFor(int member, int valueLength) {
        return Long.BYTES + PackedBytes.bytesFor(member) + PackedBytes.bytesFor(valueLength);
    }

    static void put(long record, long key, long member, int length, long newValue, int newLength) {
        Memory.putLong(record, key);
        PackedBytes.put(PackedBytes.put(memberAt(record), member, length), newValue, newLength);
    }

    /** Bytes of a record that came from elsewhere, or -1 when it is not whole before {@code end}. */
    static int checkedBytes(long record, long end) {
        if (end - record < Long.BYTES) {
            return -1;
        }
        long member = memberAt(record);
        int memberBytes = PackedBytes.checkedBytes(member, (int) (end - member));
        if (memberBytes < 0) {
            return -1;
        }
        long at = member + memberBytes;
        int valueBytes = PackedBytes.checkedBytes(at, (int) (end - at));
        return valueBytes < 0 ? -1 : Long.BYTES + memberBytes + valueBytes;
    }

    static int compare(long record, long key, long member, int length) {
        int order = Long.compareUnsigned(Memory.getLong(record), key);
        long at = memberAt(record);
        return order != 0 ? order : Memory.compare(PackedBytes.address(at), PackedBytes.length(at), member, length);
    }

    /** The first packed record at or after (key, member), or the table's end; counts those before it. */
    private long place(int table, long key, long member, int length) {
        long end = end(value, table);
        long at = start(value, table);
        rank = 0;
        while (at < end && compare(at, key, member, length) < 0) {
            at = after(at);
            rank++;
        }
        return at;
    }

    private boolean isAt(int table, long record, long key, long member, int length) {
        return record < end(value, table) && compare(record, key, member, length) == 0;
    }

    /** Looks a record up; when it is there, its value is shown until the next change. */
    boolean find(int table, long key, long member, int length) {
        if (value.isTree()) {
            foundIn = trees.of(value, table);
            return foundIn.find(key, member, length);
        }
        foundIn = null;
        long at = place(table, key, member, length);
        boolean isThere = isAt(table, at, key, member, length);
        found = isThere ? valueAt(at) : 0;
        return isThere;
    }

    long valueAddress() {
        return foundIn == null ? PackedBytes.address(found) : foundIn.valueAddress();
    }

    int valueLength() {
        return foundIn == null ? PackedBytes.length(found) : foundIn.valueLength();
    }

    /** How many records are before (key, member). */
    long rank(int table, long key, long member, int length) {
        if (value.isTree()) {
            return trees.of(value, table).rank(key, member, length);
        }
        place(table, key, member, length);
        return rank;
    }

    /** How many records have keys from one up to below another. */
    long count(int table, long key, long endKey) {
        return rank(table, endKey, 0, 0) - rank(table, key, 0, 0);
    }

    /** Puts a record in, or replaces its value; returns whether it is new. */
    boolean put(int table, long key, long member, int length, long newValue, int newLength) {
        if (!value.isTree()) {
            boolean isLast = table == ENTRIES && isAfterLast(key, member, length);
            long at = isLast ? end(value, table) : place(table, key, member, length);
            boolean isThere = !isLast && isAt(table, at, key, member, length);
            int old = isThere ? (int) (after(at) - at) : 0;
            int bytes = bytesFor(length, newLength);
            long total = (long) value.packedLength() - old + bytes;
            if (limits.allow(value.packedElements() + (isThere ? 0 : 1), total)) {
                long record = splice(table, at, old, bytes, isThere ? 0 : 1);
                put(record, key, member, length, newValue, newLength);
                return !isThere;
            }
            makeTrees();
        }
        return trees.toChange(value, table).put(key, member, length, newValue, newLength);
    }

    /** Whether it comes after the last ID, so that no entry needs be looked at. */
    private boolean isAfterLast(long key, long member, int length) {
        long last = value.packed() + StreamHead.LAST;
        long sequence = StreamId.sequence(member, length);
        return StreamId.compare(key, sequence, Memory.getLong(last), Memory.getLong(last + Long.BYTES)) > 0;
    }

    /** Puts a record in after all others; false, and nothing is done, when that is not its place. Of a large stream. */
    boolean append(int table, long key, long member, int length, long newValue, int newLength) {
        return trees.toChange(value, table).append(key, member, length, newValue, newLength);
    }

    private long splice(int table, long record, int removed, int inserted, int more) {
        long at = value.splice((int) (record - value.packed()), removed, inserted, more);
        if (table == GROUPS) {
            long head = value.packed();
            int bytes = StreamHead.small(head, StreamHead.GROUP_BYTES) + inserted - removed;
            StreamHead.putSmall(head, StreamHead.GROUP_BYTES, bytes);
            int count = StreamHead.small(head, StreamHead.GROUP_COUNT) + more;
            StreamHead.putSmall(head, StreamHead.GROUP_COUNT, count);
        }
        return at;
    }

    private void makeTrees() {
        value.beginTree();
        long head = StreamHead.of(value);
        Memory.copy(value.packed(), head, StreamHead.BYTES);
        StreamHead.putSmall(head, StreamHead.SEEN_FIRST, 0);
        StreamHead.putSmall(head, StreamHead.SEEN_SECOND, 0);
        for (int table = ENTRIES; table <= GROUPS; table++) {
            Tree tree = trees.create(value, table, TreeShape.MAP);
            long end = end(value, table);
            for (long at = start(value, table); at < end; at = after(at)) {
                long member = memberAt(at);
                long valueAt = valueAt(at);
                tree.append(
                        Memory.getLong(at),
                        PackedBytes.address(member),
                        PackedBytes.length(member),
                        PackedBytes.address(valueAt),
                        PackedBytes.length(valueAt));
            }
        }
    }

    /** Takes a record out; returns whether it was there. */
    boolean remove(int table, long key, long member, int length) {
        if (value.isTree()) {
            // without the record nothing need be noted for an undo
            return trees.of(value, table).find(key, member, length)
                    && trees.toChange(value, table).remove(key, member, length);
        }
        long at = place(table, key, member, length);
        if (!isAt(table, at, key, member, length)) {
            return false;
        }
        splice(table, at, (int) (after(at) - at), 0, -1);
        return true;
    }

    /** Takes records out, from a position on. */
    void removeRange(int table, long position, long count) {
        if (count == 0) {
            return;
        }
        if (value.isTree()) {
            trees.toChange(value, table).removeRange(position, count);
            return;
        }
        long from = start(value, table);
        for (long i = 0; i < position; i++) {
            from = after(from);
        }
        long to = from;
        for (long i = 0; i < count; i++) {
            to = after(to);
        }
        splice(table, from, (int) (to - from), 0, (int) -count);
    }

    /** Takes the records out whose keys are from one up to below another. */
    void removeKeys(int table, long key, long endKey) {
        long position = rank(table, key, 0, 0);
        removeRange(table, position, rank(table, endKey, 0, 0) - position);
    }
}

package io.tailrace.node.value;

import io.tailrace.node.store.StoredValue;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.Arguments;

/**
 * A stream: entries of fields with values, in the order of their IDs. A look at one opened value, reused. Its consumer groups
 * are handled by {@link StreamGroups}. Fields given to it must not lie in the same stream.
 */
public final class StreamValue {
    private final CollectionLimits limits;
    private final StreamTable table;
    private final StreamCursor cursor = new StreamCursor();
    private final StreamEntries entries = new StreamEntries();
    private final StreamNodes.Sizes sizes = new StreamNodes.Sizes();
    private final StreamId probe = new StreamId();
    private final StreamId bound = new StreamId();
    private StoredValue value;

    public StreamValue(CollectionLimits limits) {
        this.limits = limits;
        table = new StreamTable(limits);
    }

    /** Looks at an opened value, which is a stream or not there. */
    public StreamValue wrap(StoredValue opened) {
        value = opened;
        table.wrap(opened);
        return this;
    }

    public StoredValue value() {
        return value;
    }

    StreamTable table() {
        return table;
    }

    public CollectionLimits limits() {
        return limits;
    }

    /** How many entries there are. */
    public long size() {
        return value.isThere() ? table.size(StreamTable.ENTRIES) : 0;
    }

    /** Makes one without entries. */
    public void create() {
        table.create();
    }

    /** The highest ID that an entry was ever given; also of a stream that is not there. */
    public StreamId last(StreamId into) {
        return id(StreamHead.LAST, into);
    }

    /** The highest ID of an entry that was deleted by its ID. */
    public StreamId maxDeleted(StreamId into) {
        return id(StreamHead.MAX_DELETED, into);
    }

    private StreamId id(int offset, StreamId into) {
        if (value.isThere()) {
            StreamHead.id(StreamHead.of(value), offset, into);
        } else {
            into.setLowest();
        }
        return into;
    }

    /** How many entries were ever added. */
    public long added() {
        return value.isThere() ? Memory.getLong(StreamHead.of(value) + StreamHead.ADDED) : 0;
    }

    /** How many nodes Redis would have. */
    public int nodes() {
        return value.isThere() && size() > 0 ? StreamHead.number(StreamHead.of(value), StreamHead.NODES) : 0;
    }

    /** The ID of the first entry, the lowest when there is none. */
    public StreamId first(StreamId into) {
        into.setLowest();
        if (size() > 0 && cursor.wrap(value, StreamTable.ENTRIES).first()) {
            readId(into);
        }
        return into;
    }

    /** The ID of the last entry that is there, the lowest when there is none. */
    public StreamId lastThere(StreamId into) {
        into.setLowest();
        if (size() > 0 && cursor.wrap(value, StreamTable.ENTRIES).last()) {
            readId(into);
        }
        return into;
    }

    private void readId(StreamId into) {
        into.set(cursor.key(), StreamId.sequence(cursor.memberAddress(), cursor.memberLength()));
    }

    private int putMember(StreamId id) {
        return StreamId.putSequence(value.arena().numberScratch(), id.sequence());
    }

    /** Whether there is an entry of an ID. */
    public boolean contains(StreamId id) {
        return value.isThere()
                && table.find(StreamTable.ENTRIES, id.millis(), value.arena().numberScratch(), putMember(id));
    }

    /** Adds an entry whose fields and values are arguments from one on; makes the stream if it is not there. */
    public void add(StreamId id, Arguments arguments, int from) {
        if (!value.isThere()) {
            create();
        }
        sizes.clear();
        for (int i = from; i + 1 < arguments.count(); i += 2) {
            sizes.add(arguments.address(i), arguments.length(i), arguments.address(i + 1), arguments.length(i + 1));
        }
        long names = value.arena().valueScratch(2 * sizes.names + sizes.values + 1);
        long at = names;
        for (int i = from; i + 1 < arguments.count(); i += 2) {
            at = PackedBytes.put(at, arguments.address(i), arguments.length(i));
        }
        int first = first(id, StreamNodes.isBegun(StreamHead.of(value), limits.encodings(), sizes.bytes), names);
        long entry = names + sizes.names;
        at = entry;
        Memory.putByte(at++, (byte) first);
        for (int i = from; i + 1 < arguments.count(); i += 2) {
            if ((first & StreamSchema.NUMBER) == 0) {
                at = PackedBytes.put(at, arguments.address(i), arguments.length(i));
            }
            at = PackedBytes.put(at, arguments.address(i + 1), arguments.length(i + 1));
        }
        StreamHead.id(StreamHead.of(value), StreamHead.LAST, probe);
        boolean isLast = probe.isBefore(id);
        putEntry(id, entry, (int) (at - entry), isLast);
        long head = StreamHead.toChange(value);
        if (isLast) {
            StreamHead.putId(head, StreamHead.LAST, id);
        }
        Memory.putLong(head + StreamHead.ADDED, Memory.getLong(head + StreamHead.ADDED) + 1);
    }

    /** Notes an entry of {@link #sizes} and these names; gives the first byte that it is kept with. */
    private int first(StreamId id, boolean isBegun, long names) {
        long head = StreamHead.toChange(value);
        sizes.hash = StreamNodes.hash(names, sizes.names);
        StreamNodes.note(head, id, isBegun, sizes);
        return StreamSchema.of(table, head, names, sizes.names, sizes.hash) | (isBegun ? StreamSchema.BEGINS_NODE : 0);
    }

    /**
     * Adds an entry of a snapshot to a large stream, with all its names by itself.
     *
     * @return whether it comes after all others
     */
    boolean load(StreamId id, long given, int length) {
        sizes.clear();
        long end = given + length;
        for (long at = given + 1; at < end; ) {
            long newValue = at + PackedBytes.bytes(at);
            sizes.add(
                    PackedBytes.address(at),
                    PackedBytes.length(at),
                    PackedBytes.address(newValue),
                    PackedBytes.length(newValue));
            at = newValue + PackedBytes.bytes(newValue);
        }
        long names = value.arena().valueScratch(sizes.names + length);
        long nameAt = names;
        long entry = names + sizes.names;
        long valueAt = entry + 1;
        for (long at = given + 1; at < end; ) {
            int bytes = PackedBytes.bytes(at);
            Memory.copy(at, nameAt, bytes);
            nameAt += bytes;
            at += bytes;
            bytes = PackedBytes.bytes(at);
            Memory.copy(at, valueAt, bytes);
            valueAt += bytes;
            at += bytes;
        }
        int first = first(id, (Memory.getByte(given) & StreamSchema.BEGINS_NODE) != 0, names);
        Memory.putByte(entry, (byte) first);
        if ((first & StreamSchema.NUMBER) == 0) {
            Memory.copy(given + 1, entry + 1, length - 1);
            valueAt = entry + length;
        }
        return table.append(StreamTable.ENTRIES, id.millis(), value.arena().numberScratch(), putMember(id), entry, (int)
                (valueAt - entry));
    }

    /** @param isLast whether the ID is above that of any entry there ever was */
    private void putEntry(StreamId id, long entry, int length, boolean isLast) {
        int member = putMember(id);
        long sequence = value.arena().numberScratch();
        boolean isAppended = isLast
                && value.isTree()
                && table.append(StreamTable.ENTRIES, id.millis(), sequence, member, entry, length);
        if (!isAppended) {
            table.put(StreamTable.ENTRIES, id.millis(), sequence, member, entry, length);
        }
    }

    /** Deletes an entry by its ID; returns whether it was there. */
    public boolean delete(StreamId id) {
        if (!contains(id)) {
            return false;
        }
        boolean wasNode = (Memory.getByte(table.valueAddress()) & StreamSchema.BEGINS_NODE) != 0;
        table.remove(StreamTable.ENTRIES, id.millis(), value.arena().numberScratch(), putMember(id));
        long head = StreamHead.toChange(value);
        StreamHead.id(head, StreamHead.MAX_DELETED, probe);
        if (probe.isBefore(id)) {
            StreamHead.putId(head, StreamHead.MAX_DELETED, id);
        }
        if (wasNode && !markNode(id)) {
            removeNodes(1);
        }
        return true;
    }

    private void removeNodes(int removed) {
        long head = StreamHead.toChange(value);
        int left = Math.max(0, StreamHead.number(head, StreamHead.NODES) - removed);
        StreamHead.putNumber(head, StreamHead.NODES, left);
        if (table.size(StreamTable.ENTRIES) == 0) {
            StreamHead.putNumber(head, StreamHead.NODES, 0);
            StreamHead.putSmall(head, StreamHead.NODE_ENTRIES, 0);
        }
    }

    /** Lets the entry after an ID begin the node that one before it has begun; false when it begins one already, or is none. */
    private boolean markNode(StreamId id) {
        boolean isThere = cursor.wrap(value, StreamTable.ENTRIES)
                .seek(id.millis(), value.arena().numberScratch(), putMember(id));
        if (!isThere || (Memory.getByte(cursor.valueAddress()) & StreamSchema.BEGINS_NODE) != 0) {
            return false;
        }
        int length = cursor.valueLength();
        long copy = value.arena().valueScratch(length);
        Memory.copy(cursor.valueAddress(), copy, length);
        Memory.putByte(copy, (byte) (Memory.getByte(copy) | StreamSchema.BEGINS_NODE));
        readId(bound);
        putEntry(bound, copy, length, false);
        return true;
    }

    /** Takes out all entries before an ID; returns how many they were. */
    public long trimBefore(StreamId id) {
        if (size() == 0) {
            return 0;
        }
        long count = rank(id);
        if (count == 0) {
            return 0;
        }
        int nodes = 0;
        entries.wrap(value).all();
        for (long i = 0; i < count && entries.next(); i++) {
            nodes += entries.beginsNode() ? 1 : 0;
        }
        table.removeRange(StreamTable.ENTRIES, 0, count);
        boolean isCut = markNode(id);
        removeNodes(isCut ? nodes - 1 : nodes);
        return count;
    }

    /** How many entries are before an ID. */
    public long rank(StreamId id) {
        return table.rank(StreamTable.ENTRIES, id.millis(), value.arena().numberScratch(), putMember(id));
    }

    /** The ID of the entry at a position, which must be there. */
    public StreamId at(long position, StreamId into) {
        boolean isThere = cursor.wrap(value, StreamTable.ENTRIES).seek(position);
        assert isThere : position;
        readId(into);
        return into;
    }

    /** Sets what XSETID sets. */
    public void set(StreamId last, long added, StreamId maxDeleted) {
        long head = StreamHead.toChange(value);
        StreamHead.putId(head, StreamHead.LAST, last);
        StreamHead.putId(head, StreamHead.MAX_DELETED, maxDeleted);
        Memory.putLong(head + StreamHead.ADDED, added);
    }

    /**
     * How many entries a trim takes out that may leave some: whole nodes of Redis's.
     *
     * @param keep how many entries are wanted, or -1
     * @param from the lowest ID that is wanted, when {@code keep} is -1
     * @param most entries to take out, 0 for any number
     * @param into the lowest ID that is kept
     */
    public long nodesBefore(long keep, StreamId from, long most, StreamId into) {
        long size = size();
        long before = 0;
        long inNode = 0;
        into.setLowest();
        if (size <= keep || size == 0) {
            return 0;
        }
        entries.wrap(value).all();
        while (entries.next()) {
            if (entries.beginsNode() && inNode > 0) {
                before += inNode;
                inNode = 0;
                into.set(entries.id());
            }
            inNode++;
            boolean isOver =
                    keep >= 0 ? size - before - inNode < keep : entries.id().compareTo(from) >= 0;
            if (isOver || most > 0 && before + inNode > most) {
                return before;
            }
            bound.set(entries.id());
        }
        into.set(bound);
        into.increment();
        return size;
    }
}

package io.tailrace.node.value;

import static io.tailrace.node.value.StreamTable.GROUPS;

import io.tailrace.node.store.StoredValue;
import io.tailrace.wire.memory.Memory;

/**
 * The consumer groups of a stream: a view of one group of one opened value, and of one of its consumers, reused. Names given to
 * it must stay where they are, and not lie in the same stream. Records are {@link StreamGroupKeys}.
 */
public final class StreamGroups {
    /** How many entries a group has read, when that isn't known. */
    public static final long UNKNOWN = -1;

    private final StreamCursor cursor = new StreamCursor();
    private StreamTable table;
    private StoredValue value;

    private long groupName;
    private int groupNameLength;
    private int group;
    private final StreamId last = new StreamId();
    private long read;

    private long consumerName;
    private int consumerNameLength;
    private int consumer;
    private long seen;

    private int owner;
    private long delivered;
    private long deliveries;

    /** Looks at a stream, which is there. */
    public StreamGroups wrap(StreamValue stream) {
        table = stream.table();
        value = stream.value();
        return this;
    }

    private long scratch() {
        return value.arena().numberScratch();
    }

    /** How many groups there are. */
    public long groups() {
        return table.count(
                GROUPS, StreamGroupKeys.key(StreamGroupKeys.GROUP), StreamGroupKeys.key(StreamGroupKeys.NUMBER));
    }

    /** Looks for a group; when it is there, all below is about it. */
    public boolean find(long name, int length) {
        groupName = name;
        groupNameLength = length;
        if (!table.find(GROUPS, StreamGroupKeys.key(StreamGroupKeys.GROUP), name, length)) {
            return false;
        }
        long record = table.valueAddress();
        group = Memory.getInt(record);
        last.set(
                Memory.getLong(record + StreamGroupKeys.LAST),
                Memory.getLong(record + StreamGroupKeys.LAST + Long.BYTES));
        read = Memory.getLong(record + StreamGroupKeys.READ);
        return true;
    }

    /** The ID up to which entries were delivered. */
    public StreamId last() {
        return last;
    }

    /** How many entries were read up to there, or {@link #UNKNOWN}. */
    public long read() {
        return read;
    }

    /** Makes the group that was not found. */
    public void create(StreamId id, long entriesRead) {
        int number = unused(StreamGroupKeys.NUMBER, 0, StreamGroupKeys.MAX_GROUP);
        table.put(GROUPS, StreamGroupKeys.key(StreamGroupKeys.NUMBER, number), 0, 0, groupName, groupNameLength);
        group = number;
        set(id, entriesRead);
    }

    /** Sets up to where the group has read. */
    public void set(StreamId id, long entriesRead) {
        last.set(id);
        read = entriesRead;
        long record = value.arena().valueScratch(StreamGroupKeys.GROUP_BYTES);
        Memory.putInt(record, group);
        Memory.putLong(record + StreamGroupKeys.LAST, id.millis());
        Memory.putLong(record + StreamGroupKeys.LAST + Long.BYTES, id.sequence());
        Memory.putLong(record + StreamGroupKeys.READ, entriesRead);
        long key = StreamGroupKeys.key(StreamGroupKeys.GROUP);
        table.put(GROUPS, key, groupName, groupNameLength, record, StreamGroupKeys.GROUP_BYTES);
    }

    /** A number that no record of a kind has: the highest that has one and 1, or one between. */
    private int unused(int kind, int ofGroup, long most) {
        boolean isOfGroups = kind == StreamGroupKeys.NUMBER;
        long first = isOfGroups ? StreamGroupKeys.key(kind) : StreamGroupKeys.key(kind, ofGroup);
        long end = isOfGroups ? StreamGroupKeys.key(kind + 1) : StreamGroupKeys.keyAfter(kind, ofGroup);
        long count = table.count(GROUPS, first, end);
        if (count == 0) {
            return 0;
        }
        long position = table.rank(GROUPS, first, 0, 0);
        cursor.wrap(value, GROUPS).seek(position + count - 1);
        long highest = number(isOfGroups, cursor.key());
        if (highest < most) {
            return (int) (highest + 1);
        }
        cursor.seek(position);
        long free = 0;
        while (number(isOfGroups, cursor.key()) == free) {
            free++;
            cursor.next();
        }
        return (int) free;
    }

    private static long number(boolean isOfGroups, long key) {
        return isOfGroups ? StreamGroupKeys.group(key) : StreamGroupKeys.consumer(key) & 0xffff_ffffL;
    }

    /** Removes the group with its consumers and what is pending. */
    public void destroy() {
        removeAll(StreamGroupKeys.OF_CONSUMER);
        removeAll(StreamGroupKeys.PENDING);
        removeAll(StreamGroupKeys.NAME);
        removeAll(StreamGroupKeys.CONSUMER);
        removeAll(StreamGroupKeys.NUMBER);
        table.remove(GROUPS, StreamGroupKeys.key(StreamGroupKeys.GROUP), groupName, groupNameLength);
    }

    private void removeAll(int kind) {
        table.removeKeys(GROUPS, StreamGroupKeys.key(kind, group), StreamGroupKeys.keyAfter(kind, group));
    }

    private long count(int kind) {
        return table.count(GROUPS, StreamGroupKeys.key(kind, group), StreamGroupKeys.keyAfter(kind, group));
    }

    /** How many consumers the group has. */
    public long consumers() {
        return count(StreamGroupKeys.CONSUMER);
    }

    /** How many entries were delivered and not acknowledged. */
    public long pending() {
        return count(StreamGroupKeys.PENDING);
    }

    /** The ID of what is pending at a position, which must be there. */
    public StreamId pendingAt(long position, StreamId into) {
        long first = table.rank(GROUPS, StreamGroupKeys.key(StreamGroupKeys.PENDING, group), 0, 0);
        boolean isThere = cursor.wrap(value, GROUPS).seek(first + position);
        assert isThere : position;
        StreamGroupKeys.readId(cursor.memberAddress(), cursor.memberLength(), into);
        return into;
    }

    /** Looks for a consumer of the group; when it is there, all below is about it. */
    public boolean findConsumer(long name, int length) {
        consumerName = name;
        consumerNameLength = length;
        boolean isThere = table.find(GROUPS, StreamGroupKeys.key(StreamGroupKeys.CONSUMER, group), name, length);
        if (isThere) {
            consumer = Memory.getInt(table.valueAddress());
            seen = Memory.getLong(table.valueAddress() + StreamGroupKeys.SEEN);
        }
        return isThere;
    }

    /** When the consumer was last seen, epoch milliseconds. */
    public long seen() {
        return seen;
    }

    /** Its number among the group's. */
    public int consumer() {
        return consumer;
    }

    /** How many entries are pending with the consumer. */
    public long consumerPending() {
        long key = StreamGroupKeys.key(StreamGroupKeys.OF_CONSUMER, group, consumer);
        return table.count(GROUPS, key, key + 1);
    }

    /** Makes the consumer that was not found. */
    public void createConsumer() {
        consumer = unused(StreamGroupKeys.NAME, group, 0xffff_ffffL);
        long key = StreamGroupKeys.key(StreamGroupKeys.NAME, group, consumer);
        table.put(GROUPS, key, 0, 0, consumerName, consumerNameLength);
        putConsumer(0);
    }

    /** The consumer was seen, at a time that counts if it is the latest. */
    public void see(long epochMs) {
        if (epochMs > seen) {
            putConsumer(epochMs);
        }
    }

    private void putConsumer(long epochMs) {
        seen = epochMs;
        long record = value.arena().valueScratch(StreamGroupKeys.CONSUMER_BYTES);
        Memory.putInt(record, consumer);
        Memory.putLong(record + StreamGroupKeys.SEEN, epochMs);
        long key = StreamGroupKeys.key(StreamGroupKeys.CONSUMER, group);
        table.put(GROUPS, key, consumerName, consumerNameLength, record, StreamGroupKeys.CONSUMER_BYTES);
    }

    /** Removes the consumer, with what is pending with it. */
    public void deleteConsumer() {
        long key = StreamGroupKeys.key(StreamGroupKeys.OF_CONSUMER, group, consumer);
        long pending = StreamGroupKeys.key(StreamGroupKeys.PENDING, group);
        while (cursor.wrap(value, GROUPS).seek(key, 0, 0) && cursor.key() == key) {
            int length = cursor.memberLength();
            Memory.copy(cursor.memberAddress(), scratch(), length);
            table.remove(GROUPS, pending, scratch(), length);
            table.remove(GROUPS, key, scratch(), length);
        }
        table.remove(GROUPS, StreamGroupKeys.key(StreamGroupKeys.NAME, group, consumer), 0, 0);
        table.remove(GROUPS, StreamGroupKeys.key(StreamGroupKeys.CONSUMER, group), consumerName, consumerNameLength);
    }

    /** Looks a pending entry of the group up; when it is there, the accessors below show it. */
    public boolean findPending(StreamId id) {
        int length = StreamGroupKeys.putId(scratch(), id);
        boolean isThere = table.find(GROUPS, StreamGroupKeys.key(StreamGroupKeys.PENDING, group), scratch(), length);
        if (isThere) {
            owner = Memory.getInt(table.valueAddress());
            delivered = Memory.getLong(table.valueAddress() + StreamGroupKeys.DELIVERED);
            deliveries = Memory.getLong(table.valueAddress() + StreamGroupKeys.DELIVERIES);
        }
        return isThere;
    }

    /** The number of the consumer that it is pending with. */
    public int owner() {
        return owner;
    }

    /** When it was delivered last, epoch milliseconds. */
    public long delivered() {
        return delivered;
    }

    public long deliveries() {
        return deliveries;
    }

    /** An entry is pending with the consumer, whatever it was before. */
    public void putPending(StreamId id, long deliveredEpochMs, long deliveryCount) {
        boolean wasThere = findPending(id);
        int length = StreamGroupKeys.putId(scratch(), id);
        if (wasThere && owner != consumer) {
            table.remove(GROUPS, StreamGroupKeys.key(StreamGroupKeys.OF_CONSUMER, group, owner), scratch(), length);
        }
        if (!wasThere || owner != consumer) {
            long key = StreamGroupKeys.key(StreamGroupKeys.OF_CONSUMER, group, consumer);
            table.put(GROUPS, key, scratch(), length, scratch(), 0);
        }
        long record = value.arena().valueScratch(StreamGroupKeys.PENDING_BYTES);
        Memory.putInt(record, consumer);
        Memory.putLong(record + StreamGroupKeys.DELIVERED, deliveredEpochMs);
        Memory.putLong(record + StreamGroupKeys.DELIVERIES, deliveryCount);
        long key = StreamGroupKeys.key(StreamGroupKeys.PENDING, group);
        table.put(GROUPS, key, scratch(), length, record, StreamGroupKeys.PENDING_BYTES);
    }

    /** Forgets a pending entry; returns whether it was there. */
    public boolean removePending(StreamId id) {
        if (!findPending(id)) {
            return false;
        }
        int length = StreamGroupKeys.putId(scratch(), id);
        table.remove(GROUPS, StreamGroupKeys.key(StreamGroupKeys.PENDING, group), scratch(), length);
        table.remove(GROUPS, StreamGroupKeys.key(StreamGroupKeys.OF_CONSUMER, group, owner), scratch(), length);
        return true;
    }

    int number() {
        return group;
    }
}

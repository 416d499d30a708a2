package io.tailrace.node.value;

import io.tailrace.wire.memory.Memory;

/**
 * Walks over the groups of a stream, the consumers of a group, or what is pending with either, in the order of names or IDs;
 * the stream is not changed meanwhile. Reused; no garbage.
 */
public final class StreamGroupCursor {
    private final StreamCursor cursor = new StreamCursor();
    private final StreamCursor names = new StreamCursor();
    private final StreamId id = new StreamId();
    private long key;
    private int group;
    private boolean isBegun;
    private boolean isThere;

    /** All groups of a stream that is there. */
    public StreamGroupCursor groups(StreamValue stream) {
        return begin(stream, StreamGroupKeys.key(StreamGroupKeys.GROUP));
    }

    /** The consumers of the group that was found. */
    public StreamGroupCursor consumers(StreamValue stream, StreamGroups groups) {
        group = groups.number();
        return begin(stream, StreamGroupKeys.key(StreamGroupKeys.CONSUMER, group));
    }

    private StreamGroupCursor begin(StreamValue stream, long newKey) {
        key = newKey;
        isBegun = false;
        isThere = cursor.wrap(stream.value(), StreamTable.GROUPS).seek(key, 0, 0);
        return this;
    }

    /**
     * What is pending with the group that was found, or with its consumer that was found, from an ID on.
     *
     * @param isOfConsumer whether it is the consumer's
     */
    public StreamGroupCursor pending(StreamValue stream, StreamGroups groups, boolean isOfConsumer, StreamId from) {
        group = groups.number();
        key = isOfConsumer
                ? StreamGroupKeys.key(StreamGroupKeys.OF_CONSUMER, group, groups.consumer())
                : StreamGroupKeys.key(StreamGroupKeys.PENDING, group);
        isBegun = false;
        long scratch = stream.value().arena().numberScratch();
        int length = StreamGroupKeys.putId(scratch, from);
        isThere = cursor.wrap(stream.value(), StreamTable.GROUPS).seek(key, scratch, length);
        names.wrap(stream.value(), StreamTable.GROUPS);
        return this;
    }

    /** Goes to the next one; false after the last. */
    public boolean next() {
        if (isThere && isBegun) {
            isThere = cursor.next();
        }
        isBegun = true;
        isThere = isThere && cursor.key() == key;
        return isThere;
    }

    /** The group's or consumer's name. */
    public long name() {
        return cursor.memberAddress();
    }

    public int nameLength() {
        return cursor.memberLength();
    }

    /** The ID of what is pending, until the next call. */
    public StreamId id() {
        StreamGroupKeys.readId(cursor.memberAddress(), cursor.memberLength(), id);
        return id;
    }

    /** Of what is pending with a group: when it was delivered last, epoch milliseconds. */
    public long delivered() {
        return Memory.getLong(cursor.valueAddress() + StreamGroupKeys.DELIVERED);
    }

    public long deliveries() {
        return Memory.getLong(cursor.valueAddress() + StreamGroupKeys.DELIVERIES);
    }

    /** Of what is pending with a group: finds the name of the consumer, which {@link #ownerName} shows then. */
    public void findOwner() {
        int owner = Memory.getInt(cursor.valueAddress());
        boolean isKnown = names.seek(StreamGroupKeys.key(StreamGroupKeys.NAME, group, owner), 0, 0);
        assert isKnown : "no consumer " + owner;
    }

    public long ownerName() {
        return names.valueAddress();
    }

    public int ownerNameLength() {
        return names.valueLength();
    }
}

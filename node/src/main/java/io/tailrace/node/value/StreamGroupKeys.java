package io.tailrace.node.value;

import io.tailrace.wire.memory.Memory;

/**
 * The records of a stream's consumer groups in {@link StreamTable#GROUPS}. Stateless.
 *
 * <pre>
 *  key: kind, 4 bits | group, 28 bits | consumer, 32 bits        groups have numbers in the stream, consumers in their group
 *
 *  kind         group  consumer  member                    value
 *  schema       -      number    -                         names of fields, see {@link StreamSchema}
 *  group        -      -         name                      | number u32 | last ms u64 | last seq u64 | entries read i64 |
 *  number       group  -         -                         the group's name
 *  consumer     group  -         name                      | number u32 | seen, epoch ms i64 |
 *  name         group  consumer  -                         the consumer's name
 *  pending      group  -         ID                        | consumer u32 | delivered, epoch ms i64 | deliveries i64 |
 *  consumer's   group  consumer  ID                        -
 *
 *  ID: ms, big endian u64 | sequence as in {@link StreamId}
 * </pre>
 */
final class StreamGroupKeys {
    static final int GROUP = 1;
    static final int NUMBER = 2;
    static final int CONSUMER = 3;
    static final int NAME = 4;
    static final int PENDING = 5;
    static final int OF_CONSUMER = 6;

    static final int GROUP_BYTES = Integer.BYTES + 3 * Long.BYTES;
    static final int LAST = Integer.BYTES;
    static final int READ = LAST + 2 * Long.BYTES;

    static final int CONSUMER_BYTES = Integer.BYTES + Long.BYTES;
    static final int SEEN = Integer.BYTES;

    static final int PENDING_BYTES = Integer.BYTES + 2 * Long.BYTES;
    static final int DELIVERED = Integer.BYTES;
    static final int DELIVERIES = DELIVERED + Long.BYTES;

    /** Bytes of the longest ID. */
    static final int MAX_ID = Long.BYTES + StreamId.MAX_SEQUENCE;

    static final int MAX_GROUP = (1 << 28) - 1;
    private static final int KIND_SHIFT = 60;
    private static final long CONSUMER_MASK = 0xffff_ffffL;

    private StreamGroupKeys() {}

    /** The first key of a kind. */
    static long key(int kind) {
        return (long) kind << KIND_SHIFT;
    }

    static long key(int kind, int group) {
        return key(kind) | (long) group << Integer.SIZE;
    }

    static long key(int kind, int group, int consumer) {
        return key(kind, group) | consumer & CONSUMER_MASK;
    }

    /** The first key after those of a kind and a group. */
    static long keyAfter(int kind, int group) {
        return key(kind) + ((long) group + 1 << Integer.SIZE);
    }

    static int kind(long key) {
        return (int) (key >>> KIND_SHIFT);
    }

    static int group(long key) {
        return (int) (key >>> Integer.SIZE) & MAX_GROUP;
    }

    static int consumer(long key) {
        return (int) key;
    }

    /** Writes an ID so that its bytes are in its order, at most {@link #MAX_ID}; returns how many they are. */
    static int putId(long address, StreamId id) {
        Memory.putLong(address, Long.reverseBytes(id.millis()));
        return Long.BYTES + StreamId.putSequence(address + Long.BYTES, id.sequence());
    }

    static void readId(long address, int length, StreamId into) {
        long sequence = StreamId.sequence(address + Long.BYTES, length - Long.BYTES);
        into.set(Long.reverseBytes(Memory.getLong(address)), sequence);
    }

    /** Whether a record that came from elsewhere has the form of its kind. */
    static boolean isWhole(long key, long member, int length, int valueLength) {
        return switch (kind(key)) {
            case GROUP -> group(key) == 0 && consumer(key) == 0 && valueLength == GROUP_BYTES;
            case NUMBER -> consumer(key) == 0 && length == 0;
            case CONSUMER -> consumer(key) == 0 && valueLength == CONSUMER_BYTES;
            case NAME -> length == 0;
            case PENDING -> consumer(key) == 0 && isId(member, length) && valueLength == PENDING_BYTES;
            case OF_CONSUMER -> isId(member, length) && valueLength == 0;
            default -> false;
        };
    }

    private static boolean isId(long member, int length) {
        return length >= Long.BYTES && StreamId.isSequence(member + Long.BYTES, length - Long.BYTES);
    }
}

package io.tailrace.wire.record;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.Arguments;

/**
 * Reads which records are the parts of one transaction over several shards: the commands at the head of a record of kind
 * {@link RecordLayout#KIND_PART}, before its effects. Reused, without garbage; not thread-safe.
 *
 * <pre>
 *  PART shard index [shard index ...]      of every part, ascending, this one included: byte for byte the same in all parts
 *  [NEEDS shard index [shard index ...]]   a record that the effects were derived from, of a shard that only was read
 *  effects
 * </pre>
 *
 * <p>Two records are parts of one transaction when these bytes are the same in both ({@link #isSameTransaction}): a record can't be
 * named at one place of one log by two transactions.
 */
public final class PartView {
    static final String PART = "PART";
    static final String NEEDS = "NEEDS";
    /** The most commands before the effects. */
    public static final int MAX_COMMANDS = 2;

    private final EffectCursor cursor = new EffectCursor();
    private final ShardIndexes parts = new ShardIndexes();
    private final ShardIndexes needs = new ShardIndexes();
    private long names;
    private int namesLength;

    /**
     * Reads a record whose {@link RecordView#problem()} is null, of any kind.
     *
     * @return null, or what is wrong with the names of its parts; one of another kind names none
     */
    public String wrap(RecordView record) {
        parts.clear();
        needs.clear();
        names = record.address() + RecordLayout.PAYLOAD_OFFSET;
        namesLength = 0;
        if (record.kind() != RecordLayout.KIND_PART) {
            return null;
        }
        cursor.wrapWhole(record);
        if (!cursor.next() || !cursor.arguments().is(0, PART) || !take(parts, cursor.arguments())) {
            return "it is a part without the names of all parts";
        }
        namesLength = cursor.offset();
        boolean hasMore = cursor.next();
        if (hasMore && cursor.arguments().is(0, NEEDS)) {
            if (!take(needs, cursor.arguments())) {
                return "its NEEDS are malformed";
            }
            hasMore = cursor.next();
        }
        return hasMore ? null : "it is a part without an effect";
    }

    private static boolean take(ShardIndexes into, Arguments arguments) {
        int count = arguments.count();
        if (count < 3 || count % 2 == 0) {
            return false;
        }
        int before = -1;
        for (int i = 1; i < count; i += 2) {
            long shard = arguments.isLong(i) ? arguments.parseLong(i) : -1;
            long index = arguments.isLong(i + 1) ? arguments.parseLong(i + 1) : -1;
            if (shard <= before || shard > RecordLayout.MAX_SHARD || index < 0) {
                return false;
            }
            before = (int) shard;
            into.add(before, index);
        }
        return true;
    }

    /** Of every part the shard and the index; empty when the record was of another kind. */
    public ShardIndexes parts() {
        return parts;
    }

    /** Records of shards that were only read; mostly empty. */
    public ShardIndexes needs() {
        return needs;
    }

    /** Whether the record read last is a part. */
    public boolean isPart() {
        return !parts.isEmpty();
    }

    /** Whether the other names the same parts in the same bytes. The records of both must still be where they were. */
    public boolean isSameTransaction(PartView other) {
        return isPart() && Memory.equals(names, namesLength, other.names, other.namesLength);
    }
}

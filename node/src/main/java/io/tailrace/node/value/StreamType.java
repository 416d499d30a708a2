package io.tailrace.node.value;

import static io.tailrace.node.value.StreamTable.ENTRIES;
import static io.tailrace.node.value.StreamTable.GROUPS;

import io.tailrace.node.store.CollectionHeader;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.EntryImage;
import io.tailrace.wire.resp.Arguments;

/**
 * Streams below the log, and in snapshots: packed ones as they are, large ones as records of {@link StreamTable}, first the
 * entries and then the groups.
 */
final class StreamType implements CollectionType {
    private static final String NOT_WHOLE = "a truncated record of a stream";

    private final CollectionLimits limits;
    private final StreamValue stream;
    private final StreamTable table;
    private final StreamEffects effects;
    private final StreamId id = new StreamId();

    StreamType(CollectionLimits limits) {
        this.limits = limits;
        stream = new StreamValue(limits);
        table = stream.table();
        effects = new StreamEffects(stream);
    }

    @Override
    public int type() {
        return ValueType.STREAM;
    }

    @Override
    public String problem(Effect effect, Arguments arguments) {
        return effects.problem(effect, arguments);
    }

    @Override
    public String apply(Effect effect, Arguments arguments, StoredValue value) {
        stream.wrap(value);
        return effects.apply(effect, arguments);
    }

    @Override
    public Effect making() {
        return null;
    }

    @Override
    public void describe(StoredValue value, ArgumentReceiver arguments) {
        throw new UnsupportedOperationException("one effect does not make a stream");
    }

    @Override
    public void describe(int section, long address, int length, ArgumentReceiver arguments) {
        throw new UnsupportedOperationException("one effect does not make a stream");
    }

    @Override
    public CollectionRewriter rewriter(byte[] key) {
        return new StreamRewriter(key);
    }

    @Override
    public String encoding(StoredValue value) {
        return "stream";
    }

    @Override
    public long size(StoredValue value) {
        return 1 + stream.wrap(value).size();
    }

    @Override
    public int headBytes() {
        return StreamHead.RETAINED;
    }

    @Override
    public int frozenTrees() {
        return 2;
    }

    @Override
    public ElementReader reader(FrozenValue frozen) {
        return new StreamReader(frozen);
    }

    @Override
    public String loadPacked(StoredValue value, EntryImage packed) {
        long head = packed.valueAddress();
        int length = packed.valueLength();
        if (length < StreamHead.BYTES) {
            return "a stream without its head";
        }
        long groups = head + StreamHead.BYTES;
        long end = head + length;
        long entries = groups + StreamHead.small(head, StreamHead.GROUP_BYTES);
        int groupCount = entries > end ? -1 : count(GROUPS, groups, entries);
        int entryCount = groupCount < 0 ? -1 : count(ENTRIES, entries, end);
        if (entryCount < 0 || groupCount != StreamHead.small(head, StreamHead.GROUP_COUNT)) {
            return NOT_WHOLE;
        }
        if (limits.allow(groupCount + entryCount, length)) {
            value.create(ValueType.STREAM, length);
            Memory.copy(head, value.splice(0, 0, length, groupCount + entryCount), length);
            return null;
        }
        beginLoad(value, head, StreamHead.RETAINED);
        String problem = load(value, ENTRIES, entries, (int) (end - entries));
        return problem == null ? load(value, GROUPS, groups, (int) (entries - groups)) : problem;
    }

    /** How many records there are, or -1 when they are not whole. */
    private static int count(int section, long address, long end) {
        int count = 0;
        for (long at = address; at < end; at = StreamTable.after(at)) {
            if (!isWhole(section, at, end)) {
                return -1;
            }
            count++;
        }
        return count;
    }

    private static boolean isWhole(int section, long at, long end) {
        if (StreamTable.checkedBytes(at, end) < 0) {
            return false;
        }
        long member = StreamTable.memberAt(at);
        long value = StreamTable.valueAt(at);
        long memberAddress = PackedBytes.address(member);
        int memberLength = PackedBytes.length(member);
        if (section == GROUPS) {
            return StreamGroupKeys.isWhole(Memory.getLong(at), memberAddress, memberLength, PackedBytes.length(value));
        }
        return section == ENTRIES
                && StreamId.isSequence(memberAddress, memberLength)
                && isEntry(PackedBytes.address(value), PackedBytes.length(value));
    }

    private static boolean isEntry(long address, int length) {
        if (length < 1 || (Memory.getByte(address) & 0xff & ~StreamSchema.BEGINS_NODE) != 0) {
            return false;
        }
        long end = address + length;
        int strings = 0;
        for (long at = address + 1; at < end; strings++) {
            int bytes = PackedBytes.checkedBytes(at, (int) (end - at));
            if (bytes < 0) {
                return false;
            }
            at += bytes;
        }
        return strings % 2 == 0;
    }

    @Override
    public String beginLoad(StoredValue value, long head, int length) {
        if (length != StreamHead.RETAINED) {
            return "a stream with " + length + " bytes of its own";
        }
        stream.wrap(value);
        table.createLarge();
        Memory.copy(head, CollectionHeader.ofType(value.header()), length);
        return null;
    }

    @Override
    public String load(StoredValue value, int section, long address, int length) {
        stream.wrap(value);
        long end = address + length;
        for (long at = address; at < end; at = StreamTable.after(at)) {
            if (!isWhole(section, at, end)) {
                return NOT_WHOLE;
            }
            long member = PackedBytes.address(StreamTable.memberAt(at));
            int memberLength = PackedBytes.length(StreamTable.memberAt(at));
            long record = PackedBytes.address(StreamTable.valueAt(at));
            int recordLength = PackedBytes.length(StreamTable.valueAt(at));
            boolean isLast;
            if (section == ENTRIES) {
                id.set(Memory.getLong(at), StreamId.sequence(member, memberLength));
                isLast = stream.load(id, record, recordLength);
            } else {
                isLast = table.append(GROUPS, Memory.getLong(at), member, memberLength, record, recordLength);
            }
            if (!isLast) {
                return "records of a stream out of order";
            }
        }
        return null;
    }

    @Override
    public String endLoad(StoredValue value, long elements) {
        stream.wrap(value);
        long groups = table.size(GROUPS) - table.rank(GROUPS, StreamGroupKeys.key(StreamGroupKeys.GROUP), 0, 0);
        long size = stream.size() + groups;
        return size == elements ? null : "a stream of " + size + " records that should have " + elements;
    }
}

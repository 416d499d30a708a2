package io.tailrace.node.value;

import io.tailrace.node.arena.Tree;
import io.tailrace.node.arena.TreeShape;
import io.tailrace.node.store.StoredValue;
import io.tailrace.node.store.ValueType;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.Effect;
import io.tailrace.wire.record.EntryImage;
import io.tailrace.wire.resp.Arguments;

/** Hashes beneath the log: HSET, HDEL, and their elements in snapshots: field, value. */
final class HashType implements CollectionType {
    private final Hash hash;
    private final MemberAccess members;
    private final MemberCursor cursor = new MemberCursor();
    private final Trees trees = new Trees();

    HashType(CollectionLimits limits) {
        hash = new Hash(limits);
        members = new HashMembers(limits);
    }

    @Override
    public int type() {
        return ValueType.HASH;
    }

    @Override
    public String problem(Effect effect, Arguments arguments) {
        return null;
    }

    @Override
    public String apply(Effect effect, Arguments arguments, StoredValue value) {
        hash.wrap(value);
        return effect == Effect.HSET ? set(arguments) : delete(arguments);
    }

    private String set(Arguments arguments) {
        for (int i = 2; i < arguments.count(); i += 2) {
            hash.put(arguments.address(i), arguments.length(i), arguments.address(i + 1), arguments.length(i + 1));
        }
        return null;
    }

    private String delete(Arguments arguments) {
        String misfit = null;
        for (int i = 2; i < arguments.count(); i++) {
            if (!hash.remove(arguments.address(i), arguments.length(i))) {
                misfit = "HDEL of a field that is not there";
            }
        }
        return misfit;
    }

    @Override
    public Effect making() {
        return Effect.HSET;
    }

    @Override
    public void describe(StoredValue value, ArgumentReceiver arguments) {
        cursor.wrap(value);
        while (cursor.next()) {
            arguments.argument(cursor.memberAddress(), cursor.memberLength());
            arguments.argument(cursor.valueAddress(), cursor.valueLength());
        }
    }

    @Override
    public void describe(int section, long address, int length, ArgumentReceiver arguments) {
        PackedBytes.forEach(address, length, arguments);
    }

    @Override
    public String encoding(StoredValue value) {
        return value.encoding() == Hash.ENCODED_LARGE ? "hashtable" : "listpack";
    }

    @Override
    public long size(StoredValue value) {
        return hash.wrap(value).size();
    }

    @Override
    public int headBytes() {
        return 0;
    }

    @Override
    public MemberAccess members() {
        return members;
    }

    @Override
    public int frozenTrees() {
        return 1;
    }

    @Override
    public ElementReader reader(FrozenValue frozen) {
        return new PairReader(frozen.views().get(0));
    }

    @Override
    public String loadPacked(StoredValue value, EntryImage packed) {
        value.create(ValueType.HASH, packed.valueLength());
        hash.wrap(value);
        long end = packed.valueAddress() + packed.valueLength();
        for (long at = packed.valueAddress(); at < end; ) {
            int fieldBytes = PackedBytes.checkedBytes(at, (int) (end - at));
            long valueAt = at + fieldBytes;
            int valueBytes = fieldBytes < 0 ? -1 : PackedBytes.checkedBytes(valueAt, (int) (end - valueAt));
            if (valueBytes < 0) {
                return "a field of a hash that is not whole";
            }
            hash.put(
                    PackedBytes.address(at),
                    PackedBytes.length(at),
                    PackedBytes.address(valueAt),
                    PackedBytes.length(valueAt));
            at = valueAt + valueBytes;
        }
        return null;
    }

    @Override
    public String beginLoad(StoredValue value, long head, int length) {
        value.create(ValueType.HASH, 1);
        value.beginTree();
        trees.create(value, 0, TreeShape.MAP);
        return length == 0 ? null : "a hash with " + length + " bytes of its own";
    }

    @Override
    public String load(StoredValue value, int section, long address, int length) {
        Tree tree = trees.of(value, 0);
        long end = address + length;
        for (long at = address; at < end; ) {
            int fieldBytes = PackedBytes.checkedBytes(at, (int) (end - at));
            long valueAt = at + fieldBytes;
            int valueBytes = fieldBytes < 0 ? -1 : PackedBytes.checkedBytes(valueAt, (int) (end - valueAt));
            if (section != 0 || valueBytes < 0) {
                return "a field of a hash that is not whole";
            }
            long field = PackedBytes.address(at);
            int fieldLength = PackedBytes.length(at);
            boolean isLast = tree.append(
                    Memory.hash64(field, fieldLength),
                    field,
                    fieldLength,
                    PackedBytes.address(valueAt),
                    PackedBytes.length(valueAt));
            if (!isLast) {
                return "fields of a hash out of order";
            }
            at = valueAt + valueBytes;
        }
        return null;
    }

    @Override
    public String endLoad(StoredValue value, long elements) {
        long size = trees.of(value, 0).size();
        return size == elements ? null : "a hash of " + size + " fields that should have " + elements;
    }
}

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
    private static final String NOT_WHOLE = "a truncated field of a hash";

    private final Hash hash;
    private final MemberAccess members;
    private final MemberCursor cursor = new MemberCursor();
    private final Trees trees = new Trees();
    private final PackedCursor strings = new PackedCursor();

    HashType(CollectionLimits limits) {
        hash = new Hash(limits);
        members = new HashMembers(limits);
    }

    @Override
    public int type() {
        return ValueType.HASH;
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
    public String encoding(StoredValue value) {
        return value.encoding() == Hash.ENCODED_LARGE ? "hashtable" : "listpack";
    }

    @Override
    public long size(StoredValue value) {
        return hash.wrap(value).size();
    }

    @Override
    public MemberAccess members() {
        return members;
    }

    @Override
    public ElementReader reader(FrozenValue frozen) {
        return new MemberReader(frozen.views().get(0), true);
    }

    @Override
    public String loadPacked(StoredValue value, EntryImage packed) {
        value.create(ValueType.HASH, packed.valueLength());
        hash.wrap(value);
        strings.wrap(packed.valueAddress(), packed.valueLength());
        while (strings.next()) {
            long field = strings.address();
            int fieldLength = strings.length();
            if (!strings.next()) {
                return NOT_WHOLE;
            }
            hash.put(field, fieldLength, strings.address(), strings.length());
        }
        return strings.isWhole() ? null : NOT_WHOLE;
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
        strings.wrap(address, length);
        while (strings.next()) {
            long field = strings.address();
            int fieldLength = strings.length();
            if (section != 0 || !strings.next()) {
                return NOT_WHOLE;
            }
            long hashed = Memory.hash64(field, fieldLength);
            if (!tree.append(hashed, field, fieldLength, strings.address(), strings.length())) {
                return "fields of a hash out of order";
            }
        }
        return strings.isWhole() ? null : NOT_WHOLE;
    }

    @Override
    public String endLoad(StoredValue value, long elements) {
        long size = trees.of(value, 0).size();
        return size == elements ? null : "a hash of " + size + " fields that should have " + elements;
    }
}

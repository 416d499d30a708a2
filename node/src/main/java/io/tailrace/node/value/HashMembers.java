package io.tailrace.node.value;

import io.tailrace.node.store.StoredValue;
import io.tailrace.wire.record.Effect;

/** The fields of hashes; an element is the field and its value. */
final class HashMembers implements MemberAccess {
    private static final int FIRST = 2;

    private final Hash hash;
    private long member;
    private int memberLength;

    HashMembers(CollectionLimits limits) {
        hash = new Hash(limits);
    }

    @Override
    public int firstMember(Effect effect) {
        return FIRST;
    }

    @Override
    public int step(Effect effect) {
        return effect == Effect.HSET ? 2 : 1;
    }

    @Override
    public boolean find(StoredValue value, long field, int length) {
        member = field;
        memberLength = length;
        return hash.wrap(value).find(field, length);
    }

    @Override
    public int length() {
        return PackedBytes.bytesFor(memberLength) + PackedBytes.bytesFor(hash.valueLength());
    }

    @Override
    public void copyTo(long address) {
        PackedBytes.put(PackedBytes.put(address, member, memberLength), hash.valueAddress(), hash.valueLength());
    }

    @Override
    public int checkedBytes(long address, int available) {
        int field = PackedBytes.checkedBytes(address, available);
        int value = field < 0 ? -1 : PackedBytes.checkedBytes(address + field, available - field);
        return value < 0 ? -1 : field + value;
    }

    @Override
    public void put(StoredValue value, long element) {
        long valueAt = element + PackedBytes.bytes(element);
        hash.wrap(value)
                .put(
                        PackedBytes.address(element),
                        PackedBytes.length(element),
                        PackedBytes.address(valueAt),
                        PackedBytes.length(valueAt));
    }
}

package io.tailrace.node.value;

import io.tailrace.node.store.StoredValue;
import io.tailrace.wire.record.Effect;

/** The members of sets; an element is nothing else. */
final class SetMembers implements MemberAccess {
    private static final int FIRST = 2;

    private final SetValue set;
    private long member;
    private int memberLength;

    SetMembers(CollectionLimits limits) {
        set = new SetValue(limits);
    }

    @Override
    public int firstMember(Effect effect) {
        return FIRST;
    }

    @Override
    public int step(Effect effect) {
        return 1;
    }

    @Override
    public boolean find(StoredValue value, long wanted, int length) {
        member = wanted;
        memberLength = length;
        return set.wrap(value).contains(wanted, length);
    }

    @Override
    public int length() {
        return PackedBytes.bytesFor(memberLength);
    }

    @Override
    public void copyTo(long address) {
        PackedBytes.put(address, member, memberLength);
    }

    @Override
    public int checkedBytes(long address, int available) {
        return PackedBytes.checkedBytes(address, available);
    }

    @Override
    public void put(StoredValue value, long element) {
        set.wrap(value).add(PackedBytes.address(element), PackedBytes.length(element));
    }
}

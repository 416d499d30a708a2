package io.tailrace.node.value;

import io.tailrace.node.store.StoredValue;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.record.Effect;

/** The members of sorted sets; an element is the member and its score, a double of 8 bytes. */
final class SortedSetMembers implements MemberAccess {
    private static final int FIRST = 2;
    private static final int SCORE = 1 + Double.BYTES;

    private final SortedSet set;
    private long member;
    private int memberLength;

    SortedSetMembers(CollectionLimits limits) {
        set = new SortedSet(limits);
    }

    @Override
    public int firstMember(Effect effect) {
        return effect == Effect.ZADD ? FIRST + 1 : FIRST;
    }

    @Override
    public int step(Effect effect) {
        return effect == Effect.ZADD ? 2 : 1;
    }

    @Override
    public boolean find(StoredValue value, long wanted, int length) {
        member = wanted;
        memberLength = length;
        return set.wrap(value).find(wanted, length);
    }

    @Override
    public int length() {
        return PackedBytes.bytesFor(memberLength) + SCORE;
    }

    @Override
    public void copyTo(long address) {
        long scoreAt = PackedBytes.put(address, member, memberLength);
        Memory.putByte(scoreAt, (byte) Double.BYTES);
        Memory.putLong(scoreAt + 1, Double.doubleToRawLongBits(set.score()));
    }

    @Override
    public int checkedBytes(long address, int available) {
        int bytes = PackedBytes.checkedBytes(address, available);
        boolean isWhole = bytes >= 0
                && available - bytes >= SCORE
                && Memory.getByte(address + bytes) == Double.BYTES
                && !Double.isNaN(score(address + bytes));
        return isWhole ? bytes + SCORE : -1;
    }

    private static double score(long at) {
        return Double.longBitsToDouble(Memory.getLong(at + 1));
    }

    @Override
    public void put(StoredValue value, long element) {
        long scoreAt = element + PackedBytes.bytes(element);
        set.wrap(value).put(score(scoreAt), PackedBytes.address(element), PackedBytes.length(element));
    }
}

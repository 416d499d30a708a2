package io.tailrace.node.command;

import io.tailrace.node.store.StoredValue;
import io.tailrace.node.value.MemberCursor;
import io.tailrace.node.value.SortedSet;
import io.tailrace.wire.memory.Memory;

/** The members of a sorted set, or of nothing. Lives for one command. */
final class SortedSetSource implements MemberSource {
    private final SortedSet sortedSet;
    private final MemberCursor cursor = new MemberCursor();

    SortedSetSource(CommandContext context, StoredValue value) {
        sortedSet = context.newSortedSet().wrap(value);
        if (value.isThere()) {
            cursor.wrap(value);
        }
    }

    @Override
    public long size() {
        return sortedSet.size();
    }

    @Override
    public boolean next() {
        return sortedSet.value().isThere() && cursor.next();
    }

    @Override
    public long memberAddress() {
        return cursor.memberAddress();
    }

    @Override
    public int memberLength() {
        return cursor.memberLength();
    }

    @Override
    public double score() {
        return Double.longBitsToDouble(Memory.getLong(cursor.valueAddress()));
    }

    @Override
    public boolean find(long member, int length) {
        return sortedSet.find(member, length);
    }

    @Override
    public double foundScore() {
        return sortedSet.score();
    }
}

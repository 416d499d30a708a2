package io.tailrace.node.command;

import io.tailrace.node.store.StoredValue;
import io.tailrace.node.value.MemberCursor;
import io.tailrace.node.value.SetValue;

/** The members of a set, each with a score of 1. Lives for one command. */
final class SetSource implements MemberSource {
    private final SetValue set;
    private final MemberCursor cursor = new MemberCursor();

    /** @param opened is there, and a set */
    SetSource(CommandContext context, StoredValue opened) {
        set = new SetValue(context.limits()).wrap(opened);
        cursor.wrap(opened);
    }

    @Override
    public long size() {
        return set.size();
    }

    @Override
    public boolean next() {
        return cursor.next();
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
        return 1;
    }

    @Override
    public boolean find(long member, int length) {
        return set.contains(member, length);
    }

    @Override
    public double foundScore() {
        return 1;
    }
}

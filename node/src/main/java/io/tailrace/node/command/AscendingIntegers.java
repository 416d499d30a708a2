package io.tailrace.node.command;

import io.tailrace.node.value.MemberCursor;
import io.tailrace.node.value.SetValue;
import io.tailrace.wire.memory.Decimal;
import io.tailrace.wire.memory.GlobPattern;
import io.tailrace.wire.resp.ReplyWriter;
import java.util.Arrays;

/** The members of an intset in the order in which Redis shows them: ascending. Reused; no garbage once it has its size. */
final class AscendingIntegers {
    private static final int INITIAL = 512;
    /** One that was larger is given back. */
    private static final int RETAINED = 64 << 10;

    private long[] numbers = new long[INITIAL];
    private int count;

    /** Empties it. */
    AscendingIntegers begin() {
        count = 0;
        if (numbers.length > RETAINED) {
            numbers = new long[INITIAL];
        }
        return this;
    }

    /** Takes all members of a set of integers. */
    AscendingIntegers addAll(SetValue set, MemberCursor cursor) {
        cursor.wrap(set.value());
        while (cursor.next()) {
            add(cursor.memberAddress(), cursor.memberLength());
        }
        return this;
    }

    /** Takes all members of a table of integers. */
    AscendingIntegers addAll(MemberTable members) {
        for (int i = 0; i < members.size(); i++) {
            if (members.has(i)) {
                add(members.address(i), members.length(i));
            }
        }
        return this;
    }

    private void add(long address, int length) {
        if (count == numbers.length) {
            numbers = Arrays.copyOf(numbers, 2 * count);
        }
        numbers[count++] = Decimal.parse(address, length);
    }

    /** Keeps what matches a pattern, or everything if that is null; returns how many these are. */
    int keep(GlobPattern pattern, long scratch) {
        if (pattern != null) {
            int kept = 0;
            for (int i = 0; i < count; i++) {
                if (pattern.matches(scratch, Decimal.write(scratch, numbers[i]))) {
                    numbers[kept++] = numbers[i];
                }
            }
            count = kept;
        }
        return count;
    }

    /**
     * Writes each as a bulk string.
     *
     * @param scratch room for one
     */
    void reply(ReplyWriter reply, long scratch) {
        Arrays.sort(numbers, 0, count);
        for (int i = 0; i < count; i++) {
            reply.bulk(scratch, Decimal.write(scratch, numbers[i]));
        }
    }
}

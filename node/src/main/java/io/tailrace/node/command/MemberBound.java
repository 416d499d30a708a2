package io.tailrace.node.command;

import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.Arguments;

/** An end of a range of members: {@code [member}, {@code (member}, {@code -} or {@code +}. Lives for one command. */
final class MemberBound {
    /** Before all members, or after them. */
    private int infinity;

    private long address;
    private int length;
    private boolean isExclusive;

    /** Reads it; returns whether it is one. */
    boolean read(Arguments arguments, int i) {
        long text = arguments.address(i);
        int textLength = arguments.length(i);
        int first = textLength == 0 ? 0 : Memory.getByte(text);
        if (first == '-' || first == '+') {
            infinity = first == '-' ? -1 : 1;
            isExclusive = true;
            // what follows a zero byte Redis does not see
            return textLength == 1 || Memory.getByte(text + 1) == 0;
        }
        infinity = 0;
        isExclusive = first == '(';
        address = text + 1;
        length = textLength - 1;
        return first == '(' || first == '[';
    }

    int infinity() {
        return infinity;
    }

    long address() {
        return address;
    }

    int length() {
        return length;
    }

    boolean isExclusive() {
        return isExclusive;
    }

    int compareTo(MemberBound other) {
        if (infinity != 0 || other.infinity != 0) {
            return Integer.compare(infinity, other.infinity);
        }
        return Memory.compare(address, length, other.address, other.length);
    }
}

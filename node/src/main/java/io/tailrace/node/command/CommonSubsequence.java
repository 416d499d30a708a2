package io.tailrace.node.command;

import io.tailrace.wire.memory.Memory;
import java.util.ArrayList;
import java.util.List;

/**
 * A longest common subsequence of two byte strings, of several the one that Redis finds. Takes time and memory in proportion
 * to the product of their lengths. Lives for one command; the strings must stay.
 *
 * <pre>
 *  row i, column j of the table   i32: how long one of the first i bytes and the first j bytes is
 * </pre>
 */
final class CommonSubsequence implements AutoCloseable {
    /** Bytes that are the same and next to each other in both strings: where they begin in each. */
    record Match(int first, int second, int length) {}

    /** Takes the bytes from the last to the first. */
    private interface Visitor {
        void common(int first, int second);
    }

    private final long first;
    private final int firstLength;
    private final long second;
    private final int secondLength;
    private final long bytes;
    private final long table;
    private int copied;

    CommonSubsequence(long first, int firstLength, long second, int secondLength) {
        this.first = first;
        this.firstLength = firstLength;
        this.second = second;
        this.secondLength = secondLength;
        bytes = bytes(firstLength, secondLength);
        table = Memory.allocate(bytes);
        fill();
    }

    /** Of the table. */
    static long bytes(int firstLength, int secondLength) {
        return (firstLength + 1L) * (secondLength + 1L) * Integer.BYTES;
    }

    private void fill() {
        Memory.fill(table, (secondLength + 1L) * Integer.BYTES, (byte) 0);
        for (int i = 1; i <= firstLength; i++) {
            Memory.putInt(at(i, 0), 0);
            byte wanted = Memory.getByte(first + i - 1);
            for (int j = 1; j <= secondLength; j++) {
                boolean isSame = Memory.getByte(second + j - 1) == wanted;
                Memory.putInt(at(i, j), isSame ? get(i - 1, j - 1) + 1 : Math.max(get(i - 1, j), get(i, j - 1)));
            }
        }
    }

    private long at(int i, int j) {
        return table + (i * (secondLength + 1L) + j) * Integer.BYTES;
    }

    private int get(int i, int j) {
        return Memory.getInt(at(i, j));
    }

    int length() {
        return get(firstLength, secondLength);
    }

    private void visit(Visitor visitor) {
        int i = firstLength;
        int j = secondLength;
        while (i > 0 && j > 0) {
            if (Memory.getByte(first + i - 1) == Memory.getByte(second + j - 1)) {
                i--;
                j--;
                visitor.common(i, j);
            } else if (get(i - 1, j) > get(i, j - 1)) {
                i--;
            } else {
                j--;
            }
        }
    }

    /** Writes it. */
    void copyTo(long address) {
        copied = length();
        visit((i, j) -> Memory.putByte(address + --copied, Memory.getByte(first + i)));
    }

    /** Where it is in both strings, the last part first; parts that are shorter are left out. */
    List<Match> matches(long leastLength) {
        List<Match> matches = new ArrayList<>();
        visit((i, j) -> {
            Match last = matches.isEmpty() ? null : matches.get(matches.size() - 1);
            boolean isNext = last != null && last.first() == i + 1 && last.second() == j + 1;
            if (isNext) {
                matches.set(matches.size() - 1, new Match(i, j, last.length() + 1));
            } else {
                matches.add(new Match(i, j, 1));
            }
        });
        matches.removeIf(match -> match.length() < leastLength);
        return matches;
    }

    @Override
    public void close() {
        Memory.free(table, bytes);
    }
}

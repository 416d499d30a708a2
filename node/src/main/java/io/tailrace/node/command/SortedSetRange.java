package io.tailrace.node.command;

import io.tailrace.node.value.SortedSet;
import io.tailrace.wire.memory.DoubleReader;
import io.tailrace.wire.memory.Memory;
import io.tailrace.wire.resp.Arguments;

/**
 * Which members of a sorted set a command is about: by position, by score or by the bytes of the member, from a least to a
 * greatest. Read from the request first, then found in a sorted set as positions. Reused; owned by a shard's reactor thread.
 */
final class SortedSetRange {
    enum By {
        RANK,
        SCORE,
        MEMBER
    }

    private final MemberBound leastMember = new MemberBound();
    private final MemberBound greatestMember = new MemberBound();
    private By by = By.RANK;
    private long start;
    private long stop;
    private double least;
    private double greatest;
    private boolean isLeastExclusive;
    private boolean isGreatestExclusive;
    private long from;
    private long to;

    /** Reads the ends; gives what is wrong with them, or null. */
    String read(By newBy, Arguments arguments, int min, int max) {
        by = newBy;
        return switch (by) {
            case RANK -> readRanks(arguments, min, max);
            case SCORE -> readScores(arguments, min, max);
            case MEMBER ->
                leastMember.read(arguments, min) && greatestMember.read(arguments, max)
                        ? null
                        : "ERR min or max not valid string range item";
        };
    }

    private String readRanks(Arguments arguments, int min, int max) {
        if (!arguments.isLong(min) || !arguments.isLong(max)) {
            return ErrorText.NOT_AN_INTEGER;
        }
        start = arguments.parseLong(min);
        stop = arguments.parseLong(max);
        return null;
    }

    private String readScores(Arguments arguments, int min, int max) {
        isLeastExclusive = isExclusive(arguments, min);
        isGreatestExclusive = isExclusive(arguments, max);
        least = score(arguments, min, isLeastExclusive);
        greatest = score(arguments, max, isGreatestExclusive);
        return Double.isNaN(least) || Double.isNaN(greatest) ? "ERR min or max is not a float" : null;
    }

    private static boolean isExclusive(Arguments arguments, int i) {
        return arguments.length(i) > 0 && Memory.getByte(arguments.address(i)) == '(';
    }

    private static double score(Arguments arguments, int i, boolean isExclusive) {
        int skipped = isExclusive ? 1 : 0;
        return DoubleReader.readBound(arguments.address(i) + skipped, arguments.length(i) - skipped);
    }

    /** Finds the members: {@link #from} to {@link #to}, not included. Positions are counted from the end if it is reverse. */
    void find(SortedSet sortedSet, boolean isReverse) {
        switch (by) {
            case RANK -> findRanks(sortedSet.size(), isReverse);
            case SCORE -> findScores(sortedSet);
            default -> findMembers(sortedSet);
        }
        to = Math.max(from, to);
    }

    private void findRanks(long size, boolean isReverse) {
        long first = Math.max(0, start < 0 ? start + size : start);
        long last = Math.min(size - 1, stop < 0 ? stop + size : stop);
        if (first > last) {
            from = 0;
            to = 0;
            return;
        }
        from = isReverse ? size - 1 - last : first;
        to = isReverse ? size - first : last + 1;
    }

    private void findScores(SortedSet sortedSet) {
        from = 0;
        to = 0;
        if (least < greatest || least == greatest && !isLeastExclusive && !isGreatestExclusive) {
            from = sortedSet.countBelow(least, isLeastExclusive);
            to = sortedSet.countBelow(greatest, !isGreatestExclusive);
        }
    }

    private void findMembers(SortedSet sortedSet) {
        from = 0;
        to = 0;
        int order = leastMember.compareTo(greatestMember);
        if (order < 0 || order == 0 && !leastMember.isExclusive() && !greatestMember.isExclusive()) {
            from = count(sortedSet, leastMember, leastMember.isExclusive());
            to = count(sortedSet, greatestMember, !greatestMember.isExclusive());
        }
    }

    private static long count(SortedSet sortedSet, MemberBound bound, boolean isAfter) {
        if (bound.infinity() != 0) {
            return bound.infinity() < 0 ? 0 : sortedSet.size();
        }
        return sortedSet.countBefore(bound.address(), bound.length(), isAfter);
    }

    /** Leaves some of the members out, as LIMIT does; counted from the end if it is reverse. */
    void limit(long offset, long count, boolean isReverse) {
        long found = to - from;
        long skipped = offset < 0 || offset > found ? found : offset;
        long taken = count < 0 ? found - skipped : Math.min(count, found - skipped);
        if (isReverse) {
            to -= skipped;
            from = to - taken;
        } else {
            from += skipped;
            to = from + taken;
        }
    }

    /** The position of the first. */
    long from() {
        return from;
    }

    /** The position after the last. */
    long to() {
        return to;
    }

    long size() {
        return to - from;
    }
}

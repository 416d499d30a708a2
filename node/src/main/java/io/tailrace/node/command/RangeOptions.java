package io.tailrace.node.command;

import io.tailrace.node.value.SortedSet;
import io.tailrace.wire.resp.Arguments;

/**
 * What ZRANGE and the commands that it has replaced are asked for. Reused; owned by a shard's reactor thread.
 *
 * <p>ZREVRANGE, ZRANGEBYSCORE and their like have a direction or an order by their name, and no words for it.
 */
final class RangeOptions {
    private final SortedSetRange range = new SortedSetRange();
    private SortedSetRange.By by;
    private boolean isReverse;
    private boolean hasScores;
    private long offset;
    private long limit;

    /** What the name of the command says. */
    record Form(SortedSetRange.By by, Boolean isReverse, boolean isStore) {}

    /** Reads all arguments from the one on that names the sorted set; gives what is wrong with them, or null. */
    String read(Form form, Arguments arguments, int key) {
        by = form.by;
        isReverse = form.isReverse != null && form.isReverse;
        boolean isDirected = form.isReverse != null;
        hasScores = false;
        offset = 0;
        limit = -1;
        for (int i = key + 3; i < arguments.count(); i++) {
            if (!form.isStore && arguments.is(i, "WITHSCORES")) {
                hasScores = true;
            } else if (arguments.is(i, "LIMIT") && i + 2 < arguments.count()) {
                if (!arguments.isLong(i + 1) || !arguments.isLong(i + 2)) {
                    return ErrorText.NOT_AN_INTEGER;
                }
                offset = arguments.parseLong(i + 1);
                limit = arguments.parseLong(i + 2);
                i += 2;
            } else if (!isDirected && arguments.is(i, "REV")) {
                isReverse = true;
                isDirected = true;
            } else if (by == null && arguments.is(i, "BYLEX")) {
                by = SortedSetRange.By.MEMBER;
            } else if (by == null && arguments.is(i, "BYSCORE")) {
                by = SortedSetRange.By.SCORE;
            } else {
                return ErrorText.SYNTAX;
            }
        }
        return readEnds(arguments, key);
    }

    private String readEnds(Arguments arguments, int key) {
        by = by == null ? SortedSetRange.By.RANK : by;
        if (limit != -1 && by == SortedSetRange.By.RANK) {
            return "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX";
        }
        if (hasScores && by == SortedSetRange.By.MEMBER) {
            return "ERR syntax error, WITHSCORES not supported in combination with BYLEX";
        }
        boolean isGreatestFirst = isReverse && by != SortedSetRange.By.RANK;
        return range.read(by, arguments, key + (isGreatestFirst ? 2 : 1), key + (isGreatestFirst ? 1 : 2));
    }

    SortedSetRange range() {
        return range;
    }

    boolean isByRank() {
        return by == SortedSetRange.By.RANK;
    }

    boolean isReverse() {
        return isReverse;
    }

    boolean hasScores() {
        return hasScores;
    }

    /** Finds what is wanted of a sorted set. */
    SortedSetRange find(SortedSet sortedSet) {
        range.find(sortedSet, isReverse);
        if (by != SortedSetRange.By.RANK) {
            range.limit(offset, limit, isReverse);
        }
        return range;
    }
}

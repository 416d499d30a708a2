package io.tailrace.node.command;

import io.tailrace.wire.resp.Arguments;
import java.util.Arrays;

/** What SORT and SORT_RO are asked for after the key. Lives for one command; patterns are numbers of arguments. */
final class SortOptions {
    /** No argument. */
    static final int NONE = 0;

    private static final int FIRST = 2;

    private final Arguments arguments;
    private boolean isDescending;
    private boolean isAlpha;
    private boolean isUnsorted;
    private int by;
    private int store;
    private int[] gets = new int[4];
    private int getCount;
    private long limitStart;
    private long limitCount = -1;
    private String problem;
    private boolean isDenied;

    private SortOptions(Arguments arguments) {
        this.arguments = arguments;
    }

    /**
     * Reads them, up to the first problem.
     *
     * @param isReadOnly whether it is SORT_RO, which can't store
     * @param mayReadAll whether the user may read every key, as patterns may name any
     */
    static SortOptions read(Arguments arguments, boolean isReadOnly, boolean mayReadAll) {
        SortOptions options = new SortOptions(arguments);
        for (int i = FIRST; i < arguments.count() && options.problem == null; ) {
            i += options.option(i, isReadOnly, mayReadAll);
        }
        return options;
    }

    /** Reads one; returns how many arguments it has. */
    private int option(int i, boolean isReadOnly, boolean mayReadAll) {
        int left = arguments.count() - i - 1;
        if (arguments.is(i, "ASC")) {
            isDescending = false;
        } else if (arguments.is(i, "DESC")) {
            isDescending = true;
        } else if (arguments.is(i, "ALPHA")) {
            isAlpha = true;
        } else if (arguments.is(i, "LIMIT") && left >= 2) {
            limit(i + 1);
            return 3;
        } else if (!isReadOnly && arguments.is(i, "STORE") && left >= 1) {
            store = i + 1;
            return 2;
        } else if (arguments.is(i, "BY") && left >= 1) {
            by(i + 1, mayReadAll);
            return 2;
        } else if (arguments.is(i, "GET") && left >= 1) {
            get(i + 1, mayReadAll);
            return 2;
        } else {
            problem = ErrorText.SYNTAX;
        }
        return 1;
    }

    private void limit(int i) {
        if (arguments.isLong(i) && arguments.isLong(i + 1)) {
            limitStart = arguments.parseLong(i);
            limitCount = arguments.parseLong(i + 1);
        } else {
            problem = ErrorText.NOT_AN_INTEGER;
        }
    }

    private void by(int pattern, boolean mayReadAll) {
        by = pattern;
        if (!SortPattern.hasStar(arguments.address(pattern), arguments.length(pattern))) {
            isUnsorted = true;
        } else if (!mayReadAll) {
            deny("BY");
        }
    }

    private void get(int pattern, boolean mayReadAll) {
        if (!mayReadAll) {
            deny("GET");
        }
        if (getCount == gets.length) {
            gets = Arrays.copyOf(gets, 2 * getCount);
        }
        gets[getCount++] = pattern;
    }

    private void deny(String option) {
        problem = "ERR " + option + " option of SORT denied due to insufficient ACL permissions.";
        isDenied = true;
    }

    /** What is wrong with them, as an error without the dash, or null. */
    String problem() {
        return problem;
    }

    /** Whether the problem is what the user may not do. */
    boolean isDenied() {
        return isDenied;
    }

    boolean isDescending() {
        return isDescending;
    }

    boolean isAlpha() {
        return isAlpha;
    }

    /** Whether the order of the collection is wanted, as the weights would be one and the same. */
    boolean isUnsorted() {
        return isUnsorted;
    }

    /** Sorts a set that has no order by its members, so that what is stored does not depend on where it lay. */
    void sortMembers() {
        isUnsorted = false;
        isAlpha = true;
        by = NONE;
    }

    /** The pattern of the weights, or {@link #NONE} when elements are their own. */
    int by() {
        return by;
    }

    /** Which argument is the key that the result is for, or {@link #NONE}. */
    int store() {
        return store;
    }

    /** How many patterns there are that tell what to give for each element. */
    int gets() {
        return getCount;
    }

    int get(int i) {
        return gets[i];
    }

    /** The first element that is wanted, of {@code size}; {@link #end} when none is. */
    long start(long size) {
        return Math.min(Math.max(limitStart, 0), size);
    }

    /** Past the last element that is wanted, of {@code size}. */
    long end(long size) {
        long start = start(size);
        return limitCount < 0 ? size : start + Math.min(limitCount, size - start);
    }

    /**
     * Which argument is the key that the result is for, as Redis finds it without knowing whether the rest is right, or
     * {@link #NONE}.
     */
    static int storeKey(Arguments arguments) {
        int found = NONE;
        for (int i = FIRST; i < arguments.count(); i++) {
            if (arguments.is(i, "LIMIT")) {
                i += 2;
            } else if (arguments.is(i, "GET") || arguments.is(i, "BY")) {
                i++;
            } else if (arguments.is(i, "STORE") && i + 1 < arguments.count()) {
                found = i + 1;
            }
        }
        return found;
    }
}

package io.tailrace.node.store;

/** The types of values, by the numbers that entries, snapshots and frames carry. */
public final class ValueType {
    public static final int STRING = 0;
    public static final int HASH = 1;
    public static final int LIST = 2;
    public static final int SET = 3;
    public static final int SORTED_SET = 4;
    public static final int STREAM = 5;
    /** Of the node itself, not of any database. */
    public static final int FUNCTION = 6;

    private static final String[] NAMES = {"string", "hash", "list", "set", "zset", "stream", "function"};

    private ValueType() {}

    /** As TYPE says it. */
    public static String name(int type) {
        return NAMES[type];
    }

    /** Whether there is such a type. */
    public static boolean isOne(int type) {
        return type >= 0 && type < NAMES.length;
    }
}

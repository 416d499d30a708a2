package io.tailrace.node.lua;

/** The search for a border: an index that has a value while the next has none. */
final class TableBorder {
    private TableBorder() {}

    /** The last element is nil. */
    static int inArray(Object[] array) {
        int low = 0;
        int high = array.length;
        while (high - low > 1) {
            int middle = low + high >>> 1;
            if (array[middle - 1] == null) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return low;
    }

    /** In the hash part, from an index on that has a value or is 0. */
    static int beyond(LuaTable table, int from) {
        int low = from;
        long high = from + 1L;
        while (table.get((int) high) != null) {
            low = (int) high;
            high *= 2;
            if (high > Integer.MAX_VALUE - 2) {
                return oneByOne(table);
            }
        }
        while (high - low > 1) {
            int middle = (int) (low + high >>> 1);
            if (table.get(middle) == null) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return low;
    }

    /** The table was made with bad purpose: its values are at powers of two. */
    private static int oneByOne(LuaTable table) {
        int i = 1;
        while (table.get(i) != null) {
            i++;
        }
        return i - 1;
    }
}

package io.tailrace.node.lua;

/** table.sort: the quicksort of Lua 5.1 step by step, since what a comparison that isn't an order leads to depends on it. */
final class TableSort {
    private final LuaThread t;
    private final LuaTable table;
    private final Object order;

    TableSort(LuaThread t, LuaTable table, Object order) {
        this.t = t;
        this.table = table;
        this.order = order;
    }

    private boolean less(Object a, Object b) {
        t.budget.spend(t, 1);
        return order == null ? Operators.lessThan(t, a, b) : LuaType.isTrue(Calls.invoke(t, order, a, b));
    }

    private void set(int i, Object a, int j, Object b) {
        BaseLibrary.checkWritable(t, table);
        table.put(i, a);
        table.put(j, b);
    }

    void run(int first, int last) {
        int low = first;
        int high = last;
        while (low < high) {
            sortEnds(low, high);
            if (high - low == 1) {
                return;
            }
            int middle = (low + high) / 2;
            sortMiddle(low, middle, high);
            if (high - low == 2) {
                return;
            }
            int split = partition(low, middle, high);
            if (split - low < high - split) {
                run(low, split - 1);
                low = split + 1;
            } else {
                run(split + 1, high);
                high = split - 1;
            }
        }
    }

    private void sortEnds(int low, int high) {
        Object a = table.get(low);
        Object b = table.get(high);
        if (less(b, a)) {
            set(low, b, high, a);
        }
    }

    private void sortMiddle(int low, int middle, int high) {
        Object m = table.get(middle);
        Object a = table.get(low);
        if (less(m, a)) {
            set(middle, a, low, m);
            return;
        }
        Object b = table.get(high);
        if (less(b, m)) {
            set(middle, b, high, m);
        }
    }

    /** Where the pivot comes to be. */
    private int partition(int low, int middle, int high) {
        Object pivot = table.get(middle);
        set(middle, table.get(high - 1), high - 1, pivot);
        int i = low;
        int j = high - 1;
        while (true) {
            Object a = table.get(++i);
            while (less(a, pivot)) {
                if (i > high) {
                    throw t.error("invalid order function for sorting");
                }
                a = table.get(++i);
            }
            Object b = table.get(--j);
            while (less(pivot, b)) {
                if (j < low) {
                    throw t.error("invalid order function for sorting");
                }
                b = table.get(--j);
            }
            if (j < i) {
                break;
            }
            set(i, b, j, a);
        }
        set(high - 1, table.get(i), i, table.get(high - 1));
        return i;
    }
}

package io.tailrace.node.lua;

/** table.*: raw access, and the length of Lua 5.1. */
final class TableLibrary {
    private TableLibrary() {}

    static void install(LuaRuntime runtime) {
        Library.named(runtime, "table")
                .add("concat", TableLibrary::concat)
                .add("foreach", TableLibrary::forEach)
                .add("foreachi", TableLibrary::forEachIndex)
                .add("getn", t -> t.result(Args.table(t, 1).length()))
                .add("insert", TableLibrary::insert)
                .add("maxn", TableLibrary::maxIndex)
                .add("remove", TableLibrary::remove)
                .add("setn", t -> {
                    Args.table(t, 1);
                    throw t.error("'setn' is obsolete");
                })
                .add("sort", t -> {
                    LuaTable table = Args.table(t, 1);
                    int count = table.length();
                    if (t.arg(2) != null) {
                        Args.function(t, 2);
                    }
                    new TableSort(t, table, t.arg(2)).run(1, count);
                    return 0;
                });
    }

    private static int concat(LuaThread t) {
        LuaString separator = Args.string(t, 2, LuaString.EMPTY);
        LuaTable table = Args.table(t, 1);
        int from = Args.int32(t, 3, 1);
        int to = Args.int32(t, 4, table.length());
        LuaBuffer buffer = new LuaBuffer(t);
        for (long i = from; i <= to; i++) {
            t.budget.spend(t, 1);
            Object value = table.get((int) i);
            LuaString text = Numbers.toStringOrNull(value);
            if (text == null) {
                String type = LuaType.nameOf(value);
                throw t.error("invalid value (" + type + ") at index " + i + " in table for 'concat'");
            }
            buffer.append(text);
            if (i < to) {
                buffer.append(separator);
            }
        }
        return t.result(buffer.toLuaString());
    }

    private static int forEach(LuaThread t) {
        LuaTable table = Args.table(t, 1);
        Object function = Args.function(t, 2);
        Object key = null;
        for (int at = table.positionAfter(null); at >= 0; at = table.positionAfter(key)) {
            t.budget.spend(t, 1);
            key = table.keyAt(at);
            Object result = Calls.invoke(t, function, key, table.valueAtPosition(at));
            if (result != null) {
                return t.result(result);
            }
        }
        return 0;
    }

    private static int forEachIndex(LuaThread t) {
        LuaTable table = Args.table(t, 1);
        int count = table.length();
        Object function = Args.function(t, 2);
        for (int i = 1; i <= count; i++) {
            t.budget.spend(t, 1);
            Object result = Calls.invoke(t, function, (double) i, table.get(i));
            if (result != null) {
                return t.result(result);
            }
        }
        return 0;
    }

    private static int insert(LuaThread t) {
        LuaTable table = Args.table(t, 1);
        int end = table.length() + 1;
        int position;
        Object value;
        switch (t.argCount()) {
            case 2:
                position = end;
                value = t.arg(2);
                break;
            case 3:
                position = Args.int32(t, 2);
                value = t.arg(3);
                break;
            default:
                throw t.error("wrong number of arguments to 'insert'");
        }
        BaseLibrary.checkWritable(t, table);
        for (int i = Math.max(end, position); i > position; i--) {
            t.budget.spend(t, 1);
            table.put(i, table.get(i - 1));
        }
        table.put(position, value);
        return 0;
    }

    private static int remove(LuaThread t) {
        LuaTable table = Args.table(t, 1);
        int end = table.length();
        int position = Args.int32(t, 2, end);
        if (position < 1 || position > end) {
            return 0;
        }
        BaseLibrary.checkWritable(t, table);
        Object removed = table.get(position);
        for (int i = position; i < end; i++) {
            t.budget.spend(t, 1);
            table.put(i, table.get(i + 1));
        }
        table.put(end, null);
        return t.result(removed);
    }

    private static int maxIndex(LuaThread t) {
        LuaTable table = Args.table(t, 1);
        t.budget.owe(table.capacity() >> 3);
        double max = 0;
        for (int at = table.occupiedFrom(0); at >= 0; at = table.occupiedFrom(at + 1)) {
            Object key = table.keyAt(at);
            if (key instanceof Double && (Double) key > max) {
                max = (Double) key;
            }
        }
        return t.result(max);
    }
}

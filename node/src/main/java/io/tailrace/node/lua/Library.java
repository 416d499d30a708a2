package io.tailrace.node.lua;

/** Puts host functions into tables. */
final class Library {
    private final LuaRuntime runtime;
    private final LuaTable table;

    Library(LuaRuntime runtime, LuaTable table) {
        this.runtime = runtime;
        this.table = table;
    }

    /** In a new global table. */
    static Library named(LuaRuntime runtime, String name) {
        LuaTable table = runtime.newTable(0, 0);
        runtime.globals().put(name, table);
        return new Library(runtime, table);
    }

    LuaTable table() {
        return table;
    }

    Library add(String name, HostFunction.Body body) {
        HostFunction function = HostFunction.of(name, body);
        function.environment = runtime.globals();
        table.put(name, function);
        return this;
    }
}

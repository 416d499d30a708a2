package io.tailrace.node.lua;

/** pairs and ipairs. */
final class Iteration {
    private static final Double ZERO = 0.0;

    private Iteration() {}

    static void install(LuaRuntime runtime) {
        Library library = new Library(runtime, runtime.globals());
        Object next = runtime.globals().get("next");
        HostFunction step = HostFunction.of("ipairs_aux", Iteration::step);
        step.environment = runtime.globals();
        library.add("pairs", t -> {
            LuaTable table = Args.table(t, 1);
            t.push(next);
            t.push(table);
            t.push(null);
            return 3;
        });
        library.add("ipairs", t -> {
            LuaTable table = Args.table(t, 1);
            t.push(step);
            t.push(table);
            t.push(ZERO);
            return 3;
        });
    }

    private static int step(LuaThread t) {
        int i = Args.int32(t, 2) + 1;
        LuaTable table = Args.table(t, 1);
        Object value = table.get(i);
        t.push((double) i);
        t.push(value);
        return value == null ? 0 : 2;
    }
}

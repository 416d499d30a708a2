package io.tailrace.node.lua;

/** os.clock, all that Redis leaves of it. */
final class OsLibrary {
    private static final double NANOS = 1e9;
    private static final double CLOCKS = 1e6;

    private OsLibrary() {}

    static void install(LuaRuntime runtime) {
        Library.named(runtime, "os")
                .add("clock", t -> t.result(Math.floor(runtime.cpuNanos() / NANOS * CLOCKS) / CLOCKS));
    }
}

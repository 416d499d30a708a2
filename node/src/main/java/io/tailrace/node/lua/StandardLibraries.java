package io.tailrace.node.lua;

import java.util.function.LongSupplier;

/** Runtimes with all that Lua 5.1 as Redis has it offers to scripts. */
public final class StandardLibraries {
    private StandardLibraries() {}

    /**
     * @param memoryLimit bytes that the values of scripts may take at a time
     * @param cpuNanos the clock behind os.clock
     */
    public static LuaRuntime newRuntime(long memoryLimit, LongSupplier cpuNanos) {
        LuaRuntime runtime = new LuaRuntime(memoryLimit, cpuNanos);
        BaseLibrary.install(runtime);
        CoroutineLibrary.install(runtime);
        StringLibrary.install(runtime);
        TableLibrary.install(runtime);
        MathLibrary.install(runtime);
        OsLibrary.install(runtime);
        BitLibrary.install(runtime);
        StructLibrary.install(runtime);
        MsgpackLibrary.install(runtime);
        JsonLibrary.install(runtime);
        return runtime;
    }
}

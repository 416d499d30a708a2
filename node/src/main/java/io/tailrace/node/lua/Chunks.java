package io.tailrace.node.lua;

/** Source to functions of a runtime. */
public final class Chunks {
    private Chunks() {}

    /**
     * Compiles a chunk to a function without arguments of its own, that sees the runtime's globals.
     *
     * @param chunkName "@name" for a name in messages as it is, "=name" too, else the source itself
     * @throws LuaError with the compiler's message
     */
    public static LuaClosure load(LuaRuntime runtime, byte[] source, String chunkName) {
        return load(runtime, source, LuaString.of(chunkName), runtime.globals());
    }

    static LuaClosure load(LuaRuntime runtime, byte[] source, LuaString chunkName, LuaTable environment) {
        runtime.memory().charge(LuaMemory.PROTOTYPE_BYTES + source.length * 8L);
        return new LuaClosure(Compiler.compile(runtime.running().hostCalls, source, chunkName), environment);
    }
}

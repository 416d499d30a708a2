package io.tailrace.node.lua;

/** A function: of Lua (LuaClosure) or of the host. Its environment is the table of its globals. */
public abstract sealed class LuaFunction permits LuaClosure, HostFunction {
    LuaTable environment;

    public final LuaTable environment() {
        return environment;
    }
}

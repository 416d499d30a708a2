package io.tailrace.node.lua;

/** A function: of Lua (LuaClosure) or of the host. Its environment is the table of its globals. */
public abstract sealed class LuaFunction permits LuaClosure, HostFunction {
    LuaTable environment;
    /** The walk that has met this function last. */
    int mark;

    public final LuaTable environment() {
        return environment;
    }
}

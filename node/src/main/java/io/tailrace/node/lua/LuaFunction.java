package io.tailrace.node.lua;

/** A function: of Lua ({@code LuaClosure}) or of the host ({@code HostFunction}), and of no other kind. Its environment is the table of its globals. */
public abstract class LuaFunction implements LuaValue {
    LuaTable environment;
    /** The walk that has met this function last. */
    int mark;

    public final LuaTable environment() {
        return environment;
    }

    @Override
    public final String typeName() {
        return "function";
    }
}

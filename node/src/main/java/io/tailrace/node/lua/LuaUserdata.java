package io.tailrace.node.lua;

/** Full userdata, of which the language itself makes but one kind (newproxy). */
public final class LuaUserdata {
    LuaTable metatable;
    /** The walk that has met it last. */
    int mark;
}

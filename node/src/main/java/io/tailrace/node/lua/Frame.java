package io.tailrace.node.lua;

/** One call in progress. Frames are reused by the depth they are at. */
final class Frame {
    LuaFunction function;
    /** The function if it is one of Lua, else null. */
    LuaClosure closure;
    /** Where the function sits in the stack: its results go there. */
    int functionIndex;

    int base;
    int top;
    /** The next instruction; saved before anything that may raise an error or call. */
    int pc;
    /** Results wanted, or -1 for all. */
    int wanted;

    int tailCalls;
}

package io.tailrace.node.lua;

/** A function of Lua with the variables it has caught. */
public final class LuaClosure extends LuaFunction {
    static final Upvalue[] NO_UPVALUES = new Upvalue[0];

    final Prototype prototype;
    final Upvalue[] upvalues;

    LuaClosure(Prototype prototype, LuaTable environment) {
        this.prototype = prototype;
        this.environment = environment;
        this.upvalues = prototype.upvalueCount == 0 ? NO_UPVALUES : new Upvalue[prototype.upvalueCount];
    }
}

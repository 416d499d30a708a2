package io.tailrace.node.lua;

/**
 * A function that Java offers to scripts. It finds its arguments in the thread by {@link LuaThread#arg}, pushes its results and
 * returns how many they are; what it pushed beyond those is dropped. One object may serve several calls at once, by recursion.
 */
public abstract class HostFunction extends LuaFunction {
    /** In the form of a lambda. */
    @FunctionalInterface
    public interface Body {
        int call(LuaThread thread);
    }

    private final String name;

    protected HostFunction(String name) {
        this.name = name;
    }

    /** A function by a lambda; the name is for error messages. */
    public static HostFunction of(String name, Body body) {
        return new HostFunction(name) {
            @Override
            public int call(LuaThread thread) {
                return body.call(thread);
            }
        };
    }

    public final String name() {
        return name;
    }

    /** Runs it on the runtime's thread; returns how many of the values that it has pushed last are its results. */
    public abstract int call(LuaThread thread);
}

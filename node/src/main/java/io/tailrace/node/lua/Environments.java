package io.tailrace.node.lua;

/** getfenv, setfenv and newproxy. Redis offers the first two to none but itself; a host may take them away. */
final class Environments {
    private Environments() {}

    static void install(LuaRuntime runtime) {
        new Library(runtime, runtime.globals())
                .add("getfenv", Environments::getEnvironment)
                .add("setfenv", Environments::setEnvironment)
                .add("newproxy", Environments::newProxy);
    }

    private static int getEnvironment(LuaThread t) {
        if (t.arg(1) == null && !(t.arg(1) instanceof LuaFunction)) {
            return t.result(environmentOf(t, functionAtLevel(t, 1)));
        }
        Object function = t.arg(1) instanceof LuaFunction ? t.arg(1) : level(t);
        return t.result(environmentOf(t, function));
    }

    private static LuaTable environmentOf(LuaThread t, Object function) {
        return function instanceof LuaClosure ? ((LuaClosure) function).environment : t.globals;
    }

    private static Object level(LuaThread t) {
        int level = Args.int32(t, 1);
        if (level < 0) {
            throw Args.error(t, 1, "level must be non-negative");
        }
        return functionAtLevel(t, level);
    }

    private static Object functionAtLevel(LuaThread t, int level) {
        Frame frame = Errors.frameAt(t, level);
        if (frame == null) {
            if (level > 0 && level < tailCallDepth(t)) {
                throw t.error("no function environment for tail call at level " + level);
            }
            throw Args.error(t, 1, "invalid level");
        }
        return frame.function;
    }

    /** How many levels there are, those lost to tail calls included. */
    private static int tailCallDepth(LuaThread t) {
        int levels = 0;
        for (int i = t.depth; i > 0; i--) {
            levels += 1 + (t.frames[i].closure != null ? t.frames[i].tailCalls : 0);
        }
        return levels;
    }

    private static int setEnvironment(LuaThread t) {
        LuaTable table = Args.table(t, 2);
        Object first = t.arg(1);
        if (first instanceof Double && (Double) first == 0) {
            t.globals = table;
            return 0;
        }
        Object function = first instanceof LuaFunction ? first : level(t);
        if (!(function instanceof LuaClosure)) {
            throw t.error("'setfenv' cannot change environment of given object");
        }
        ((LuaClosure) function).environment = table;
        return t.result(function);
    }

    private static int newProxy(LuaThread t) {
        LuaUserdata proxy = new LuaUserdata();
        t.runtime.memory().charge(LuaMemory.TABLE_BYTES);
        Object kind = t.arg(1);
        if (kind == Boolean.TRUE) {
            proxy.metatable = t.newTable(0, 0);
            proxy.metatable.isProxyMetatable = true;
        } else if (LuaType.isTrue(kind)) {
            LuaTable metatable = t.runtime.metatableOf(kind);
            if (metatable == null || !metatable.isProxyMetatable) {
                throw Args.error(t, 1, "boolean or proxy expected");
            }
            proxy.metatable = metatable;
        }
        return t.result(proxy);
    }
}

package io.tailrace.node.lua;

import java.util.Set;

/**
 * What Redis 7.0 lets scripts see and change: some functions are taken away, reading a global that isn't there is an error, and
 * every table that a script finds can't be changed by it. To be called when the host has added all of its own.
 */
public final class LuaSandbox {
    private static final String[] REMOVED = {
        "print", "dofile", "loadfile", "getfenv", "setfenv", "newproxy", "os", "module", "require"
    };

    private LuaSandbox() {}

    public static void protect(LuaRuntime runtime) {
        LuaTable globals = runtime.globals();
        for (String name : REMOVED) {
            globals.put(name, null);
        }
        HostFunction pcall = HostFunction.of("pcall", LuaSandbox::protectedCall);
        pcall.environment = globals;
        globals.put("pcall", pcall);
        protectGlobals(runtime, globals);
        protect(runtime, globals);
        protect(runtime, runtime.stringMetatable());
    }

    /** Makes reading what a table of globals lacks an error: also for a library's own globals. */
    public static void protectGlobals(LuaRuntime runtime, LuaTable globals) {
        LuaTable metatable = runtime.newTable(0, 1);
        HostFunction lacks = HostFunction.of("__index", LuaSandbox::lacks);
        lacks.environment = runtime.globals();
        metatable.put("__index", lacks);
        globals.metatable(metatable);
    }

    /** A table, what is in it, and its metatable can't be changed by scripts from now on. */
    public static void protect(LuaRuntime runtime, LuaTable table) {
        protect(table, java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>()));
    }

    private static void protect(LuaTable table, Set<LuaTable> done) {
        if (table == null || !done.add(table)) {
            return;
        }
        table.readOnly(true);
        protect(table.metatable(), done);
        for (int at = table.occupiedFrom(0); at >= 0; at = table.occupiedFrom(at + 1)) {
            Object value = table.valueAtPosition(at);
            if (value instanceof LuaTable) {
                protect((LuaTable) value, done);
            }
        }
    }

    /** Redis' own pcall: of an error that is a table with a text as err, only the text is given. */
    private static int protectedCall(LuaThread t) {
        int count = t.argCount();
        if (count == 0) {
            t.push(Boolean.FALSE);
            t.push(LuaString.of("attempt to call a boolean value"));
            return 2;
        }
        boolean ok = t.protectedCall(count - 1, Calls.ALL, null);
        if (!ok && t.arg(1) instanceof LuaTable) {
            Object text = Operators.index(t, t.arg(1), LuaString.of("err"), -1);
            if (text instanceof LuaString || text instanceof Double) {
                t.pop();
                t.push(text);
            }
        }
        BaseLibrary.insertFirst(t, ok);
        return t.argCount();
    }

    private static int lacks(LuaThread t) {
        if (t.argCount() != 2) {
            throw t.error("Wrong number of arguments to luaProtectedTableError");
        }
        LuaString name = Numbers.toStringOrNull(t.arg(2));
        if (name == null) {
            throw t.error("Second argument to luaProtectedTableError must be a string or number");
        }
        LuaString text = Errors.join(
                LuaString.of("Script attempted to access nonexistent global variable '"),
                "",
                Errors.join(Errors.cString(name), "'", LuaString.EMPTY));
        throw new LuaError(Errors.where(t, 1, text));
    }
}

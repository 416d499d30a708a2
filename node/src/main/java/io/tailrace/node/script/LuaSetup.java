package io.tailrace.node.script;

import io.tailrace.node.lua.HostFunction;
import io.tailrace.node.lua.LuaRuntime;
import io.tailrace.node.lua.LuaString;
import io.tailrace.node.lua.LuaTable;
import io.tailrace.node.lua.LuaThread;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** The globals of scripts: what Redis 7.0 allows, which cannot be changed; to ask for another one is an error. Stateless. */
final class LuaSetup {
    private static final Set<String> ALLOWED = Set.of(
            "_G",
            "_VERSION",
            "assert",
            "bit",
            "cjson",
            "cmsgpack",
            "collectgarbage",
            "coroutine",
            "error",
            "gcinfo",
            "getmetatable",
            "ipairs",
            "load",
            "loadstring",
            "math",
            "next",
            "pairs",
            "pcall",
            "rawequal",
            "rawget",
            "rawset",
            "redis",
            "select",
            "setmetatable",
            "string",
            "struct",
            "table",
            "tonumber",
            "tostring",
            "type",
            "unpack",
            "xpcall");

    private static final LuaString INDEX = LuaString.of("__index");
    private static final HostFunction UNKNOWN = HostFunction.of("__index", LuaSetup::unknown);

    private LuaSetup() {}

    /** Leaves the globals that scripts may have. */
    static void restrict(LuaRuntime runtime) {
        LuaTable globals = runtime.globals();
        globals.put("pcall", pcall((HostFunction) globals.get("pcall")));
        List<Object> keys = new ArrayList<>();
        for (int at = globals.occupiedFrom(0); at >= 0; at = globals.occupiedFrom(at + 1)) {
            keys.add(globals.keyAt(at));
        }
        for (Object key : keys) {
            if (!ALLOWED.contains(key.toString())) {
                globals.put(key, null);
            }
        }
    }

    /** Redis's own: the error of a command is its text for who catches it. */
    private static HostFunction pcall(HostFunction original) {
        return HostFunction.of("pcall", thread -> {
            int results = original.call(thread);
            if (results != 2) {
                return results;
            }
            Object value = thread.pop();
            Object isOk = thread.pop();
            Object err = value instanceof LuaTable ? ((LuaTable) value).get(LuaErrors.ERR) : null;
            boolean isText = isOk == Boolean.FALSE && (err instanceof LuaString || err instanceof Double);
            thread.push(isOk);
            thread.push(isText ? err : value);
            return results;
        });
    }

    private static int unknown(LuaThread thread) {
        if (thread.argCount() != 2) {
            throw thread.error("Wrong number of arguments to luaProtectedTableError");
        }
        Object name = thread.arg(2);
        if (!(name instanceof LuaString) && !(name instanceof Double)) {
            throw thread.error("Second argument to luaProtectedTableError must be a string or number");
        }
        String text = name instanceof Double ? NumberText.shown((Double) name) : name.toString();
        throw thread.error("Script attempted to access nonexistent global variable '" + text + "'");
    }

    /** Lets asking for what is not there be an error. */
    static void failOnUnknown(LuaRuntime runtime, LuaTable table) {
        LuaTable metatable = runtime.newTable(0, 1);
        metatable.put(INDEX, UNKNOWN);
        table.metatable(metatable);
    }

    /** Makes a table read-only, with all that is in it. */
    static void protect(LuaTable table) {
        protect(table, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    private static void protect(LuaTable table, Set<LuaTable> seen) {
        if (table == null || !seen.add(table)) {
            return;
        }
        table.readOnly(true);
        protect(table.metatable(), seen);
        for (int at = table.occupiedFrom(0); at >= 0; at = table.occupiedFrom(at + 1)) {
            if (table.valueAtPosition(at) instanceof LuaTable) {
                protect((LuaTable) table.valueAtPosition(at), seen);
            }
        }
    }

    /**
     * Makes the globals an empty table that shows what another one has.
     *
     * @return the one with all that they had
     */
    static LuaTable putAside(LuaRuntime runtime) {
        LuaTable globals = runtime.globals();
        LuaTable all = runtime.newTable(0, 64);
        List<Object> keys = new ArrayList<>();
        for (int at = globals.occupiedFrom(0); at >= 0; at = globals.occupiedFrom(at + 1)) {
            keys.add(globals.keyAt(at));
            all.put(globals.keyAt(at), globals.valueAtPosition(at));
        }
        all.put("_G", all);
        keys.forEach(key -> globals.put(key, null));
        LuaTable metatable = runtime.newTable(0, 1);
        metatable.put(INDEX, all);
        globals.metatable(metatable);
        return all;
    }

    /** What the globals show from here on, after {@link #putAside}. */
    static void show(LuaRuntime runtime, LuaTable shown) {
        runtime.globals().metatable().put(INDEX, shown);
    }
}

package io.tailrace.node.script;

import io.tailrace.node.lua.LuaFunction;
import io.tailrace.node.lua.LuaString;
import io.tailrace.node.lua.LuaTable;
import io.tailrace.node.lua.LuaThread;
import io.tailrace.node.store.LibraryHeader;
import java.util.Locale;

/**
 * {@code redis.register_function}, by position or by names, with the error texts of Redis 7.0. Owned by one engine's thread; it has
 * a library while that is loaded.
 */
final class Registration {
    /** Redis says it so of functions too. */
    private static final String BAD_NAME =
            "Library names can only contain letters, numbers, or underscores(_) and must be"
                    + " at least one character long";

    private LoadedLibrary library;
    private String name;
    private String description;
    private int flags;
    private LuaFunction callback;

    void begin(LoadedLibrary newLibrary) {
        library = newLibrary;
    }

    void end() {
        library = null;
    }

    int call(LuaThread thread) {
        if (library == null) {
            throw LuaErrors.raised(thread, "redis.register_function can only be called on FUNCTION LOAD command");
        }
        name = null;
        description = null;
        callback = null;
        flags = 0;
        String problem =
                switch (thread.argCount()) {
                    case 1 -> named(thread.arg(1));
                    case 2 -> positional(thread.arg(1), thread.arg(2));
                    default -> "wrong number of arguments to redis.register_function";
                };
        if (problem == null) {
            problem = register();
        }
        callback = null;
        if (problem != null) {
            throw LuaErrors.raised(thread, problem);
        }
        return 0;
    }

    private String register() {
        if (!LibraryHeader.isName(name)) {
            return BAD_NAME;
        }
        LoadedFunction function = new LoadedFunction(name, library.name(), description, flags, callback);
        return library.add(function) ? null : "Function already exists in the library";
    }

    private String positional(Object first, Object second) {
        name = text(first);
        if (name == null) {
            return "first argument to redis.register_function must be a string";
        }
        if (!(second instanceof LuaFunction)) {
            return "second argument to redis.register_function must be a function";
        }
        callback = (LuaFunction) second;
        return null;
    }

    private String named(Object argument) {
        if (!(argument instanceof LuaTable)) {
            return "calling redis.register_function with a single argument is only applicable to Lua table (representing"
                    + " named arguments).";
        }
        LuaTable table = (LuaTable) argument;
        for (int at = table.occupiedFrom(0); at >= 0; at = table.occupiedFrom(at + 1)) {
            String key = text(table.keyAt(at));
            if (key == null) {
                return "named argument key given to redis.register_function is not a string";
            }
            String problem = named(key.toLowerCase(Locale.ROOT), table.valueAtPosition(at));
            if (problem != null) {
                return problem;
            }
        }
        if (name == null) {
            return "redis.register_function must get a function name argument";
        }
        return callback == null ? "redis.register_function must get a callback argument" : null;
    }

    private String named(String key, Object value) {
        switch (key) {
            case "function_name":
                name = text(value);
                return name == null ? "function_name argument given to redis.register_function must be a string" : null;
            case "description":
                description = text(value);
                return description == null
                        ? "description argument given to redis.register_function must be a string"
                        : null;
            case "callback":
                if (!(value instanceof LuaFunction)) {
                    return "callback argument given to redis.register_function must be a function";
                }
                callback = (LuaFunction) value;
                return null;
            case "flags":
                return value instanceof LuaTable
                        ? flags((LuaTable) value)
                        : "flags argument to redis.register_function must be a table representing function flags";
            default:
                return "unknown argument given to redis.register_function";
        }
    }

    private String flags(LuaTable list) {
        for (int i = 1; list.get(i) != null; i++) {
            Object name = list.get(i);
            int flag = name instanceof LuaString ? ScriptFlags.of(text(name)) : 0;
            if (flag == 0) {
                return "unknown flag given";
            }
            flags |= flag;
        }
        return null;
    }

    /** A string or a number as text, else null. */
    private static String text(Object value) {
        return value instanceof LuaString || value instanceof Double ? LuaErrors.plain(value) : null;
    }
}

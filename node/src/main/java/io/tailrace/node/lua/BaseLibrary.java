package io.tailrace.node.lua;

import java.util.Arrays;

/** The functions of the language that are globals, save those of coroutines and of printing. */
final class BaseLibrary {
    private static final int MAX_RESULTS = 8000;
    private static final LuaString LOAD_NAME = LuaString.of("=(load)");

    private BaseLibrary() {}

    static void install(LuaRuntime runtime) {
        LuaTable globals = runtime.globals();
        globals.put("_G", globals);
        globals.put("_VERSION", LuaString.of("Lua 5.1"));
        new Library(runtime, globals)
                .add("assert", BaseLibrary::assertTrue)
                .add("collectgarbage", BaseLibrary::collectGarbage)
                .add("error", BaseLibrary::error)
                .add("gcinfo", t -> t.result(t.runtime.memory().used() / 1024))
                .add("getmetatable", BaseLibrary::getMetatable)
                .add("load", BaseLibrary::load)
                .add("loadstring", BaseLibrary::loadString)
                .add("next", BaseLibrary::next)
                .add("pcall", BaseLibrary::pcall)
                .add("rawequal", BaseLibrary::rawEqual)
                .add("rawget", BaseLibrary::rawGet)
                .add("rawset", BaseLibrary::rawSet)
                .add("select", BaseLibrary::select)
                .add("setmetatable", BaseLibrary::setMetatable)
                .add("tonumber", BaseLibrary::toNumber)
                .add("tostring", t -> {
                    Args.any(t, 1);
                    return t.result(text(t, t.arg(1)));
                })
                .add("type", t -> {
                    Args.any(t, 1);
                    return t.result(TypeNames.of(t.arg(1)));
                })
                .add("unpack", BaseLibrary::unpack)
                .add("xpcall", BaseLibrary::xpcall);
        Environments.install(runtime);
        Iteration.install(runtime);
    }

    private static int assertTrue(LuaThread t) {
        Args.any(t, 1);
        if (!LuaType.isTrue(t.arg(1))) {
            LuaString message = Args.string(t, 2, null);
            throw message == null
                    ? t.error("assertion failed!")
                    : new LuaError(Errors.where(t, 1, Errors.cString(message)));
        }
        return t.argCount();
    }

    private static int collectGarbage(LuaThread t) {
        LuaString option = Args.string(t, 1, LuaString.of("collect"));
        LuaMemory memory = t.runtime.memory();
        switch (option.toString()) {
            case "collect":
                memory.collect();
                return t.result(0);
            case "count":
                return t.result(memory.used() / 1024.0);
            case "step":
                memory.collect();
                return t.result(true);
            case "stop":
            case "restart":
                return t.result(0);
            case "setpause":
            case "setstepmul":
                return t.result(200);
            default:
                throw Args.error(t, 1, "invalid option '" + Errors.cString(option) + "'");
        }
    }

    private static int error(LuaThread t) {
        int level = Args.int32(t, 2, 1);
        Object value = t.arg(1);
        if (level > 0 && (value instanceof LuaString || value instanceof Double)) {
            value = Errors.where(t, level, Numbers.toStringOrNull(value));
        }
        throw new LuaError(value);
    }

    private static int getMetatable(LuaThread t) {
        Args.any(t, 1);
        LuaTable metatable = t.runtime.metatableOf(t.arg(1));
        Object hidden = Metamethod.METATABLE.in(metatable);
        return t.result(hidden == null ? metatable : hidden);
    }

    private static int setMetatable(LuaThread t) {
        LuaTable table = Args.table(t, 1);
        Object metatable = t.arg(2);
        if (!t.hasArg(2) || metatable != null && !(metatable instanceof LuaTable)) {
            throw Args.error(t, 2, "nil or table expected");
        }
        if (Metamethod.METATABLE.in(table.metatable()) != null) {
            throw t.error("cannot change a protected metatable");
        }
        checkWritable(t, table);
        table.metatable((LuaTable) metatable);
        return t.result(table);
    }

    static void checkWritable(LuaThread t, LuaTable table) {
        if (table.isReadOnly()) {
            throw new LuaError("Attempt to modify a readonly table");
        }
    }

    private static int load(LuaThread t) {
        LuaFunction reader = Args.function(t, 1);
        LuaString name = Args.string(t, 2, LOAD_NAME);
        LuaBuffer source = new LuaBuffer(t);
        while (true) {
            t.push(reader);
            boolean ok = t.protectedCall(0, 1, null);
            Object piece = t.pop();
            LuaString text = Numbers.toStringOrNull(piece);
            if (!ok) {
                return notLoaded(t, piece);
            }
            if (text == null && piece != null) {
                return notLoaded(
                        t, t.error("reader function must return a string").value());
            }
            if (text == null || text.length() == 0) {
                return compile(t, source.toBytes(), name);
            }
            try {
                source.append(text);
            } catch (LuaError e) {
                return notLoaded(t, e.value());
            }
        }
    }

    private static int notLoaded(LuaThread t, Object message) {
        t.push(null);
        t.push(message);
        return 2;
    }

    private static int loadString(LuaThread t) {
        LuaString source = Args.string(t, 1);
        return compile(t, source.bytes, Args.string(t, 2, source));
    }

    private static int compile(LuaThread t, byte[] source, LuaString name) {
        try {
            return t.result(Chunks.load(t.runtime, source, name, t.globals));
        } catch (LuaError e) {
            return notLoaded(t, e.value());
        }
    }

    private static int next(LuaThread t) {
        LuaTable table = Args.table(t, 1);
        int start = t.arg(2) == null ? 0 : table.positionOf(t.arg(2)) + 1;
        int position = table.occupiedFrom(start);
        t.budget.owe((position < 0 ? table.capacity() : position) - start >> 3);
        if (position < 0) {
            return t.result((Object) null);
        }
        t.push(table.keyAt(position));
        t.push(table.valueAtPosition(position));
        return 2;
    }

    private static int pcall(LuaThread t) {
        Args.any(t, 1);
        boolean ok = t.protectedCall(t.argCount() - 1, Calls.ALL, null);
        insertFirst(t, ok);
        return t.argCount();
    }

    private static int xpcall(LuaThread t) {
        if (!t.hasArg(2)) {
            throw Args.error(t, 2, "value expected");
        }
        Object handler = t.arg(2);
        t.top = t.frame.base + 1;
        // a handler that is nil fails, unlike none
        boolean ok = t.protectedCall(0, Calls.ALL, handler == null ? Boolean.FALSE : handler);
        insertFirst(t, ok);
        return t.argCount();
    }

    static void insertFirst(LuaThread t, boolean ok) {
        int base = t.frame.base;
        t.push(null);
        System.arraycopy(t.stack, base, t.stack, base + 1, t.top - base - 1);
        t.stack[base] = ok;
    }

    private static int rawEqual(LuaThread t) {
        Args.any(t, 1);
        Args.any(t, 2);
        return t.result(LuaType.rawEquals(t.arg(1), t.arg(2)));
    }

    private static int rawGet(LuaThread t) {
        LuaTable table = Args.table(t, 1);
        Args.any(t, 2);
        return t.result(table.get(t.arg(2)));
    }

    private static int rawSet(LuaThread t) {
        LuaTable table = Args.table(t, 1);
        Args.any(t, 2);
        Args.any(t, 3);
        checkWritable(t, table);
        table.put(t.arg(2), t.arg(3));
        return t.result(table);
    }

    private static int select(LuaThread t) {
        int count = t.argCount();
        Object first = t.arg(1);
        if (first instanceof LuaString && ((LuaString) first).length() > 0 && ((LuaString) first).byteAt(0) == '#') {
            return t.result(count - 1);
        }
        int n = Args.int32(t, 1);
        if (n < 0) {
            n = count + n;
        } else if (n > count) {
            n = count;
        }
        if (n < 1) {
            throw Args.error(t, 1, "index out of range");
        }
        return count - n;
    }

    private static int unpack(LuaThread t) {
        LuaTable table = Args.table(t, 1);
        int from = Args.int32(t, 2, 1);
        int to = Args.int32(t, 3, table.length());
        if (from > to) {
            return 0;
        }
        long count = (long) to - from + 1;
        if (count >= MAX_RESULTS) {
            throw t.error("too many results to unpack");
        }
        t.ensureStack((int) count);
        for (int i = 0; i < count; i++) {
            t.push(table.get(from + i));
        }
        return (int) count;
    }

    private static int toNumber(LuaThread t) {
        int base = Args.int32(t, 2, 10);
        if (base == 10) {
            Args.any(t, 1);
            return t.result(Numbers.toNumber(t.arg(1)));
        }
        byte[] text = Args.string(t, 1).bytes;
        if (base < 2 || base > 36) {
            throw Args.error(t, 2, "base out of range");
        }
        return t.result(inBase(text, base));
    }

    /** As C's strtoul, with its wrapped negatives and its greatest value for what doesn't fit. */
    private static Double inBase(byte[] bytes, int base) {
        byte[] text = Arrays.copyOf(bytes, bytes.length + 1);
        int at = Numbers.skipBlanks(text, 0, text.length);
        boolean isNegative = text[at] == '-';
        at += isNegative || text[at] == '+' ? 1 : 0;
        if (base == 16 && text[at] == '0' && (text[at + 1] | 32) == 'x' && digit(text[at + 2]) < 16) {
            at += 2;
        }
        long value = 0;
        boolean isTooLarge = false;
        int start = at;
        for (int digit = digit(text[at]); digit < base; digit = digit(text[at])) {
            isTooLarge |= Long.compareUnsigned(value, Long.divideUnsigned(-1L - digit, base)) > 0;
            value = value * base + digit;
            at++;
        }
        if (at == start) {
            return null;
        }
        at = Numbers.skipBlanks(text, at, text.length);
        if (text[at] != 0) {
            return null;
        }
        long result = isTooLarge ? -1 : isNegative ? -value : value;
        return unsigned(result);
    }

    static double unsigned(long value) {
        if (value >= 0) {
            return value;
        }
        double half = (value >>> 1) | (value & 1);
        return half * 2;
    }

    private static int digit(byte c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        int letter = c | 32;
        return letter >= 'a' && letter <= 'z' ? letter - 'a' + 10 : Integer.MAX_VALUE;
    }

    /** What tostring makes of a value. */
    static Object text(LuaThread t, Object value) {
        Object handler = t.runtime.metamethod(Metamethod.TOSTRING, value);
        if (handler != null) {
            return Calls.invoke(t, handler, value);
        }
        return TypeNames.text(value);
    }
}
